package io.tendril.core.internal.loop;

import io.tendril.core.Context;
import io.tendril.core.DelayedCall;
import io.tendril.core.Reactor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Delayed calls that end with their owner: a protocol, a connection, a socket. A list that the
 * pending calls form themselves, since each of many idle connections has one.
 */
public final class ScopedCalls {
  private @Nullable Scoped first;

  /** No calls yet. */
  public ScopedCalls() {}

  /** A call that is in the list until it runs or is cancelled. */
  private final class Scoped extends Timers.Call {
    private @Nullable Scoped previous;
    private @Nullable Scoped next;

    Scoped(Timers timers, Reactor.Action action, long time, Context context) {
      timers.super(action, time, context);
      next = first;
      if (next != null) {
        next.previous = this;
      }
      first = this;
    }

    @Override
    boolean inside() {
      return true;
    }

    @Override
    void over() {
      Scoped before = previous;
      Scoped after = next;
      if (before != null) {
        before.next = after;
      } else {
        first = after;
      }
      if (after != null) {
        after.previous = before;
      }
      previous = null;
      next = null;
    }
  }

  /** Makes a call, which is born dropped if the owner is gone already. */
  public DelayedCall add(LoopReactor reactor, Duration delay, Reactor.Action action, boolean gone) {
    reactor.check("callLater");
    var call = new Scoped(reactor.timers(), action, reactor.due(delay), reactor.context());
    if (gone) {
      call.cancel();
    }
    return call;
  }

  /** Cancels all that are pending. */
  public void dropAll() {
    while (first != null) {
      first.cancel();
    }
  }
}
