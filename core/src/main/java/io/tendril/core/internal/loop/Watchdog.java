package io.tendril.core.internal.loop;

import io.tendril.core.ReactorEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Names the call that holds a reactor for too long. The reactor only counts its calls; this looks at
 * the counter from a thread of its own, and takes the reactor's stack when it has stood still.
 */
final class Watchdog {
  private final LoopReactor reactor;
  private final Duration limit;
  private volatile boolean ended;

  private Watchdog(LoopReactor reactor, Duration limit) {
    this.reactor = reactor;
    this.limit = limit;
  }

  static Watchdog watch(LoopReactor reactor, Duration limit) {
    var watchdog = new Watchdog(reactor, limit);
    Thread.ofPlatform().daemon().name(reactor.name() + "-watchdog").start(watchdog::loop);
    return watchdog;
  }

  void end() {
    ended = true;
  }

  private void loop() {
    long seen = -1;
    int still = 0;
    while (!ended) {
      LockSupport.parkNanos(limit.toNanos() / 4);
      long calls = reactor.callsBegun();
      if (calls != seen || calls == LoopReactor.IDLE) {
        seen = calls;
        still = 0;
      } else if (++still == 4) {
        report();
      }
    }
  }

  private void report() {
    Thread thread = reactor.thread();
    if (thread != null) {
      List<StackTraceElement> stack = List.of(thread.getStackTrace());
      reactor.deliver(() -> reactor.report(new ReactorEvent.CallTooSlow(limit, stack)));
    }
  }
}
