package io.tendril.core;

import io.tendril.core.internal.Failure;
import io.tendril.core.internal.Home;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One result for several: each {@link #branch()} sees the value or the failure. When every branch
 * that was ever taken has been cancelled, the source is cancelled.
 *
 * @param <T> what the source results in
 */
@SuppressWarnings("NullAway") // a value may be null where its type says so
public final class SharedDeferred<T> {
  private final List<Root<T>> waiting = new ArrayList<>();
  private final Deferred<?> source;
  private @Nullable Outcome<T> outcome;

  SharedDeferred(Deferred<T> source) {
    this.source =
        source.handle(
            (value, failure) -> {
              deliver(failure == null ? new Outcome.Success<>(value) : new Outcome.Failure<>(failure));
              return null;
            });
  }

  /**
   * A new Deferred with the shared result, which may be there already. Branches are independent:
   * cancelling one ends that one.
   */
  public Deferred<T> branch() {
    var branch = new Root<T>(Home.current());
    if (outcome != null) {
      fire(branch, outcome);
    } else {
      source.checkOwner();
      waiting.add(branch);
      branch.onCancel(() -> drop(branch));
    }
    return branch;
  }

  private void drop(Root<T> branch) {
    waiting.remove(branch);
    if (waiting.isEmpty()) {
      source.cancel();
    }
  }

  private void deliver(Outcome<T> result) {
    outcome = result;
    List<Root<T>> branches = List.copyOf(waiting);
    waiting.clear();
    branches.forEach(branch -> fire(branch, result));
  }

  private static <T> void fire(Root<T> branch, Outcome<T> outcome) {
    if (branch.isDone()) {
      return;
    }
    Home home = (Home) branch.link;
    switch (outcome) {
      case Outcome.Success<T>(var value) -> branch.settle(value, home);
      case Outcome.Failure<T>(var cause) -> branch.settle(new Failure(cause), home);
    }
  }
}
