package io.tendril.core;

import io.tendril.core.internal.Home;
import org.jspecify.annotations.Nullable;

/**
 * The duty to deliver a result, once. Its holder fires it; everybody else gets the {@link
 * #deferred()}.
 *
 * <pre>{@code
 * Promise<Reply> promise = Promise.create();
 * promise.onCancel(() -> waiting.remove(id));
 * waiting.put(id, promise);
 * return promise.deferred();
 * }</pre>
 *
 * <p>It belongs to the reactor that was current when it was made, and is fired in that reactor's
 * thread; from elsewhere, through {@link Reactor#execute}.
 *
 * @param <T> what is owed
 */
public sealed interface Promise<T> permits Root {
  /** A promise of the current reactor or, outside of any, of the calling thread. */
  static <T> Promise<T> create() {
    Home home = Home.current();
    return home.debug() ? new Root.Traced<>(home) : new Root<>(home);
  }

  /** What the others hold. Always the same one. */
  Deferred<T> deferred();

  /**
   * Delivers the value.
   *
   * @throws IllegalStateException if it has been fired already (after a cancellation, one late
   *     firing is swallowed), if the value is a Deferred, or from a wrong thread
   */
  void succeed(@Nullable T value);

  /** Delivers success with nothing to tell. */
  default void succeed() {
    succeed(null);
  }

  /**
   * Delivers a failure.
   *
   * @throws IllegalStateException as {@link #succeed(Object)}
   */
  void fail(Throwable failure);

  /**
   * Says how to give up the work. The canceller runs when the Deferred is cancelled before it is
   * fired, and may fire the promise itself; if it does not, the Deferred fails with a {@link
   * java.util.concurrent.CancellationException}, in which an exception of the canceller is
   * suppressed.
   *
   * @return this
   */
  Promise<T> onCancel(Reactor.Action canceller);

  /** Whether it has been fired or cancelled: what is delivered now finds nobody. */
  boolean isDone();
}
