package io.tendril.core.internal.direct;

import io.tendril.core.Connection;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Outcome;
import io.tendril.core.Reactor;
import io.tendril.core.internal.Home;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Operations of a connection for a thread that is not the reactor's: each runs there, as a
 * coroutine, while the thread waits. What is thrown is what users of streams expect.
 */
final class FromThread {
  /** How often a thread that waits looks whether the reactor is still there, in seconds. */
  private static final int LOOK = 1;

  private final Reactor reactor;
  private final String name;
  private volatile @Nullable Call<?> current;
  private volatile boolean closed;

  /**
   * None yet.
   *
   * @param name of the stream, for messages
   */
  FromThread(Reactor reactor, String name) {
    this.reactor = reactor;
    this.name = name;
  }

  void checkOpen() throws IOException {
    if (closed) {
      throw new IOException(name + " is closed");
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Ends the use of the stream, and the operation that another thread is in. */
  void close() {
    closed = true;
    Call<?> running = current;
    if (running != null) {
      running.giveUp();
    }
  }

  /** Runs an operation in the reactor, and waits for it. */
  <T> T call(Callable<T> operation) throws IOException {
    if (Home.of(reactor).isCurrent()) {
      throw new IllegalStateException(
          name
              + ", used in the thread of its reactor, would wait for itself: use it in"
              + " reactor.blocking(...)");
    }
    checkOpen();
    var call = new Call<T>(operation);
    current = call;
    try {
      return call.await();
    } finally {
      current = null;
    }
  }

  /** One operation: {@code running} is touched in the reactor's thread only. */
  private final class Call<T> {
    private final Callable<T> operation;
    private final CompletableFuture<Outcome<T>> answer = new CompletableFuture<>();
    private @Nullable Deferred<?> running;
    private boolean givenUp;

    Call(Callable<T> operation) {
      this.operation = operation;
    }

    private void start() {
      if (givenUp) {
        fail(new CancellationException("given up before it began"));
        return;
      }
      running =
          reactor
              .<T>async(operation)
              .whenComplete((value, failure) -> {
                if (failure != null) {
                  fail(failure);
                } else {
                  answer.complete(new Outcome.Success<>(value));
                }
              })
              .exceptionally(_ -> null);
    }

    /** May be called from any thread. What has come by then, comes out all the same. */
    void giveUp() {
      execute(() -> {
        givenUp = true;
        if (running != null) {
          running.cancel();
        }
      });
    }

    private void execute(Runnable action) {
      try {
        reactor.execute(action);
      } catch (RejectedExecutionException e) {
        fail(e);
      }
    }

    /** A future that is failed would say of a cancellation no more than that. */
    private void fail(Throwable failure) {
      answer.complete(new Outcome.Failure<>(failure));
    }

    T await() throws IOException {
      execute(this::start);
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return switch (answer.get(LOOK, TimeUnit.SECONDS)) {
              case Outcome.Success<T>(var value) -> value;
              case Outcome.Failure<T>(var failure) -> throw asIo(failure, interrupted);
            };
          } catch (InterruptedException e) {
            interrupted = true;
            giveUp();
          } catch (TimeoutException e) {
            if (reactor.state() == Reactor.State.STOPPED) {
              throw new IOException(name + ": the reactor has stopped", e);
            }
          }
        }
      } catch (ExecutionException e) {
        throw new AssertionError(e);
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private IOException asIo(Throwable failure, boolean interrupted) {
    return switch (failure) {
      case Error error -> throw error;
      case IllegalStateException misuse when !(misuse instanceof CancellationException) ->
          throw misuse;
      case ConnectionClosed gone -> new IOException(gone.getMessage(), gone);
      case Connection.DeadlinePassed late ->
          withCause(new SocketTimeoutException(late.getMessage()), late);
      case CancellationException _ when closed -> new IOException(name + " is closed", failure);
      case CancellationException _ when interrupted ->
          withCause(new InterruptedIOException(name + " was interrupted"), failure);
      default -> new IOException(name + ": " + failure.getMessage(), failure);
    };
  }

  private static IOException withCause(IOException made, Throwable cause) {
    made.initCause(cause);
    return made;
  }
}
