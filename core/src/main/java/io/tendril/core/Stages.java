package io.tendril.core;

import io.tendril.core.internal.Failure;
import io.tendril.core.internal.Home;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The kinds of stages: one small class each, so that the kind costs no field. */
@SuppressWarnings({"unchecked", "NullAway"}) // see Deferred about the three fields
final class Stages {
  private Stages() {}

  /** An error branch that is taken for one type of failure only. */
  record Typed<X extends Throwable>(Class<X> type, Deferred.Mapper<? super X, ?> function) {}

  /** Both sides of a pair. */
  record Pair(Deferred.Mapper<?, ?> onValue, Deferred.Mapper<? super Throwable, ?> onFailure) {}

  static final class Apply<T> extends Stage<T> {
    @Override
    Object apply(Object action, @Nullable Object input, Home home) throws Throwable {
      return input instanceof Failure
          ? input
          : Root.refuseDeferred(((Deferred.Mapper<Object, Object>) action).apply(input));
    }
  }

  static final class Accept<T> extends Stage<T> {
    @Override
    Object apply(Object action, @Nullable Object input, Home home) throws Throwable {
      if (input instanceof Failure) {
        return input;
      }
      ((Deferred.Handler<Object>) action).accept(input);
      return null;
    }
  }

  static final class Run<T> extends Stage<T> {
    @Override
    Object apply(Object action, @Nullable Object input, Home home) throws Throwable {
      if (input instanceof Failure) {
        return input;
      }
      ((Reactor.Action) action).run();
      return null;
    }
  }

  static final class Compose<T> extends Stage<T> {
    @Override
    Object apply(Object action, @Nullable Object input, Home home) throws Throwable {
      return input instanceof Failure
          ? input
          : adopt(((Deferred.Mapper<Object, Deferred<?>>) action).apply(input), home);
    }
  }

  static final class Recover<T> extends Stage<T> {
    @Override
    Object apply(Object action, @Nullable Object input, Home home) throws Throwable {
      return input instanceof Failure failure && accepts(action, failure)
          ? Root.refuseDeferred(recovery(action).apply(failure.cause))
          : input;
    }
  }

  static final class RecoverCompose<T> extends Stage<T> {
    @Override
    Object apply(Object action, @Nullable Object input, Home home) throws Throwable {
      return input instanceof Failure failure && accepts(action, failure)
          ? adopt((Deferred<?>) recovery(action).apply(failure.cause), home)
          : input;
    }
  }

  private static boolean accepts(Object action, Failure failure) {
    return !(action instanceof Typed<?> typed) || typed.type().isInstance(failure.cause);
  }

  private static Deferred.Mapper<Throwable, Object> recovery(Object action) {
    return (Deferred.Mapper<Throwable, Object>)
        (action instanceof Typed<?> typed ? typed.function() : action);
  }

  static final class Handle<T> extends Stage<T> {
    @Override
    Object apply(Object action, @Nullable Object input, Home home) throws Throwable {
      var function = (Deferred.BiMapper<Object, Object>) action;
      return Root.refuseDeferred(
          input instanceof Failure failure
              ? function.apply(null, failure.cause)
              : function.apply(input, null));
    }
  }

  static final class HandlePair<T> extends Stage<T> {
    @Override
    Object apply(Object action, @Nullable Object input, Home home) throws Throwable {
      return Root.refuseDeferred(either((Pair) action, input));
    }
  }

  static final class HandleComposePair<T> extends Stage<T> {
    @Override
    Object apply(Object action, @Nullable Object input, Home home) throws Throwable {
      return adopt((Deferred<?>) either((Pair) action, input), home);
    }
  }

  private static Object either(Pair pair, @Nullable Object input) throws Exception {
    return input instanceof Failure failure
        ? pair.onFailure().apply(failure.cause)
        : ((Deferred.Mapper<Object, Object>) pair.onValue()).apply(input);
  }

  static final class When<T> extends Stage<T> {
    @Override
    Object apply(Object action, @Nullable Object input, Home home) throws Throwable {
      var handler = (Deferred.BiHandler<Object>) action;
      if (input instanceof Failure failure) {
        handler.accept(null, failure.cause);
      } else {
        handler.accept(input, null);
      }
      return input;
    }
  }

  static final class Finally<T> extends Stage<T> {
    @Override
    Object apply(Object action, @Nullable Object input, Home home) throws Throwable {
      Deferred<?> inner = ((Callable<Deferred<?>>) action).call();
      return adopt(new Restore<>().behind(inner, input), home);
    }
  }

  /** Waits for a finally's inner Deferred, and restores the result from before it. */
  private static final class Restore<T> extends Stage<T> {
    Restore<T> behind(Deferred<?> inner, @Nullable Object original) {
      inner.attach(this, new Original(original));
      return this;
    }

    private record Original(@Nullable Object result) {}

    @Override
    @Nullable Object apply(Object action, @Nullable Object input, Home home) {
      Object original = ((Original) action).result();
      if (!(input instanceof Failure failure)) {
        return original;
      }
      if (!(original instanceof Failure first)) {
        return failure;
      }
      if (first.cause != failure.cause) {
        first.cause.addSuppressed(failure.cause);
      }
      return first;
    }
  }

  /** Passes the result on, or cancels what is before it when the time is up. */
  static final class Timeout<T> extends Stage<T> {
    static final Object WAITING = new Object();

    private final Duration limit;
    private final String what;
    private @Nullable DelayedCall call;
    private boolean timedOut;

    Timeout(Duration limit, String what) {
      this.limit = limit;
      this.what = what;
    }

    void arm() {
      if (pending()) {
        Home home = homeOrNull();
        call = home.callLater(limit, this::expire);
      }
    }

    private void expire() {
      call = null;
      timedOut = true;
      cancel();
    }

    @Override
    Object apply(Object action, @Nullable Object input, Home home) {
      if (call != null) {
        call.cancel();
        call = null;
      }
      if (timedOut
          && input instanceof Failure failure
          && failure.cause instanceof CancellationException cancelled) {
        var timeout = new TimeoutException("no result after " + limit + " from " + what);
        timeout.initCause(cancelled);
        return new Failure(timeout);
      }
      return input;
    }
  }
}
