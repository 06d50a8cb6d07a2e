package io.tendril.http.server;

import io.tendril.core.DelayedCall;
import io.tendril.core.Transport;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one time limit that a connection is under at a time. Moving it is cheap: the delayed call
 * stays where it is, and looks when it runs whether the limit has moved.
 */
final class IdleWatch {
  private final Transport transport;
  private final ServerLoop loop;
  private final Consumer<Duration> overdue;
  private Duration limit = Duration.ZERO;
  private long deadline;
  private boolean armed;
  private @Nullable DelayedCall call;

  /**
   * A watch.
   *
   * @param overdue called with the limit that has passed
   */
  IdleWatch(Transport transport, ServerLoop loop, Consumer<Duration> overdue) {
    this.transport = transport;
    this.loop = loop;
    this.overdue = overdue;
  }

  /** From now on there is so much time. */
  void allow(Duration time) {
    limit = time;
    deadline = loop.nanoTime() + time.toNanos();
    armed = true;
    if (call == null) {
      call = transport.callLater(time, this::look);
    } else if (call.time() - deadline > 0) {
      call.reset(time);
    }
  }

  /** There is no limit for now. */
  void rest() {
    armed = false;
  }

  private void look() {
    call = null;
    if (!armed) {
      return;
    }
    long left = deadline - loop.nanoTime();
    if (left > 0) {
      call = transport.callLater(Duration.ofNanos(left), this::look);
    } else {
      armed = false;
      overdue.accept(limit);
    }
  }
}
