package io.tendril.core.internal.loop;

import io.tendril.core.Deadline;
import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.internal.Waited;
import io.tendril.spi.Blocking;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Calls that leave the reactor's thread for the pool, and whose results come back to it. */
final class PoolCalls {
  private static final String WHAT = "a blocking call";

  private final LoopReactor reactor;
  private final Blocking pool;

  PoolCalls(LoopReactor reactor, Blocking pool) {
    this.reactor = reactor;
    this.pool = pool;
  }

  <T> Deferred<T> submit(Callable<? extends T> function) {
    Promise<T> promise = reactor.promise();
    try {
      Runnable giveUp = pool.submit(() -> call(function, promise));
      promise.onCancel(Waited.as(WHAT, giveUp::run));
    } catch (RuntimeException e) {
      promise.fail(e);
    }
    return Deadline.current().bound(promise.deferred(), WHAT);
  }

  /** In a thread of the pool. */
  private <T> void call(Callable<? extends T> function, Promise<T> promise) {
    try {
      T value = function.call();
      reactor.deliver(() -> settle(promise, value, null));
    } catch (Throwable e) {
      reactor.deliver(() -> settle(promise, null, e));
    }
  }

  private static <T> void settle(
      Promise<T> promise, @Nullable T value, @Nullable Throwable failure) {
    if (promise.isDone()) {
      return;
    }
    if (failure != null) {
      promise.fail(failure);
    } else {
      promise.succeed(value);
    }
  }
}
