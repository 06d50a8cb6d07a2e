package io.tendril.adapters.jdbc;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.sql.Connection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that is under way, for the {@link Interaction} that it was given to: in that call
 * and in its thread only. Its calls block, and fail as those of {@link Database} do.
 */
public final class Transaction {
  private final Session session;
  private final Thread owner = Thread.currentThread();
  private boolean ended;

  Transaction(Session session) {
    this.session = session;
  }

  void end() {
    ended = true;
  }

  private Session use() {
    if (ended || Thread.currentThread() != owner) {
      throw new IllegalStateException(
          ended
              ? "this transaction has ended: it lives for its interaction only"
              : "this transaction belongs to thread '"
                  + owner.getName()
                  + "' and was used from '"
                  + Thread.currentThread().getName()
                  + "'");
    }
    return session;
  }

  /** The rows that a statement gives. */
  public List<Row> query(String sql, @Nullable Object... arguments) throws Exception {
    return use().query(row -> row, sql, arguments);
  }

  /** The rows that a statement gives, each as an object. */
  public <T> List<T> query(RowMapper<T> mapper, String sql, @Nullable Object... arguments)
      throws Exception {
    return use().query(mapper, sql, arguments);
  }

  /** Runs a statement that gives no rows; returns how many it changed. */
  @CanIgnoreReturnValue
  public long update(String sql, @Nullable Object... arguments) throws Exception {
    return use().update(sql, arguments);
  }

  /** Runs a statement that adds rows; returns what the database put into them by itself. */
  @CanIgnoreReturnValue
  public List<Row> insert(String sql, @Nullable Object... arguments) throws Exception {
    return use().insert(sql, arguments);
  }

  /**
   * The connection, for libraries that work on one. It is this transaction's: do not commit, roll
   * back or close it. A cancellation does not reach statements made on it, until after 10 s it is
   * cut.
   */
  public Connection connection() {
    return use().lend();
  }

  /** Throws a CancellationException if nobody waits for this any more: for long work in between. */
  public void checkCancelled() {
    use().cancellation.check();
  }
}
