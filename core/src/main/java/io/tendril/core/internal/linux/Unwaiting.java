package io.tendril.core.internal.linux;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A descriptor whose calls do not wait, though the open file may be shared with others, whose calls
 * do: a shell has its terminal open as the programs that it starts do.
 *
 * <ul>
 *   <li>of a socket, each call says that it does not wait;
 *   <li>a pipe or a terminal is opened once more by its name under {@code /proc}, which makes an
 *       open file of our own;
 *   <li>what cannot be opened again is set not to wait, and set back when it is closed or, at the
 *       latest, when this process ends in order.
 * </ul>
 */
final class Unwaiting {
  /** What has to be set back at the end of the process, by its flags. */
  private static final Map<Unwaiting, Integer> CHANGED = new ConcurrentHashMap<>();

  private static final AtomicBoolean HOOKED = new AtomicBoolean();

  private final int owned;
  private final int number;

  private Unwaiting(int owned, int number) {
    this.owned = owned;
    this.number = number;
  }

  /** For a descriptor that is owned; where this throws nothing has changed. */
  static Unwaiting of(Slab slab, OpenFile file) throws IOException {
    int fd = file.number();
    int flags = Errno.check(DescriptorCalls.control(slab.state, fd, Kernel.F_GETFL, 0));
    if (file.isSocket() || (flags & Kernel.O_NONBLOCK) != 0) {
      return new Unwaiting(fd, fd);
    }
    if (file.canBeReopened(slab)) {
      int access = flags & Kernel.O_ACCMODE;
      int again =
          DescriptorCalls.open(
              slab.state,
              "/proc/self/fd/" + fd,
              access | Kernel.O_NONBLOCK | Kernel.O_NOCTTY | Kernel.O_CLOEXEC);
      if (again >= 0) {
        return new Unwaiting(fd, again);
      } else if (again == -Kernel.EMFILE || again == -Kernel.ENFILE) {
        throw Errno.of(again);
      }
    }
    var made = new Unwaiting(fd, fd);
    made.change(slab, flags);
    return made;
  }

  private void change(Slab slab, int flags) throws IOException {
    if (HOOKED.compareAndSet(false, true)) {
      Runtime.getRuntime().addShutdownHook(new Thread(Unwaiting::setAllBack, "descriptors"));
    }
    CHANGED.put(this, flags);
    int result =
        DescriptorCalls.control(slab.state, owned, Kernel.F_SETFL, flags | Kernel.O_NONBLOCK);
    if (result < 0) {
      CHANGED.remove(this);
      throw Errno.of(result);
    }
  }

  private static void setAllBack() {
    CHANGED.keySet().forEach(Unwaiting::setBack);
  }

  private void setBack() {
    Integer flags = CHANGED.remove(this);
    if (flags != null) {
      DescriptorCalls.control(new Slab().state, owned, Kernel.F_SETFL, flags);
    }
  }

  /** The number to read of and write to. */
  int number() {
    return number;
  }

  void close() {
    setBack();
    if (number != owned) {
      OwnedDescriptor.closeNumber(number);
    }
    OwnedDescriptor.closeNumber(owned);
  }

  /** Undoes {@link #of}: the descriptor is its owner's again. */
  void giveBack() {
    setBack();
    if (number != owned) {
      OwnedDescriptor.closeNumber(number);
    }
  }
}
