package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tendril.core.internal.linux.Kernel.Layout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** One thread's wait on an epoll descriptor: to the nanosecond, where the system can. */
final class Poll {
  private final int epoll;
  private final Slab slab;
  private final MemorySegment time;

  /** What was found. */
  final MemorySegment events;

  private final int most;
  private boolean precise = true;

  Poll(int epoll, Slab slab, int most) {
    this.epoll = epoll;
    this.slab = slab;
    this.most = most;
    this.events = slab.allocate((long) most * Layout.EPOLL_EVENT);
    this.time = slab.allocate(Layout.TIMESPEC);
  }

  /**
   * Waits.
   *
   * @param nanos the longest wait; 0 not to wait, negative for no limit
   * @return how many events there are
   */
  int await(long nanos) throws IOException {
    int found = nanos == 0 ? Libc.look(slab.state, epoll, events, most) : sleep(nanos);
    return found == -Kernel.EINTR ? 0 : Errno.check(found);
  }

  private int sleep(long nanos) {
    if (precise) {
      int found = Libc.awaitPrecisely(slab.state, epoll, events, most, limit(nanos));
      if (found != -Kernel.ENOSYS && found != -Kernel.EPERM) {
        return found;
      }
      precise = false; // an older kernel, or a filter of calls that is
    }
    // Up, since to wake before the time is to wake for nothing.
    long millis = nanos < 0 ? -1 : Math.min(Integer.MAX_VALUE, (nanos + 999_999) / 1_000_000);
    return Libc.await(slab.state, epoll, events, most, (int) millis);
  }

  private MemorySegment limit(long nanos) {
    if (nanos < 0) {
      return MemorySegment.NULL;
    }
    time.set(JAVA_LONG, 0, nanos / 1_000_000_000);
    time.set(JAVA_LONG, Layout.TIMESPEC__TV_NSEC, nanos % 1_000_000_000);
    return time;
  }
}
