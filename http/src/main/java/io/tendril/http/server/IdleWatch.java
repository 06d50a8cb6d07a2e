package io.tendril.http.server;

import io.tendril.core.DelayedCall;
import io.tendril.core.Reactor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The one time limit that a connection is under at a time. Moving it is cheap: the delayed call
 * stays where it is, and looks when it runs whether the limit has moved.
 */
abstract class IdleWatch implements Reactor.Action {
  final ServerLoop loop;
  private long deadline;
  private boolean armed;
  private @Nullable DelayedCall call;

  IdleWatch(ServerLoop loop) {
    this.loop = loop;
  }

  /** The limit has passed. */
  abstract void overdue();

  /** From now on, as the loop knows it, there are so many nanoseconds. */
  final void allow(long nanos) {
    deadline = loop.nanoTime() + nanos;
    armed = true;
    if (call == null) {
      call = loop.reactor.callLater(Duration.ofNanos(nanos), this);
    } else if (call.time() - deadline > 0) {
      call.reset(Duration.ofNanos(nanos));
    }
  }

  /** There is no limit for now. */
  void rest() {
    armed = false;
  }

  /** There will be no limit any more. */
  final void end() {
    armed = false;
    if (call != null) {
      call.cancel();
      call = null;
    }
  }

  /** Looks whether the limit has passed. */
  @Override
  public final void run() {
    call = null;
    if (!armed) {
      return;
    }
    long left = deadline - loop.tick();
    if (left > 0) {
      call = loop.reactor.callLater(Duration.ofNanos(left), this);
    } else {
      armed = false;
      overdue();
    }
  }
}
