package io.tendril.adapters.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * A call of a {@link Database} failed: {@link SqlFailed} if the database or its driver said so, one
 * of the classes here if the call never came so far, or asked for too much.
 */
public abstract sealed class DatabaseFailed extends RuntimeException
    permits SqlFailed,
        DatabaseFailed.Busy,
        DatabaseFailed.Closed,
        DatabaseFailed.TooManyRows,
        DatabaseFailed.Stalled {
  private static final long serialVersionUID = 1L;

  DatabaseFailed(String message, @Nullable Throwable cause) {
    super(message, cause, true, cause != null);
  }

  /** Too many calls wait already, or this one waited for too long. Later it may succeed. */
  public static final class Busy extends DatabaseFailed {
    private static final long serialVersionUID = 1L;

    Busy(String message) {
      super(message, null);
    }
  }

  /** The database has been stopped. */
  public static final class Closed extends DatabaseFailed {
    private static final long serialVersionUID = 1L;

    Closed(String name) {
      super(name + " has been stopped", null);
    }
  }

  /** A query that is no stream gave more rows than {@link DatabaseOptions#rowLimit()}. */
  public static final class TooManyRows extends DatabaseFailed {
    private static final long serialVersionUID = 1L;
    private final int limit;

    TooManyRows(int limit, String sql) {
      super(
          "more than "
              + limit
              + " rows: stream them, or raise the limit ["
              + SqlFailed.shortened(sql)
              + "]",
          null);
      this.limit = limit;
    }

    /** How many there might have been. */
    public int limit() {
      return limit;
    }
  }

  /** Nobody took the rows of a stream for {@link DatabaseOptions#stallLimit()}. */
  public static final class Stalled extends DatabaseFailed {
    private static final long serialVersionUID = 1L;

    Stalled(long milliseconds) {
      super("nobody took the rows of a stream for " + milliseconds + " ms", null);
    }
  }
}
