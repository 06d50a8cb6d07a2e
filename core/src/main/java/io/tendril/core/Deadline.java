package io.tendril.core;

import java.time.Duration;

/**
 * A moment by which work must be done, inherited through the {@link Context} by every call made
 * under it.
 *
 * <pre>{@code
 * Deadline.within(Duration.ofSeconds(2)).run(() -> answer(request));
 * }</pre>
 *
 * @param nanoTime on the monotonic clock of the reactor it was made in; {@link Long#MAX_VALUE} for
 *     none
 */
public record Deadline(long nanoTime) {
  /** No deadline. */
  public static final Deadline NONE = new Deadline(Long.MAX_VALUE);

  private static final Context.Key<Deadline> KEY = Context.key("deadline", NONE);

  /** The deadline in force. */
  public static Deadline current() {
    return Context.current().value(KEY);
  }

  /** A deadline from now on the current reactor's clock, or the one in force if that is sooner. */
  public static Deadline within(Duration time) {
    var own = new Deadline(Reactor.current().clock().nanoTime() + time.toNanos());
    Deadline outer = current();
    return outer.isSet() && outer.nanoTime - own.nanoTime < 0 ? outer : own;
  }

  /** Whether there is one at all. */
  public boolean isSet() {
    return this != NONE && nanoTime != Long.MAX_VALUE;
  }

  /** What is left of it, zero when it has passed; {@code otherwise} if there is none. */
  public Duration remaining(Duration otherwise) {
    if (!isSet()) {
      return otherwise;
    }
    long left = nanoTime - Reactor.current().clock().nanoTime();
    Duration remaining = Duration.ofNanos(Math.max(0, left));
    return remaining.compareTo(otherwise) < 0 ? remaining : otherwise;
  }

  /** Runs an action under this deadline. */
  public void run(Runnable action) {
    Context.current().with(KEY, this).run(action);
  }
}
