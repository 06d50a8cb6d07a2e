package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.tendril.core.internal.linux.Kernel.Layout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * Opens a file for a child, whose calls on it wait. One end of a FIFO waits for the other: for
 * whoever reads, or for something to read; but not for ever, and no longer than until its thread is
 * interrupted. So nothing is opened by a call that waits, since no such call can be given up.
 */
final class PatientOpening {
  /** How long one end waits for the other. */
  static final Duration LONGEST = Duration.ofSeconds(30);

  private static final int LOOK_MILLIS = 10;

  private final MemorySegment state;
  private final MemorySegment path;
  private final int flags;
  private final long looks;

  /** An opening of some file. */
  PatientOpening(MemorySegment state, MemorySegment path, int flags, Duration longest) {
    this.state = state;
    this.path = path;
    this.flags = flags | Kernel.O_CLOEXEC | Kernel.O_NOCTTY;
    this.looks = longest.toMillis() / LOOK_MILLIS;
  }

  /**
   * Opens it.
   *
   * @param mode what a file may be used for that is made now
   * @return a descriptor, or the error's number, negated: ETIMEDOUT where nobody has come to the
   *     other end, ECANCELED where this thread has been interrupted
   */
  int open(int mode) {
    int opened = FileCalls.open(state, path, flags | Kernel.O_NONBLOCK, mode);
    for (long left = looks; opened == -Kernel.ENXIO && isFifo(); left--) {
      int over = over(left);
      if (over < 0) {
        return over;
      }
      ProcessCalls.poll(state, MemorySegment.NULL, 0, LOOK_MILLIS); // a pause
      opened = FileCalls.open(state, path, flags | Kernel.O_NONBLOCK, mode);
    }
    if (opened < 0) {
      return opened;
    }
    int result = isFifo(opened) && reads() ? awaitInput(opened) : 0;
    if (result >= 0) {
      result = DescriptorCalls.control(state, opened, Kernel.F_SETFL, flags & Kernel.O_APPEND);
    }
    if (result < 0) {
      Libc.close(state, opened);
      return result;
    }
    return opened;
  }

  private boolean reads() {
    return (flags & Kernel.O_ACCMODE) == Kernel.O_RDONLY;
  }

  /** Whether it has been waited for long enough: 0, or the reason, negated. */
  private static int over(long left) {
    return Thread.currentThread().isInterrupted()
        ? -Kernel.ECANCELED
        : left <= 0 ? -Kernel.ETIMEDOUT : 0;
  }

  /** Waits until there is something to read, or somebody has been there. */
  private int awaitInput(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment wanted = arena.allocate(Layout.POLLFD, 4);
      wanted.set(JAVA_INT, 0, fd);
      wanted.set(JAVA_SHORT, Layout.POLLFD__EVENTS, (short) Kernel.EPOLLIN); // as POLLIN
      for (long left = looks; ; left--) {
        int found = ProcessCalls.poll(state, wanted, 1, LOOK_MILLIS);
        if (found > 0) {
          return 0;
        } else if (found < 0 && found != -Kernel.EINTR) {
          return found;
        }
        int over = over(left);
        if (over < 0) {
          return over;
        }
      }
    }
  }

  private boolean isFifo() {
    int found = FileCalls.open(state, path, Kernel.O_PATH | Kernel.O_CLOEXEC, 0);
    if (found < 0) {
      return false;
    }
    try {
      return isFifo(found);
    } finally {
      Libc.close(state, found);
    }
  }

  private boolean isFifo(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = arena.allocate(Layout.STATX, 8);
      return DescriptorCalls.kind(state, fd, status) >= 0
          && (status.get(JAVA_SHORT, Layout.STATX__STX_MODE) & Kernel.S_IFMT) == Kernel.S_IFIFO;
    }
  }
}
