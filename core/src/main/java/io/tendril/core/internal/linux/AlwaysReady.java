package io.tendril.core.internal.linux;

import java.io.IOException;

/**
 * A counter that is never zero, and so ready in every wait for as long as it is watched: readiness
 * that does not come from the kernel, in any loop that waits with this engine's descriptor.
 */
final class AlwaysReady extends Pollable {
  private final LinuxEngine engine;
  private final int fd;
  private final Runnable told;
  private boolean on;
  private boolean open = true;

  private AlwaysReady(LinuxEngine engine, int fd, Runnable told) {
    super(engine, fd);
    this.engine = engine;
    this.fd = fd;
    this.told = told;
  }

  static AlwaysReady open(LinuxEngine engine, Runnable told) throws IOException {
    int flags = Kernel.EFD_CLOEXEC | Kernel.EFD_NONBLOCK;
    int fd = Errno.check(Libc.eventDescriptor(engine.slab.state, 1, flags));
    return new AlwaysReady(engine, fd, told);
  }

  /** Sets whether to tell. */
  void tell(boolean newOn) {
    if (open && on != newOn) {
      on = newOn;
      engine.watch(fd, generation, newOn ? 0 : Kernel.EPOLLIN, newOn ? Kernel.EPOLLIN : 0);
    }
  }

  @Override
  void dispatch() {
    if (open && on) {
      told.run();
    }
  }

  void close() {
    if (open) {
      open = false;
      engine.forget(fd);
      Libc.close(engine.slab.state, fd);
    }
  }
}
