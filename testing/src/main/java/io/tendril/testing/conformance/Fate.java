package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import io.tendril.core.Deferred;
import org.jspecify.annotations.Nullable;

/** What has become of a Deferred: nothing yet, a value, a failure. */
final class Fate<T> {
  private boolean done;
  private @Nullable T value;
  private @Nullable Throwable failure;
  private int times;

  private Fate() {}

  static <T> Fate<T> of(Deferred<T> deferred) {
    var fate = new Fate<T>();
    var _ =
        deferred.handle((value, failure) -> {
          fate.done = true;
          fate.times++;
          fate.value = value;
          fate.failure = failure;
          return null;
        });
    return fate;
  }

  boolean isDone() {
    return done;
  }

  boolean isFailed() {
    return failure != null;
  }

  int times() {
    return times;
  }

  /** The value; a failure fails the case. */
  @SuppressWarnings("NullAway") // null is a value of Deferreds of nothing
  T value() {
    if (failure != null) {
      throw new AssertionError("a Deferred failed", failure);
    }
    if (!done) {
      fail("a Deferred has no result");
    }
    return value;
  }

  <X extends Throwable> X failure(Class<X> type) {
    if (failure == null) {
      return fail(done ? "a Deferred did not fail but has " + value : "a Deferred has no result");
    }
    if (!type.isInstance(failure)) {
      throw new AssertionError("not a " + type.getSimpleName(), failure);
    }
    return type.cast(failure);
  }
}
