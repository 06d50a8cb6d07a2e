package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A descriptor that is readable from when it is rung until it is silenced, for loops that poll, and
 * for a thread that waits for it.
 */
public final class Bell {
  private final Slab slab = new Slab();
  private final MemorySegment count = slab.allocate(JAVA_LONG.byteSize());
  private final int rung;
  private final int epoll;

  /** A bell that is silent. */
  public Bell() throws IOException {
    rung =
        Errno.check(Libc.eventDescriptor(slab.state, 0, Kernel.EFD_CLOEXEC | Kernel.EFD_NONBLOCK));
    int made = Libc.epoll(slab.state, Kernel.EPOLL_CLOEXEC);
    if (made >= 0) {
      MemorySegment event = slab.allocate(Kernel.Layout.EPOLL_EVENT);
      event.set(java.lang.foreign.ValueLayout.JAVA_INT, 0, Kernel.EPOLLIN);
      int added = Libc.control(slab.state, made, Kernel.EPOLL_CTL_ADD, rung, event);
      if (added < 0) {
        Libc.close(slab.state, made);
        made = added;
      }
    }
    if (made < 0) {
      Libc.close(slab.state, rung);
    }
    epoll = Errno.check(made);
  }

  /** The descriptor. */
  public int number() {
    return rung;
  }

  /** Rings it; from any thread. */
  public void ring() {
    Libc.write(rung, LinuxEngine.ONE, JAVA_LONG.byteSize());
  }

  /** Silences it; in the thread of its owner. */
  public void silence() {
    Libc.read(slab.state, rung, count, JAVA_LONG.byteSize());
  }

  /** Waits until it rings, in any thread. */
  public void await(long nanos) throws IOException {
    new Poll(epoll, new Slab(), 1).await(nanos);
  }

  /** Gives its descriptors back. */
  public void close() {
    Libc.close(slab.state, epoll);
    Libc.close(slab.state, rung);
  }
}
