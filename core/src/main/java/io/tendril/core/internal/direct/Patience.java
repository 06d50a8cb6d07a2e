package io.tendril.core.internal.direct;

import io.tendril.core.Connection;
import io.tendril.core.Deferred;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** How long each operation of a conversation may wait. */
final class Patience {
  private Duration each = Duration.ZERO;

  /** Bounds each wait from here on; zero for no bound. */
  void set(Duration limit) {
    if (limit.isNegative()) {
      throw new IllegalArgumentException("a deadline of " + limit);
    }
    each = limit;
  }

  /** Suspends the coroutine until a Deferred has its result. */
  <T> T await(Deferred<T> deferred, String what) {
    if (each.isZero()) {
      return deferred.await();
    }
    Duration limit = each;
    try {
      return deferred.orTimeout(limit, what).await(TimeoutException.class);
    } catch (TimeoutException e) {
      throw new Connection.DeadlinePassed(what, limit, e);
    }
  }
}
