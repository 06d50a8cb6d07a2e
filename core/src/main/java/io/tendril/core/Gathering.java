package io.tendril.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several Deferreds as one: gather, settle, race. Cancelling the whole cancels what is left. */
@SuppressWarnings({"unchecked", "NullAway"}) // an array of results has holes until all are there
final class Gathering {
  private Gathering() {}

  static <T> Deferred<List<T>> gather(List<? extends Deferred<? extends T>> deferreds) {
    if (deferreds.isEmpty()) {
      return Deferred.succeeded(List.of());
    }
    Promise<List<T>> all = Promise.create();
    List<Deferred<?>> inputs = List.copyOf(deferreds);
    List<Deferred<?>> stages = new ArrayList<>(inputs.size());
    all.onCancel(() -> stages.forEach(Deferred::cancel));
    @Nullable Object[] values = new Object[inputs.size()];
    int[] missing = {inputs.size()};
    for (int i = 0; i < values.length; i++) {
      int index = i;
      stages.add(
          inputs
              .get(i)
              .handle(
                  value -> {
                    values[index] = value;
                    if (--missing[0] == 0 && !all.isDone()) {
                      all.succeed((List<T>) Collections.unmodifiableList(Arrays.asList(values)));
                    }
                    return null;
                  },
                  failure -> {
                    if (!all.isDone()) {
                      all.fail(new Deferred.GatherFailed(index, failure));
                    }
                    return null;
                  }));
    }
    return all.deferred();
  }

  static <T> Deferred<List<Outcome<T>>> settle(List<? extends Deferred<? extends T>> deferreds) {
    List<Deferred<Outcome<T>>> outcomes = new ArrayList<>(deferreds.size());
    for (Deferred<? extends T> deferred : deferreds) {
      outcomes.add(
          deferred.handle(value -> new Outcome.Success<T>(value), cause -> new Outcome.Failure<T>(cause)));
    }
    return gather(outcomes);
  }

  static <T> Deferred<T> race(List<? extends Deferred<? extends T>> deferreds) {
    if (deferreds.isEmpty()) {
      return Deferred.failed(new Deferred.RaceFailed(List.of()));
    }
    Promise<T> winner = Promise.create();
    List<Deferred<?>> stages = new ArrayList<>(deferreds.size());
    winner.onCancel(() -> stages.forEach(Deferred::cancel));
    Throwable[] failures = new Throwable[deferreds.size()];
    int[] left = {failures.length};
    for (Deferred<? extends T> deferred : List.copyOf(deferreds)) {
      int index = stages.size();
      stages.add(
          deferred.handle(
              value -> {
                if (!winner.isDone()) {
                  winner.succeed(value);
                  stages.forEach(Deferred::cancel);
                }
                return null;
              },
              failure -> {
                failures[index] = failure;
                if (--left[0] == 0 && !winner.isDone()) {
                  winner.fail(new Deferred.RaceFailed(Arrays.asList(failures)));
                }
                return null;
              }));
      if (winner.isDone()) {
        stages.forEach(Deferred::cancel);
      }
    }
    return winner.deferred();
  }
}
