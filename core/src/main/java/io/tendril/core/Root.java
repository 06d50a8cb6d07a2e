package io.tendril.core;

import io.tendril.core.internal.Failure;
import io.tendril.core.internal.Home;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The first stage of a chain: the Promise and its Deferred, as one object. */
@SuppressWarnings({"unchecked", "NullAway"}) // see Deferred about the three fields
sealed class Root<T> extends Deferred<T> implements Promise<T> permits Root.Traced {
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
    fire(value);
  }

  @Override
  public final void fail(Throwable failure) {
    fire(new Failure(failure, origin()));
  }

  private void fire(@Nullable Object result) {
    if (link instanceof Home home) {
      home.check("this Promise");
      settle(result, home);
    } else if (link == LATE) {
      link = null;
    } else {
      throw firedTwice(result);
    }
  }

  private IllegalStateException firedTwice(@Nullable Object result) {
    var again = new IllegalStateException("this Promise has been fired already" + traced());
    if (result instanceof Failure failure) {
      again.addSuppressed(failure.cause);
    }
    return again;
  }

  @Override
  public final Promise<T> onCancel(Reactor.Action canceller) {
    if (link instanceof Home home) {
      home.check("this Promise");
      slot = canceller;
    }
    return this;
  }

  final void cancelRoot() {
    if (!(link instanceof Home home)) {
      checkOwner();
      return;
    }
    home.check("this Deferred");
    Throwable thrown = null;
    if (slot instanceof Reactor.Action canceller) {
      slot = null;
      try {
        canceller.run();
      } catch (Throwable e) {
        if (e instanceof VirtualMachineError error && !(e instanceof StackOverflowError)) {
          home.fatal(error);
        }
        thrown = e;
      }
    }
    if (link != home) {
      return; // the canceller has fired it
    }
    var cancelled = new CancellationException("cancelled");
    if (thrown != null) {
      cancelled.addSuppressed(thrown);
    }
    settle(new Failure(cancelled, origin()), home);
    link = LATE;
  }

  @Nullable String origin() {
    return null;
  }

  String traced() {
    return "";
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
    private final Throwable made = new Throwable("made here");
    private @Nullable Throwable fired;

    Traced(Home home) {
      super(home);
    }

    @Override
    String origin() {
      fired = new Throwable("fired here");
      return "made " + place(made) + ", fired " + place(fired);
    }

    @Override
    String traced() {
      return "; made " + place(made) + (fired == null ? "" : ", fired " + place(fired));
    }

    private static String place(Throwable trace) {
      for (StackTraceElement element : trace.getStackTrace()) {
        if (!element.getClassName().startsWith("io.tendril.core.")
            || element.getClassName().endsWith("Test")) {
          return "at " + element;
        }
      }
      return "in Tendril";
    }
  }
}
