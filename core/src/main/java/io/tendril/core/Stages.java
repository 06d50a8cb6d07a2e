package io.tendril.core;

import io.tendril.core.internal.Failure;
import io.tendril.core.internal.Home;
import java.time.Duration;
import java.util.Locale;
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
      if (!(input instanceof Failure failure)) {
        handler.accept(input, null);
        return input;
      }
      try {
        handler.accept(null, failure.cause);
      } catch (Exception | AssertionError e) {
        suppress(e, failure);
      }
      return failure;
    }
  }

  static final class Finally<T> extends Stage<T> {
    @Override
    Object apply(Object action, @Nullable Object input, Home home) throws Throwable {
      Deferred<?> inner;
      try {
        inner = ((Callable<Deferred<?>>) action).call();
        check(inner, home);
      } catch (Exception | AssertionError e) {
        if (input instanceof Failure failure) {
          suppress(e, failure);
          return failure;
        }
        throw e;
      }
      var restore = new Restore<>();
      inner.attach(restore, new Original(input));
      return adopt(restore, home);
    }
  }

  /** The result from before a finally. */
  private record Original(@Nullable Object result) {}

  /** Waits for a finally's inner Deferred, and restores the result from before it. */
  private static final class Restore<T> extends Stage<T> {
    @Override
    @Nullable Object apply(Object action, @Nullable Object input, Home home) {
      Object original = ((Original) action).result();
      if (!(input instanceof Failure later)) {
        return original;
      }
      if (!(original instanceof Failure first)) {
        return later;
      }
      suppress(later.cause, first);
      return first;
    }
  }

  private static void suppress(Throwable later, Failure first) {
    if (first.cause != later) {
      first.cause.addSuppressed(later);
    }
  }

  /** Passes the result on, or cancels what is before it when the time is up. */
  static final class Timeout<T> extends Stage<T> {
    static final Object WAITING = new Object();

    private final Duration limit;
    private final String what;
    private @Nullable DelayedCall call;
    private boolean byDeadline;
    private boolean timedOut;

    Timeout(Duration limit, String what) {
      this.limit = limit;
      this.what = what;
    }

    /** Bounds a Deferred by a deadline. */
    static <T> Deferred<T> by(Deadline deadline, Deferred<T> deferred, String what) {
      var stage = new Timeout<T>(Duration.ZERO, what);
      if (deferred.pending()) {
        Home home = deferred.owner();
        long left = deadline.nanoTime() - Reactor.current().clock().nanoTime();
        stage.byDeadline = true;
        stage.call = home.callLater(Duration.ofNanos(Math.max(0, left)), stage::expire);
      }
      return deferred.attach(stage, WAITING);
    }

    void arm(Home home) {
      call = home.callLater(limit, this::expire);
    }

    /** What is waited for, in words. */
    String what() {
      return what;
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
        var timeout =
            byDeadline
                ? Deadline.passed(what)
                : new TimeoutException("no result within " + words(limit) + " from " + what);
        timeout.initCause(cancelled);
        return new Failure(timeout, failure.origin);
      }
      return input;
    }

    /**
     * "500ms" would be nicer than "0.5s", but this is the JDK's own form without its decoration.
     */
    private static String words(Duration duration) {
      return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
  }
}
