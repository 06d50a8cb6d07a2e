package io.tendril.adapters.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a call that runs is given up. Its thread notes here which statement it is in; another one
 * tells that statement to stop, again and again, since a driver forgets what comes before the
 * statement is under way. A connection that does not listen is cut.
 *
 * <p>The connection is not given back before the last attempt has ended: it would hit whatever runs
 * on it next.
 */
final class Cancellation {
  /** How long a statement may go on after it was told to stop, in milliseconds. */
  private static final long PATIENCE = 10_000;

  /** How long an attempt to stop a statement may take, in milliseconds, before it is left alone. */
  private static final long LONGEST_ATTEMPT = 15_000;

  private final Executor attempts;
  private final Thread thread = Thread.currentThread();
  private final Connection connection;
  private @Nullable Statement current;
  private @Nullable Runnable wake;
  private boolean reached;
  private boolean attempting;
  private boolean ended;

  Cancellation(Connection connection, Executor attempts) {
    this.connection = connection;
    this.attempts = attempts;
  }

  // ---- In the call's thread -------------------------------------------------------------------

  /** Throws if the call has been cancelled. */
  synchronized void check() {
    if (reached) {
      throw new CancellationException("cancelled");
    }
  }

  synchronized void enter(Statement statement) {
    check();
    current = statement;
  }

  synchronized void leave() {
    current = null;
  }

  /** What wakes the call where it waits for something other than the database. */
  synchronized void onReached(Runnable action) {
    wake = action;
  }

  /** Whether it has been cancelled. */
  synchronized boolean reached() {
    return reached;
  }

  /** The call's work is done; waits for an attempt that is under way. */
  void end() {
    synchronized (this) {
      ended = true;
      notifyAll();
      boolean interrupted = false;
      for (long left = LONGEST_ATTEMPT; attempting && left > 0; left -= 50) {
        try {
          wait(50);
        } catch (InterruptedException e) {
          interrupted = true;
          break;
        }
      }
      if (attempting || interrupted) {
        abort();
      }
    }
    Thread.interrupted(); // meant for this call; the thread goes on with others
  }

  // ---- In any thread --------------------------------------------------------------------------

  void cancel() {
    Runnable woken;
    synchronized (this) {
      if (reached || ended) {
        return;
      }
      reached = true;
      attempting = true;
      woken = wake;
    }
    if (woken != null) {
      woken.run();
    }
    try {
      attempts.execute(this::attempt);
    } catch (RejectedExecutionException e) { // earlier ones hang: leave the statement no choice
      attempted();
      force();
    }
  }

  /** Cuts the connection, and interrupts the call. */
  synchronized void force() {
    reached = true;
    if (!ended) {
      abort();
      thread.interrupt();
    }
  }

  private void attempt() {
    try {
      long pause = 20;
      for (long waited = 0; waited < PATIENCE; waited += pause) {
        stopStatement(waited > 0);
        pause = Math.min(1_000, pause * 2);
        if (endsWithin(pause)) {
          return;
        }
      }
      force();
    } finally {
      attempted();
    }
  }

  private synchronized void attempted() {
    attempting = false;
    notifyAll();
  }

  private void stopStatement(boolean again) {
    Statement statement;
    synchronized (this) {
      statement = current;
    }
    if (statement != null) {
      try {
        if (!again || !RepeatedCancel.of(statement)) {
          statement.cancel();
        }
      } catch (SQLException | RuntimeException e) {
        // it has ended, or the server does not answer: see PATIENCE
      }
    }
  }

  private synchronized boolean endsWithin(long milliseconds) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
    try {
      for (long left = milliseconds; !ended && left > 0; ) {
        wait(left);
        left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      }
    } catch (InterruptedException e) {
      // nobody does that
    }
    return ended;
  }

  private void abort() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException | RuntimeException e) {
      // then it is broken already
    }
  }
}
