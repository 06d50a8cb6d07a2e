package io.tendril.core;

import io.tendril.core.internal.Failure;
import io.tendril.core.internal.Home;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One result for several: each {@link #branch()} sees the value or the failure. When every branch
 * that was ever taken has been cancelled, the source is cancelled.
 *
 * @param <T> what the source results in
 */
@SuppressWarnings("NullAway") // see Deferred about the three fields
public final class SharedDeferred<T> {
  private static final Object NOTHING_YET = new Object();

  private final Set<Root<T>> waiting = new LinkedHashSet<>();
  private final Deferred<?> arrival;
  private final Home home;
  private @Nullable Object result = NOTHING_YET;

  SharedDeferred(Deferred<T> source) {
    home = source.owner();
    arrival = source.attach(new Arrival(), this);
  }

  /**
   * A new Deferred with the shared result, which may be there already. Branches are independent:
   * cancelling one ends that one.
   */
  public Deferred<T> branch() {
    home.check("this SharedDeferred");
    var branch = new Root<T>(home);
    if (result != NOTHING_YET) {
      settle(branch);
    } else {
      waiting.add(branch);
      branch.onCancel(() -> drop(branch));
    }
    return branch;
  }

  private void drop(Root<T> branch) {
    waiting.remove(branch);
    if (waiting.isEmpty()) {
      arrival.cancel();
    }
  }

  private void arrive(@Nullable Object arrived) {
    result = arrived;
    if (waiting.isEmpty() && arrived instanceof Failure failure) {
      home.watch(this, failure); // until a branch is taken
    }
    List<Root<T>> branches = List.copyOf(waiting);
    waiting.clear();
    branches.forEach(this::settle);
  }

  private void settle(Root<T> branch) {
    if (result instanceof Failure failure) {
      failure.handled(); // each branch has its own
      branch.settle(new Failure(failure.cause, failure.origin), home);
    } else {
      branch.settle(result, home);
    }
  }

  /** The one continuation of the source. */
  private static final class Arrival extends Stage<Void> {
    @Override
    @Nullable Object apply(Object action, @Nullable Object input, Home home) {
      ((SharedDeferred<?>) action).arrive(input);
      return null;
    }
  }
}
