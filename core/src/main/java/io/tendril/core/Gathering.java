package io.tendril.core;

import io.tendril.core.internal.Failure;
import io.tendril.core.internal.Home;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several Deferreds as one: gather, settle, race. Cancelling the whole cancels what is left of its
 * parts.
 *
 * @param <R> what the whole results in
 */
@SuppressWarnings({"unchecked", "NullAway"}) // an array of results has holes until all are there
abstract class Gathering<R> {
  final Promise<R> whole = Promise.create();
  private final List<Deferred<?>> parts = new ArrayList<>();
  private boolean ended;

  static <T> Deferred<List<T>> gather(List<? extends Deferred<? extends T>> inputs) {
    return inputs.isEmpty()
        ? Deferred.succeeded(List.of())
        : new All<T>(inputs.size()).over(inputs);
  }

  static <T> Deferred<List<Outcome<T>>> settle(List<? extends Deferred<? extends T>> inputs) {
    return inputs.isEmpty()
        ? Deferred.succeeded(List.of())
        : new Outcomes<T>(inputs.size()).over(inputs);
  }

  static <T> Deferred<T> race(List<? extends Deferred<? extends T>> inputs) {
    return inputs.isEmpty()
        ? Deferred.failed(new Deferred.RaceFailed(List.of()))
        : new Race<T>(inputs.size()).over(inputs);
  }

  /** Takes a part's value or {@link Failure}. Not called any more once the whole has ended. */
  abstract void take(int index, @Nullable Object result);

  final Deferred<R> over(List<? extends Deferred<?>> inputs) {
    inputs.forEach(Deferred::owner); // all or none: throws before it has taken any over
    whole.onCancel(() -> {
      ended = true;
      cancelParts();
    });
    for (Deferred<?> input : List.copyOf(inputs)) {
      Deferred<?> part = input.attach(new Part(parts.size()), this);
      parts.add(part);
      if (ended) {
        ended(part);
      }
    }
    return whole.deferred();
  }

  /** What becomes of a part that is not needed any more. */
  void ended(Deferred<?> part) {}

  final void cancelParts() {
    parts.forEach(Deferred::cancel);
  }

  final void succeed(R value) {
    ended = true;
    whole.succeed(value);
  }

  final void fail(Throwable failure) {
    ended = true;
    whole.fail(failure);
  }

  /** One of them: hands its result over, and succeeds with nothing. */
  private static final class Part extends Stage<Void> {
    private final int index;

    Part(int index) {
      this.index = index;
    }

    @Override
    @Nullable Object apply(Object action, @Nullable Object input, Home home) {
      var gathering = (Gathering<?>) action;
      if (!gathering.ended) {
        gathering.take(index, input);
      }
      return null;
    }
  }

  private static final class All<T> extends Gathering<List<T>> {
    private final @Nullable Object[] values;
    private int missing;

    All(int size) {
      values = new Object[size];
      missing = size;
    }

    @Override
    void take(int index, @Nullable Object result) {
      if (result instanceof Failure failure) {
        fail(new Deferred.GatherFailed(index, failure.cause));
        return;
      }
      values[index] = result;
      if (--missing == 0) {
        succeed((List<T>) Collections.unmodifiableList(Arrays.asList(values)));
      }
    }
  }

  private static final class Outcomes<T> extends Gathering<List<Outcome<T>>> {
    private final Outcome<T>[] outcomes;
    private int missing;

    Outcomes(int size) {
      outcomes = (Outcome<T>[]) new Outcome<?>[size];
      missing = size;
    }

    @Override
    void take(int index, @Nullable Object result) {
      outcomes[index] = outcome(result);
      if (--missing == 0) {
        succeed(List.of(outcomes));
      }
    }

    private Outcome<T> outcome(@Nullable Object result) {
      return result instanceof Failure failure
          ? new Outcome.Failure<>(failure.cause)
          : new Outcome.Success<>((T) result);
    }
  }

  private static final class Race<T> extends Gathering<T> {
    private final Throwable[] failures;
    private int left;

    Race(int size) {
      failures = new Throwable[size];
      left = size;
    }

    @Override
    void take(int index, @Nullable Object result) {
      if (!(result instanceof Failure failure)) {
        succeed((T) result);
        cancelParts();
        return;
      }
      failures[index] = failure.cause;
      if (--left == 0) {
        fail(new Deferred.RaceFailed(Arrays.asList(failures)));
      }
    }

    @Override
    void ended(Deferred<?> part) {
      part.cancel();
    }
  }
}
