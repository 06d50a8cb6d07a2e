package io.tendril.core.internal.loop;

import io.tendril.core.ReactorEvent;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Names the call that holds a reactor for too long. A reactor only counts its calls; one thread
 * looks at the counters of all reactors, and takes the stack of one that has stood still for its
 * limit.
 *
 * <p>The report is an event, and so comes when the call has ended: observers are called in the
 * reactor's thread. Of a call that may never end, the watchdog says so itself, in the log.
 */
final class Watchdog {
  private static final long TICK = Duration.ofMillis(50).toNanos();

  /** After so many times its limit a call is taken for one that may never end. */
  private static final int STUCK = 10;

  private static final System.Logger LOG = System.getLogger("io.tendril.core");

  private static final List<Watchdog> WATCHED = new ArrayList<>();

  /** Weak, so that a reactor which nobody runs or stops can go. */
  private final WeakReference<LoopReactor> reactor;

  private final Duration limit;
  private long seen = LoopReactor.IDLE;
  private long since;
  private boolean reported;
  private boolean logged;

  private Watchdog(LoopReactor reactor) {
    this.reactor = new WeakReference<>(reactor);
    this.limit = reactor.options().slowCall();
  }

  /** Watches a reactor until it has stopped. */
  static void watch(LoopReactor reactor) {
    synchronized (WATCHED) {
      WATCHED.add(new Watchdog(reactor));
      if (WATCHED.size() == 1) {
        Thread.ofPlatform().daemon().name("reactor-watchdog").start(Watchdog::loop);
      }
    }
  }

  /** Runs while there is something to watch. */
  private static void loop() {
    // The JDK reads its time zones from files on first use, and never again if that fails. Let it
    // be now: the first use may be the log line that says that descriptors have run out.
    var _ = ZoneId.systemDefault().getRules();
    while (true) {
      LockSupport.parkNanos(TICK);
      List<Watchdog> all;
      synchronized (WATCHED) {
        WATCHED.removeIf(Watchdog::over);
        if (WATCHED.isEmpty()) {
          return;
        }
        all = List.copyOf(WATCHED);
      }
      long now = System.nanoTime();
      all.forEach(watchdog -> watchdog.look(now));
    }
  }

  private boolean over() {
    LoopReactor watched = reactor.get();
    return watched == null || watched.stopped();
  }

  private void look(long now) {
    LoopReactor watched = reactor.get();
    if (watched == null) {
      return;
    }
    long calls = watched.callsBegun();
    if (calls != seen || calls == LoopReactor.IDLE) {
      seen = calls;
      since = now;
      reported = false;
      logged = false;
    } else if (!reported && now - since >= limit.toNanos()) {
      reported = true; // once for each call
      report(watched, Duration.ofNanos(now - since));
    } else if (!logged && now - since >= STUCK * limit.toNanos()) {
      logged = true;
      log(watched, Duration.ofNanos(now - since));
    }
  }

  private static void report(LoopReactor reactor, Duration soFar) {
    Thread thread = reactor.thread();
    if (thread != null) {
      List<StackTraceElement> stack = List.of(thread.getStackTrace());
      reactor.deliver(() -> reactor.report(new ReactorEvent.CallTooSlow(soFar, stack)));
    }
  }

  private static void log(LoopReactor reactor, Duration soFar) {
    Thread thread = reactor.thread();
    if (thread == null) {
      return;
    }
    Thread.State state = thread.getState();
    LOG.log(
        System.Logger.Level.WARNING,
        "a call has held "
            + reactor.name()
            + " for "
            + soFar.toMillis()
            + " ms, and still does"
            + (state == Thread.State.BLOCKED || state == Thread.State.WAITING
                ? "; it waits for a lock or another thread: if a coroutine of this reactor holds that"
                    + " lock across an await, neither goes on, and a DeferredLock is what to use"
                : "")
            + "; at "
            + List.of(thread.getStackTrace()));
  }
}
