package io.tendril.adapters.jdbc;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a large result, at the pace of who takes them. It flows once: to a consumer, or to a
 * coroutine that asks row by row.
 *
 * <pre>{@code
 * Deferred<Long> sent = database.stream("select * from log").forEach(row -> write(row));
 *
 * try (var rows = database.stream("select * from log")) {      // in a coroutine
 *   for (var row : rows.each()) {
 *     connection.writeLine(row.getString("line"));
 *   }
 * }
 * }</pre>
 *
 * <p>Rows are read {@link DatabaseOptions#fetchSize()} at a time, one such portion ahead of who
 * takes them; when nobody does, reading waits, up to {@link DatabaseOptions#stallLimit()}. All of
 * it is one transaction, which holds a connection until the last row has been read: it is committed
 * then, and rolled back when the stream is stopped or fails.
 *
 * <p>It belongs to the reactor in whose thread it is started.
 *
 * @param <T> what each row is
 */
public final class Rows<T> implements AutoCloseable {
  /** What takes the rows. */
  @FunctionalInterface
  public interface Receiver<T> {
    /** Takes one; called in the reactor's thread. */
    void accept(T row) throws Exception;
  }

  private final RowReader<T> reader;
  private final Queue<T> portion = new ArrayDeque<>();
  private @Nullable Reactor reactor;
  private @Nullable Deferred<Void> reading;
  private @Nullable Receiver<? super T> consumer;
  private @Nullable Promise<Long> finished;
  private @Nullable Promise<Void> more;
  private @Nullable Throwable failure;
  private boolean atEnd;
  private boolean paused;
  private boolean delivering;
  private long count;

  Rows(RowReader<T> reader) {
    this.reader = reader;
  }

  // ---- To a consumer --------------------------------------------------------------------------

  /**
   * Starts the flow. The Deferred fires at the end with the number of rows, or fails; cancelling it
   * stops the stream. A consumer that throws stops it, too.
   *
   * @throws IllegalStateException if it flows already
   */
  public Deferred<Long> forEach(Receiver<? super T> receiver) {
    begin();
    consumer = receiver;
    Promise<Long> promise = Promise.create();
    finished = promise.onCancel(this::stop);
    deliver(); // of a stream that has failed already
    return promise.deferred();
  }

  /** Stops the calls of the consumer until {@link #resume()}. */
  public void pause() {
    check();
    paused = true;
  }

  /** Goes on; never from inside of this call. */
  public void resume() {
    check();
    if (paused) {
      paused = false;
      if (reactor != null) {
        reactor.execute(this::deliver);
      }
    }
  }

  /**
   * Gives up: no more rows. The connection goes back, the flow fails with a CancellationException.
   */
  public void stop() {
    check();
    end(new CancellationException("the stream was stopped"));
  }

  /** As {@link #stop()}; after the end it does nothing. */
  @Override
  public void close() {
    stop();
  }

  // ---- To a coroutine -------------------------------------------------------------------------

  /** The next row, awaited; null at the end. For coroutines, and one at a time. */
  public @Nullable T next() {
    check();
    if (reading == null) {
      begin();
    }
    if (consumer != null || more != null) {
      throw new IllegalStateException("somebody else takes the rows of this stream");
    }
    while (portion.isEmpty() && !atEnd) {
      Promise<Void> arrival = Promise.create();
      more = arrival;
      try {
        arrival.deferred().await();
      } finally {
        more = null;
      }
    }
    T row = portion.poll();
    if (row != null) {
      taken();
      return row;
    }
    if (failure != null) {
      return Deferred.<T>failed(failure).await();
    }
    return null;
  }

  /** All rows, each awaited: for coroutines. Whoever leaves the loop early closes the stream. */
  public Iterable<T> each() {
    return () ->
        new Iterator<>() {
          private @Nullable T ahead;

          @Override
          public boolean hasNext() {
            if (ahead == null) {
              ahead = Rows.this.next();
            }
            return ahead != null;
          }

          @Override
          public T next() {
            if (!hasNext() || ahead == null) {
              throw new NoSuchElementException();
            }
            T row = ahead;
            ahead = null;
            return row;
          }
        };
  }

  // ---- From the reader, in the reactor's thread -----------------------------------------------

  private void begin() {
    if (reading != null || atEnd) {
      throw new IllegalStateException("a stream flows once");
    }
    reactor = Reactor.current();
    Deferred<Void> running = reader.start(reactor, this::arrived);
    reading = running;
    running.whenComplete((_, thrown) -> readerEnded(thrown)).exceptionally(_ -> null);
  }

  private void check() {
    if (reactor != null && Reactor.current() != reactor) {
      throw new IllegalStateException(
          "this stream belongs to "
              + reactor
              + " and was used from thread '"
              + Thread.currentThread().getName()
              + "'");
    }
  }

  private void arrived(List<T> rows) {
    if (!atEnd) {
      portion.addAll(rows);
      deliver();
    }
  }

  private void readerEnded(@Nullable Throwable thrown) {
    if (thrown != null) {
      end(thrown);
    } else {
      atEnd = true;
      deliver();
    }
  }

  private void deliver() {
    if (more != null && (atEnd || !portion.isEmpty())) {
      more.succeed();
    }
    if (consumer == null || delivering) {
      return;
    }
    delivering = true;
    try {
      while (!paused && !portion.isEmpty()) {
        T row = portion.remove();
        count++;
        consumer.accept(row);
        taken();
      }
    } catch (Throwable e) {
      end(e);
    } finally {
      delivering = false;
    }
    if (atEnd && portion.isEmpty() && finished != null && !finished.isDone()) {
      if (failure == null) {
        finished.succeed(count);
      } else {
        finished.fail(failure);
      }
    }
  }

  /** A row has been taken: when it was the last of its portion, another may be read. */
  private void taken() {
    reader.taken();
  }

  private void end(Throwable reason) {
    if (atEnd) {
      if (!portion.isEmpty()) {
        portion.clear(); // read to the end, not taken to the end
        failure = reason;
        deliver();
      }
      return;
    }
    atEnd = true;
    failure = reason;
    portion.clear();
    if (reading != null) {
      reading.cancel();
    }
    if (!delivering) {
      deliver();
    }
  }
}
