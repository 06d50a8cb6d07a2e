package io.tendril.core.internal.direct;

import io.tendril.core.Connection;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Outcome;
import io.tendril.core.Reactor;
import io.tendril.core.internal.loop.OutsideCall;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Operations of a connection for a thread that is not the reactor's: each runs there, as a
 * coroutine, while the thread waits. What is thrown is what users of streams expect.
 */
final class FromThread {
  private final Reactor reactor;
  private final String name;
  private volatile @Nullable OutsideCall<?> current;
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
    OutsideCall<?> running = current;
    if (running != null) {
      running.giveUp();
    }
  }

  /** Runs an operation in the reactor, and waits for it. */
  <T> T call(Callable<T> operation) throws IOException {
    return await(prepare(operation));
  }

  /** The first half of a call: until the second, nobody can end it. */
  <T> OutsideCall<T> prepare(Callable<T> operation) throws IOException {
    var call = new OutsideCall<T>(reactor, () -> reactor.async(operation));
    if (call.isInside()) {
      throw new IllegalStateException(
          name
              + ", used in the thread of its reactor, or in one that this waits for in virtual time,"
              + " would wait for itself: use it in reactor.blocking(...), or in a thread of your"
              + " own");
    }
    checkOpen();
    return call;
  }

  <T> T await(OutsideCall<T> call) throws IOException {
    current = call;
    try {
      checkOpen(); // again: somebody who closed it before that line found nothing to end
      return switch (call.await()) {
        case Outcome.Success<T>(var value) -> value;
        case Outcome.Failure<T>(var failure) -> throw asIo(failure);
      };
    } catch (RejectedExecutionException e) {
      throw new IOException(name + ": " + e.getMessage(), e);
    } finally {
      current = null;
    }
  }

  private IOException asIo(Throwable failure) {
    return switch (failure) {
      case Error error -> throw error;
      case IllegalStateException misuse when !(misuse instanceof CancellationException) ->
          throw misuse;
      case ConnectionClosed gone -> new IOException(gone.getMessage(), gone);
      case Connection.DeadlinePassed late ->
          withCause(new SocketTimeoutException(late.getMessage()), late);
      case CancellationException _ when closed -> new IOException(name + " is closed", failure);
      case CancellationException _ when Thread.currentThread().isInterrupted() ->
          withCause(new InterruptedIOException(name + " was interrupted"), failure);
      default -> new IOException(name + ": " + failure.getMessage(), failure);
    };
  }

  private static IOException withCause(IOException made, Throwable cause) {
    made.initCause(cause);
    return made;
  }
}
