package io.tendril.core;

import io.tendril.core.internal.Failure;
import io.tendril.core.internal.Home;
import io.tendril.core.internal.Origin;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The first stage of a chain: the Promise and its Deferred, as one object. */
@SuppressWarnings({"unchecked", "NullAway"}) // see Deferred about the three fields
sealed class Root<T> extends Deferred<T> implements Promise<T> permits Root.Traced {
  /**
   * The slot while the canceller runs: a firing now is the canceller's own, and not the late one.
   */
  private static final Object CANCELLING = new Object();

  /** A root that is to be fired. */
  Root(Home home) {
    super(null, home, home);
  }

  /** A constant. */
  Root(@Nullable Object result, Home home) {
    super(result, home, null);
  }

  @Override
  public final Deferred<T> deferred() {
    return this;
  }

  @Override
  public final void succeed(@Nullable T value) {
    if (value instanceof Deferred) {
      refuseDeferred(value);
    }
    traceFiring();
    fire(value);
  }

  @Override
  public final void fail(Throwable failure) {
    Objects.requireNonNull(failure, "a failure is needed to fail with");
    traceFiring();
    fire(new Failure(failure, origin()));
  }

  private void fire(@Nullable Object result) {
    if (link instanceof Home home) {
      home.check("this Promise");
      link = slot == CANCELLING ? LATE : null;
      deliver(result, home);
    } else if (link == LATE) {
      checkOwner();
      link = null;
    } else {
      throw firedTwice(result);
    }
  }

  private IllegalStateException firedTwice(@Nullable Object result) {
    String origin = origin();
    var again =
        new IllegalStateException(
            "this Promise has been fired already" + (origin == null ? "" : "; " + origin));
    if (result instanceof Failure failure) {
      again.addSuppressed(failure.cause);
    }
    return again;
  }

  @Override
  public final Promise<T> onCancel(Reactor.Action canceller) {
    if (link instanceof Home home) {
      home.check("this Promise");
      if (slot != CANCELLING) {
        slot = canceller;
      }
    }
    return this;
  }

  final void cancelRoot() {
    if (!(link instanceof Home home)) {
      checkOwner();
      return;
    }
    home.check("this Deferred");
    if (slot == CANCELLING) {
      return; // by its own canceller
    }
    Throwable thrown = null;
    Object toDo = slot;
    slot = CANCELLING;
    if (toDo instanceof Reactor.Action canceller) {
      try {
        canceller.run();
      } catch (Throwable e) {
        home.caught(e);
        thrown = e;
      }
    }
    if (link != home) { // the canceller has fired it
      if (thrown != null) {
        home.report(thrown, origin());
      }
      return;
    }
    var cancelled = new CancellationException("cancelled");
    if (thrown != null) {
      cancelled.addSuppressed(thrown);
    }
    traceFiring();
    link = LATE;
    deliver(new Failure(cancelled, origin()), home);
  }

  /** Remembers the firing that is about to happen, in debug mode. */
  void traceFiring() {}

  /** Where this was made and fired, in debug mode. */
  @Nullable String origin() {
    return null;
  }

  static <T> T refuseDeferred(T value) {
    if (value instanceof Deferred) {
      throw new IllegalStateException(
          "a Deferred is not a value: return it from thenCompose, or attach to it");
    }
    return value;
  }

  /** A root that remembers where it was made and fired: debug mode. */
  static final class Traced<T> extends Root<T> {
    private final Origin made = Origin.here();
    private @Nullable Origin fired;

    Traced(Home home) {
      super(home);
    }

    @Override
    void traceFiring() {
      if (pending()) {
        fired = Origin.here();
      }
    }

    @Override
    String origin() {
      return "made " + made + (fired == null ? "" : ", fired " + fired);
    }
  }
}
