package io.tendril.adapters.jdbc;

import java.sql.Connection;

/**
 * How a transaction is run.
 *
 * @param isolation what it sees of others
 * @param readOnly whether it promises to change nothing; what databases make of that differs
 */
public record TransactionOptions(Isolation isolation, boolean readOnly) {
  private static final TransactionOptions DEFAULTS =
      new TransactionOptions(Isolation.DEFAULT, false);

  /** What a transaction sees of those that run beside it. */
  public enum Isolation {
    /** What the connection has. */
    DEFAULT(Connection.TRANSACTION_NONE),
    READ_UNCOMMITTED(Connection.TRANSACTION_READ_UNCOMMITTED),
    READ_COMMITTED(Connection.TRANSACTION_READ_COMMITTED),
    REPEATABLE_READ(Connection.TRANSACTION_REPEATABLE_READ),
    SERIALIZABLE(Connection.TRANSACTION_SERIALIZABLE);

    private final int level;

    Isolation(int level) {
      this.level = level;
    }

    int level() {
      return level;
    }
  }

  /** The connection's own isolation, and not read-only. */
  public static TransactionOptions defaults() {
    return DEFAULTS;
  }

  public TransactionOptions withIsolation(Isolation newIsolation) {
    return new TransactionOptions(newIsolation, readOnly);
  }

  public TransactionOptions withReadOnly(boolean newReadOnly) {
    return new TransactionOptions(isolation, newReadOnly);
  }
}
