package io.tendril.core;

import io.tendril.core.internal.Home;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Results to and from the JDK's completion stages. Cancelling either side cancels the other. */
@SuppressWarnings("NullAway") // the JDK's completions pass a value or a failure, the other null
final class Bridges {
  private Bridges() {}

  static <T> CompletionStage<T> toStage(Deferred<T> deferred) {
    var future = new CancellingFuture<T>(deferred.owner());
    future.source =
        deferred.handle(
            value -> {
              future.complete(value);
              return null;
            },
            failure -> {
              future.completeExceptionally(failure);
              return null;
            });
    return future;
  }

  /** A future whose cancellation, from any thread, reaches the Deferred behind it. */
  private static final class CancellingFuture<T> extends CompletableFuture<T> {
    private final Mailbox mailbox;
    private @Nullable Deferred<?> source;

    CancellingFuture(Home home) {
      mailbox = new Mailbox(home);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      if (cancelled) {
        mailbox.put(() -> source.cancel());
      }
      return cancelled;
    }
  }

  static <T> Deferred<T> fromStage(CompletionStage<T> stage) {
    Home home = Home.current();
    if (!home.hasLoop() && !isDone(stage)) {
      throw new IllegalStateException(
          "the stage is not complete, and its result could not be handed to " + home.name());
    }
    Promise<T> promise = Promise.create();
    promise.onCancel(() -> cancel(stage));
    var mailbox = new Mailbox(home);
    stage.whenComplete((value, failure) -> mailbox.put(() -> fire(promise, value, bare(failure))));
    return promise.deferred();
  }

  private static boolean isDone(CompletionStage<?> stage) {
    return stage instanceof CompletableFuture<?> future && future.isDone();
  }

  private static void cancel(CompletionStage<?> stage) {
    CompletableFuture<?> future;
    try {
      future = stage.toCompletableFuture();
    } catch (UnsupportedOperationException e) {
      return; // a stage need not be a future, and then it can't be cancelled
    }
    future.cancel(true);
  }

  /** What failed, without what the JDK wraps it in on its way. */
  private static @Nullable Throwable bare(@Nullable Throwable failure) {
    boolean wrapper =
        failure instanceof CompletionException || failure instanceof ExecutionException;
    return wrapper && failure.getCause() != null ? bare(failure.getCause()) : failure;
  }

  /** Fires with what came from elsewhere; does nothing if it has been cancelled meanwhile. */
  static <T> void fire(Promise<T> promise, @Nullable T value, @Nullable Throwable failure) {
    if (promise.isDone()) {
      return;
    }
    if (failure != null) {
      promise.fail(failure);
    } else if (value instanceof Deferred) {
      promise.fail(new IllegalStateException("a Deferred came as the value: compose, or flatten"));
    } else {
      promise.succeed(value);
    }
  }
}
