package io.tendril.adapters.jdbc;

import io.tendril.core.Deadline;
import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A call on its way from a reactor to a thread of the database's and back. States:
 *
 * <pre>
 *   WAITING     for a thread or, in one, for a connection
 *   RUNNING     has a connection
 *   ENDED       has given it back; the result is on its way
 *   DROPPED     cancelled, waited too long, or the database was stopped, before it ran
 *
 *   WAITING -> RUNNING -> ENDED, and WAITING -> DROPPED
 * </pre>
 *
 * <p>The state is guarded by the object's lock; the promise and the timer are the reactor's.
 */
final class Job<T> implements Runnable {
  /** What is done with a connection. */
  @FunctionalInterface
  interface Work<T> {
    @Nullable T run(Session session) throws Exception;
  }

  private enum State {
    WAITING,
    RUNNING,
    ENDED,
    DROPPED
  }

  private final Workers workers;
  private final Work<T> work;
  private final Reactor reactor;
  private final Promise<T> promise;
  private @Nullable DelayedCall timer;
  private State state = State.WAITING;
  private @Nullable Cancellation cancellation;

  private Job(Workers workers, Work<T> work) {
    this.workers = workers;
    this.work = work;
    this.reactor = Reactor.current();
    this.promise = reactor.promise();
  }

  /**
   * Has work done, within the limit and the {@link Deadline} in force.
   *
   * @param limit how long it may take in all; zero for as long as it does
   */
  static <T> Deferred<T> start(Workers workers, Duration limit, Work<T> work) {
    var job = new Job<T>(workers, work);
    try {
      workers.submit(job);
      job.promise.onCancel(job::giveUp);
      Duration wait = workers.options().waitLimit();
      Duration first = limit.isZero() || wait.compareTo(limit) < 0 ? wait : limit;
      job.timer = job.reactor.callLater(first, () -> job.waited(first, limit));
    } catch (DatabaseFailed e) {
      job.promise.fail(e);
    }
    return Deadline.current().bound(job.promise.deferred(), workers.options().name());
  }

  // ---- In the reactor's thread ----------------------------------------------------------------

  private void waited(Duration wait, Duration limit) {
    timer = null;
    if (drop()) {
      settle(
          null,
          new DatabaseFailed.Busy(
              workers.options().name() + ": no connection after " + wait.toMillis() + " ms"));
      return;
    }
    if (!limit.isZero() && !promise.isDone()) {
      timer = reactor.callLater(limit.minus(wait), () -> overdue(limit));
    }
  }

  private void overdue(Duration limit) {
    timer = null;
    giveUp();
    settle(
        null,
        new TimeoutException(
            workers.options().name() + ": not done after " + limit.toMillis() + " ms"));
  }

  private void giveUp() {
    stopTimer();
    if (!drop()) {
      cancel();
    }
  }

  private void settle(@Nullable T value, @Nullable Throwable failure) {
    stopTimer();
    if (promise.isDone()) {
      return;
    }
    if (failure != null) {
      promise.fail(failure);
    } else {
      promise.succeed(value);
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  // ---- In any thread --------------------------------------------------------------------------

  /** Takes the call back if it has not begun; whether it had not. */
  private boolean drop() {
    synchronized (this) {
      if (state != State.WAITING) {
        return false;
      }
      state = State.DROPPED;
    }
    workers.remove(this);
    return true;
  }

  /** Stops the call if it runs. */
  void cancel() {
    Cancellation running;
    synchronized (this) {
      running = state == State.RUNNING ? cancellation : null;
    }
    if (running != null) {
      running.cancel();
    }
  }

  /** Cuts the call's connection, and interrupts its thread. */
  void force() {
    Cancellation running;
    synchronized (this) {
      running = state == State.RUNNING ? cancellation : null;
    }
    if (running != null) {
      running.force();
    }
  }

  /** Fails the call if it has not begun. */
  void refuse(DatabaseFailed failure) {
    if (drop()) {
      deliver(null, failure);
    }
  }

  private void deliver(@Nullable T value, @Nullable Throwable failure) {
    try {
      reactor.execute(() -> settle(value, failure));
    } catch (RejectedExecutionException e) {
      // the reactor has ended: nobody waits any more
    }
  }

  // ---- In a thread of the database's ----------------------------------------------------------

  @Override
  public void run() {
    synchronized (this) {
      if (state != State.WAITING) {
        return;
      }
    }
    Connections connections = workers.connections();
    Connection connection = null;
    Session session;
    try {
      connection = connections.take();
      session = begin(connection);
    } catch (SQLException e) {
      close(connection);
      fail(SqlFailed.unreachable(e));
      return;
    } catch (RuntimeException e) {
      close(connection);
      fail(e);
      return;
    }
    if (session == null) {
      close(connection);
    } else {
      run(session, connections);
    }
  }

  private @Nullable Session begin(Connection connection) throws SQLException {
    var session =
        new Session(
            connection, new Cancellation(connection, workers.attempts()), workers.options());
    synchronized (this) {
      if (state != State.WAITING) {
        return null;
      }
      state = State.RUNNING;
      cancellation = session.cancellation;
    }
    return session;
  }

  private static void close(@Nullable Connection connection) {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException | RuntimeException e) {
        // not ours any more
      }
    }
  }

  private void fail(Throwable failure) {
    if (drop()) {
      deliver(null, failure);
    }
  }

  private void run(Session session, Connections connections) {
    @Nullable T value = null;
    Throwable failure = null;
    try {
      value = workers.inside(() -> work.run(session));
    } catch (SQLException e) {
      failure = SqlFailed.of(e, "");
    } catch (Throwable e) {
      failure = e;
    }
    synchronized (this) {
      state = State.ENDED;
    }
    session.cancellation.end();
    try {
      session.release(connections, failure);
    } catch (SQLException | RuntimeException e) {
      // a connection that cannot even be ended is the pool's to find out
    }
    deliver(value, failure);
  }
}
