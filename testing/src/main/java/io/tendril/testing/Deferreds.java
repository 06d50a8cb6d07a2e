package io.tendril.testing;

import io.tendril.core.Deferred;
import io.tendril.core.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on what a Deferred has come to by now. They wait for nothing: let time pass first,
 * with {@link TestClock#advance} or {@link TestRun#result}. Each takes the place of the Deferred's
 * continuation.
 */
public final class Deferreds {
  private Deferreds() {}

  /**
   * The value of a Deferred that has succeeded.
   *
   * @throws AssertionError if it has no result yet, or has failed: with that as the cause
   */
  @SuppressWarnings("NullAway") // the value is null where that is what it succeeded with
  public static <T> T succeededWith(Deferred<T> deferred) {
    return switch (outcome(deferred)) {
      case Outcome.Success<T>(var value) -> value;
      case Outcome.Failure<T>(var failure) ->
          throw new AssertionError("the Deferred has failed: " + failure, failure);
    };
  }

  /**
   * The failure of a Deferred that has failed with this type.
   *
   * @throws AssertionError if it has no result yet, has succeeded, or failed otherwise
   */
  public static <X extends Throwable> X failedWith(Deferred<?> deferred, Class<X> type) {
    return switch (outcome(deferred)) {
      case Outcome.Success<?>(var value) ->
          throw new AssertionError(
              "the Deferred has succeeded with " + value + "; expected " + type.getName());
      case Outcome.Failure<?>(var failure) -> {
        if (!type.isInstance(failure)) {
          throw new AssertionError(
              "the Deferred has failed with " + failure + "; expected " + type.getName(), failure);
        }
        yield type.cast(failure);
      }
    };
  }

  /**
   * Asserts that a Deferred has no result yet. It may be asked again, and attached to.
   *
   * @throws AssertionError if it has one
   */
  public static void hasNoResult(Deferred<?> deferred) {
    if (deferred.isDone()) {
      throw new AssertionError("the Deferred has a result: " + outcome(deferred));
    }
  }

  private static <T> Outcome<T> outcome(Deferred<T> deferred) {
    if (!deferred.isDone()) {
      throw new AssertionError("the Deferred has no result yet");
    }
    var seen = new Seen<T>();
    deferred.whenComplete(seen::see).exceptionally(_ -> null);
    return seen.outcome();
  }

  /** What a Deferred has come to. */
  static final class Seen<T> {
    private @Nullable Outcome<T> outcome;

    void see(@Nullable T value, @Nullable Throwable failure) {
      outcome = failure == null ? new Outcome.Success<>(value) : new Outcome.Failure<>(failure);
    }

    boolean isThere() {
      return outcome != null;
    }

    Outcome<T> outcome() {
      if (outcome == null) {
        throw new AssertionError("the Deferred is done, and its continuation has not run");
      }
      return outcome;
    }
  }
}
