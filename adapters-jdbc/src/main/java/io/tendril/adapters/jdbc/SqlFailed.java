package io.tendril.adapters.jdbc;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The database, or its driver, refused. The message is the driver's, with the SQLState and the
 * statement, and without arguments; its cause is the driver's exception. What looks like a password
 * is taken out of both.
 */
public sealed class SqlFailed extends DatabaseFailed
    permits SqlFailed.Unreachable, SqlFailed.Constraint, SqlFailed.Conflict {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_SQL = 200;

  /** PostgreSQL's and H2's own states for a server that goes or has gone. */
  private static final Set<String> GONE =
      Set.of("57P01", "57P02", "57P03", "90067", "90098", "90121");

  private final String state;
  private final int vendorCode;
  private final String sql;

  private SqlFailed(SQLException cause, String sql) {
    super(message(cause, sql), cause);
    this.state = state(cause);
    this.vendorCode = cause.getErrorCode();
    this.sql = sql;
  }

  /** No connection could be had, or it broke: whether a statement was done is not known. */
  public static final class Unreachable extends SqlFailed {
    private static final long serialVersionUID = 1L;

    private Unreachable(SQLException cause, String sql) {
      super(cause, sql);
    }
  }

  /** A rule of the schema was broken: SQLState 23, a key that is there already for one. */
  public static final class Constraint extends SqlFailed {
    private static final long serialVersionUID = 1L;

    private Constraint(SQLException cause, String sql) {
      super(cause, sql);
    }
  }

  /** Transactions met, and this one lost: SQLState 40. Run again, it may succeed. */
  public static final class Conflict extends SqlFailed {
    private static final long serialVersionUID = 1L;

    private Conflict(SQLException cause, String sql) {
      super(cause, sql);
    }
  }

  /** What a driver threw, as one of ours. */
  static SqlFailed of(SQLException thrown, String sql) {
    SQLException cause = Redacted.of(thrown);
    String state = state(cause);
    if (state.startsWith("08")
        || GONE.contains(state)
        || thrown instanceof SQLNonTransientConnectionException
        || thrown instanceof SQLRecoverableException) {
      return new Unreachable(cause, sql);
    }
    if (state.startsWith("23")) {
      return new Constraint(cause, sql);
    }
    return state.startsWith("40") ? new Conflict(cause, sql) : new SqlFailed(cause, sql);
  }

  /** No connection came, for whatever reason. */
  static SqlFailed unreachable(SQLException thrown) {
    return new Unreachable(Redacted.of(thrown), "");
  }

  /** The SQLState, five letters and digits; empty where the driver gave none. */
  public String sqlState() {
    return state;
  }

  /** The database's own number of the failure, 0 where it gave none. */
  public int vendorCode() {
    return vendorCode;
  }

  /** The statement, without its arguments; empty if there was none. */
  public String sql() {
    return sql;
  }

  private static String state(SQLException failure) {
    String state = failure.getSQLState();
    return state == null ? "" : state;
  }

  private static String message(SQLException failure, String sql) {
    var message = new StringBuilder(said(failure));
    Throwable reason = failure.getCause();
    if (reason != null && !message.toString().contains(said(reason))) {
      message.append(": ").append(said(reason));
    }
    if (!state(failure).isEmpty()) {
      message.append(" (SQLState ").append(state(failure)).append(')');
    }
    if (!sql.isEmpty() && !message.toString().contains(sql)) {
      message.append(" [").append(shortened(sql)).append(']');
    }
    return message.toString();
  }

  private static String said(Throwable failure) {
    @Nullable String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  /** The beginning of a statement, on one line. */
  static String shortened(String sql) {
    String line = Redacted.text(sql.strip().replaceAll("\\s+", " "));
    return line.length() <= LONGEST_SQL ? line : line.substring(0, LONGEST_SQL) + "...";
  }
}
