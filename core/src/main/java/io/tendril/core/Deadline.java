package io.tendril.core;

import com.google.errorprone.annotations.CheckReturnValue;
import io.tendril.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;

/**
 * A moment by which work must be done, inherited through the {@link Context} by every call made
 * under it.
 *
 * <pre>{@code
 * Deadline.within(Duration.ofSeconds(2)).run(() -> answer(request));
 * }</pre>
 *
 * <p>Who keeps to it:
 *
 * <ul>
 *   <li>Each {@link Deferred#await} of a coroutine, and what is built on it, whatever is awaited:
 *       at the deadline it is cancelled, and the await throws a {@link TimeoutException}. After the
 *       deadline, an await that would suspend throws at once; one of a result that is there does
 *       not. Coroutines that are started under it inherit it.
 *   <li>{@link Reactor#deferToThread} and with it {@link Reactor#blocking}, {@link Reactor#after}
 *       and name lookups fail with a TimeoutException at the deadline, and the call in the pool is
 *       interrupted.
 *   <li>Connecting fails with {@link ConnectFailed.TimedOut}, at the deadline or after its own
 *       limit, whichever is sooner.
 *   <li>Anything else that results in a Deferred, through {@link #bound}.
 * </ul>
 *
 * <p>What must be awaited all the same, to clean up, is done without one: {@code
 * Deadline.NONE.run(...)}.
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
    return of(Context.current());
  }

  /** The deadline of a context. */
  static Deadline of(Context context) {
    return context == Context.empty() ? NONE : context.value(KEY);
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

  /** Whether there is one, and it has passed by a clock. */
  boolean hasPassed(TimeSource clock) {
    return isSet() && nanoTime - clock.nanoTime() <= 0;
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

  /** Calls a function under this deadline. */
  public <T> T call(Callable<T> function) throws Exception {
    return Context.current().with(KEY, this).call(function);
  }

  /**
   * Bounds a Deferred by this deadline: at that moment it is cancelled, and fails with a {@link
   * TimeoutException}. Without a deadline it stays as it is.
   *
   * @param what what is waited for, for the message: "the answer of 127.0.0.1:53"
   */
  @CheckReturnValue
  public <T> Deferred<T> bound(Deferred<T> deferred, String what) {
    return isSet() ? Stages.Timeout.by(this, deferred, what) : deferred;
  }

  /** What is thrown when it has passed. */
  static TimeoutException passed(String what) {
    return new TimeoutException("the deadline has passed, waiting for " + what);
  }
}
