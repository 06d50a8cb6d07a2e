package io.tendril.core.internal.linux;

import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.descriptor.Interest;
import io.tendril.core.descriptor.Readiness;
import io.tendril.core.descriptor.WatchFailed;
import io.tendril.spi.Descriptors;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor of somebody else's in the engine's wait. An end or an error with nothing else ends
 * every wait, so it is told once, and the descriptor is taken out.
 */
final class LinuxWatch extends Pollable implements Descriptors.Watched {
  private final LinuxEngine engine;
  private final int fd;
  private final Descriptors.Watcher watcher;
  private final @Nullable OwnedDescriptor owned;
  private int wanted;
  private boolean open = true;

  private LinuxWatch(
      LinuxEngine engine, int fd, @Nullable OwnedDescriptor owned, Descriptors.Watcher watcher) {
    super(engine, fd);
    this.engine = engine;
    this.fd = fd;
    this.owned = owned;
    this.watcher = watcher;
  }

  static LinuxWatch open(
      LinuxEngine engine, Descriptor descriptor, Interest interest, Descriptors.Watcher watcher) {
    int fd = descriptor.number();
    if (engine.has(fd)) {
      throw new WatchFailed.Taken(fd);
    }
    check(engine, fd, engine.probe(fd));
    OwnedDescriptor owned = descriptor instanceof OwnedDescriptor its ? its : null;
    var watch = new LinuxWatch(engine, fd, owned, watcher);
    if (owned != null && !owned.watchedBy(watch)) {
      engine.forget(fd);
      throw new WatchFailed.Taken(fd);
    }
    try {
      watch.interest(interest);
    } catch (WatchFailed e) {
      watch.close();
      throw e;
    }
    return watch;
  }

  private static void check(LinuxEngine engine, int fd, int result) {
    switch (-result) {
      case 0 -> {}
      case Kernel.EPERM -> throw new WatchFailed.NotPollable(fd, words(engine, fd));
      case Kernel.EBADF -> throw new WatchFailed.NotOpen(fd);
      case Kernel.EEXIST, Kernel.EINVAL -> throw new WatchFailed.Taken(fd); // EINVAL: its own
      default -> throw new WatchFailed.Exhausted(fd, String.valueOf(Errno.of(result).getMessage()));
    }
  }

  private static String words(LinuxEngine engine, int fd) {
    try {
      return OpenFile.of(engine.slab, fd).words();
    } catch (IOException e) {
      return "of a kind";
    }
  }

  @Override
  public void interest(Interest interest) {
    want(
        (interest.readable() ? Kernel.EPOLLIN : 0)
            | (interest.writable() ? Kernel.EPOLLOUT : 0)
            | (interest.urgent() ? Kernel.EPOLLPRI : 0));
  }

  private void want(int next) {
    if (open && next != wanted && engine.has(fd, this)) {
      int result = engine.change(fd, generation, wanted, next);
      wanted = next;
      if (next != 0) { // what is closed already need not be taken out
        check(engine, fd, result);
      }
    }
  }

  @Override
  void dispatch() {
    int now = found & (wanted | LinuxEngine.FAILED);
    if (!open || wanted == 0 || now == 0) {
      return;
    }
    if ((now & wanted) == 0) {
      want(0);
    }
    watcher.ready(
        new Readiness(
            (now & Kernel.EPOLLIN) != 0,
            (now & Kernel.EPOLLOUT) != 0,
            (now & Kernel.EPOLLPRI) != 0,
            (now & Kernel.EPOLLHUP) != 0,
            (now & Kernel.EPOLLERR) != 0));
  }

  /** The descriptor is about to be closed; refused in a thread that is not the reactor's. */
  void ownerCloses() {
    watcher.closed();
    close();
  }

  @Override
  public void close() {
    if (open) {
      want(0);
      open = false;
      if (engine.has(fd, this)) {
        engine.forget(fd);
      }
      if (owned != null) {
        owned.watchedNoMore();
      }
    }
  }
}
