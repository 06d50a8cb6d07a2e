package io.tendril.adapters.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** A connection in the hands of one call, in one thread: its transaction, its statements. */
final class Session {
  /** States that drivers give when there are too few or too many arguments. */
  private static final Set<String> MISCOUNTED = Set.of("07001", "07002", "22023", "90008", "90012");

  /** PostgreSQL's state for a transaction that has failed already. */
  private static final String ABORTED = "25P02";

  private static final int VALIDATION_SECONDS = 2;

  final Connection connection;
  final Cancellation cancellation;
  private final DatabaseOptions options;
  private final boolean autoCommit;
  private int isolation = Connection.TRANSACTION_NONE;
  private boolean readOnly;
  private boolean open;

  /** Whether a statement of this transaction may have failed, and the one that did. */
  private boolean suspect;

  private @Nullable SqlFailed swallowed;
  private boolean broken;

  Session(Connection connection, Cancellation cancellation, DatabaseOptions options)
      throws SQLException {
    this.connection = connection;
    this.cancellation = cancellation;
    this.options = options;
    this.autoCommit = connection.getAutoCommit();
  }

  DatabaseOptions options() {
    return options;
  }

  // ---- Transactions ---------------------------------------------------------------------------

  /** Has each statement stand for itself. */
  void single() throws SQLException {
    if (!autoCommit) {
      connection.setAutoCommit(true);
    }
  }

  void begin(TransactionOptions how) throws SQLException {
    open = true;
    if (how.readOnly() && !connection.isReadOnly()) {
      connection.setReadOnly(true);
      readOnly = true;
    }
    int level = how.isolation().level();
    if (level != Connection.TRANSACTION_NONE && level != connection.getTransactionIsolation()) {
      isolation = connection.getTransactionIsolation();
      connection.setTransactionIsolation(level);
    }
    connection.setAutoCommit(false);
  }

  void commit() throws SQLException {
    cancellation.check();
    if (suspect && abortedAlready()) {
      if (swallowed != null) {
        throw swallowed;
      }
      throw new SQLException("a statement of this transaction has failed", ABORTED);
    }
    connection.commit();
    open = false;
  }

  /**
   * Whether the transaction can only be rolled back, after a failure that the body did not throw
   * on: PostgreSQL answers a commit then with a rollback, and its driver does not tell.
   */
  private boolean abortedAlready() {
    try (Statement probe = connection.createStatement()) {
      probe.execute("select 1");
      return false;
    } catch (SQLException e) {
      return ABORTED.equals(e.getSQLState());
    }
  }

  /** The connection itself is handed out: what is done on it is not seen here. */
  Connection lend() {
    suspect = true;
    return connection;
  }

  /** Rolls back; a failure to is added to the reason. */
  void rollback(Throwable reason) {
    if (!open) {
      return;
    }
    open = false;
    try {
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
    } catch (SQLException | RuntimeException e) {
      broken = true;
      reason.addSuppressed(e instanceof SQLException sql ? SqlFailed.of(sql, "rollback") : e);
    }
  }

  /** The call has ended: gives the connection back as it was, or away if it is broken. */
  void release(Connections connections, @Nullable Throwable failure) throws SQLException {
    boolean sound = !broken && !(failure instanceof SqlFailed.Unreachable);
    try {
      if (sound && cancellation.reached()) {
        sound = connection.isValid(VALIDATION_SECONDS); // a late cancel may have hit the rollback
      }
      if (sound) {
        restore();
      }
    } catch (SQLException | RuntimeException e) {
      sound = false;
    }
    if (sound) {
      connection.close();
    } else {
      connections.discard(connection);
    }
  }

  private void restore() throws SQLException {
    if (connection.getAutoCommit() != autoCommit) {
      connection.setAutoCommit(autoCommit);
    }
    if (isolation != Connection.TRANSACTION_NONE) {
      connection.setTransactionIsolation(isolation);
    }
    if (readOnly) {
      connection.setReadOnly(false);
    }
    connection.clearWarnings();
  }

  // ---- Statements -----------------------------------------------------------------------------

  /** What is done with a statement that has its arguments. */
  @FunctionalInterface
  interface Use<S, T> {
    T with(S statement) throws Exception;
  }

  <T> List<T> query(RowMapper<T> mapper, String sql, @Nullable Object[] arguments)
      throws Exception {
    return prepared(
        sql,
        arguments,
        false,
        statement -> {
          int limit = options.rowLimit();
          statement.setMaxRows(limit == Integer.MAX_VALUE ? 0 : limit + 1);
          try (ResultSet result = statement.executeQuery()) {
            return all(result, mapper, sql);
          }
        });
  }

  private <T> List<T> all(ResultSet result, RowMapper<T> mapper, String sql) throws Exception {
    var columns = new Columns(result.getMetaData());
    var rows = new ArrayList<T>();
    while (result.next()) {
      if (rows.size() == options.rowLimit()) {
        throw new DatabaseFailed.TooManyRows(options.rowLimit(), sql);
      }
      rows.add(mapper.map(columns.read(result)));
    }
    return rows;
  }

  long update(String sql, @Nullable Object[] arguments) throws Exception {
    return prepared(sql, arguments, false, PreparedStatement::executeLargeUpdate);
  }

  List<Row> insert(String sql, @Nullable Object[] arguments) throws Exception {
    return prepared(
        sql,
        arguments,
        true,
        statement -> {
          statement.executeLargeUpdate();
          try (ResultSet keys = statement.getGeneratedKeys()) {
            return all(keys, row -> row, sql);
          }
        });
  }

  /** Prepares a statement, lets it be used, and closes it; failures become ours. */
  <T> T prepared(
      String sql, @Nullable Object[] arguments, boolean keys, Use<PreparedStatement, T> use)
      throws Exception {
    cancellation.check();
    try (PreparedStatement statement =
        keys
            ? connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)
            : connection.prepareStatement(sql)) {
      cancellation.enter(statement);
      try {
        bind(statement, arguments);
        return use.with(statement);
      } catch (SQLException e) {
        throw miscounted(e, statement, arguments.length, sql);
      } finally {
        cancellation.leave();
      }
    } catch (SQLException e) {
      throw failed(e, sql);
    }
  }

  private RuntimeException failed(SQLException failure, String sql) {
    SqlFailed ours = SqlFailed.of(failure, sql);
    if (!cancellation.reached()) {
      suspect = true;
      swallowed = swallowed == null ? ours : swallowed;
      return ours;
    }
    var cancelled = new CancellationException("cancelled");
    cancelled.initCause(ours);
    return cancelled;
  }

  private static SQLException miscounted(
      SQLException failure, PreparedStatement statement, int given, String sql) {
    if (failure.getSQLState() == null || !MISCOUNTED.contains(failure.getSQLState())) {
      return failure;
    }
    int wanted;
    try {
      ParameterMetaData parameters = statement.getParameterMetaData();
      wanted = parameters.getParameterCount();
    } catch (SQLException | RuntimeException e) {
      return failure;
    }
    if (wanted == given) {
      return failure;
    }
    throw new IllegalArgumentException(
        "the statement takes "
            + wanted
            + " arguments and was given "
            + given
            + " ["
            + SqlFailed.shortened(sql)
            + "]",
        failure);
  }

  private static void bind(PreparedStatement statement, @Nullable Object[] arguments)
      throws SQLException {
    for (int i = 0; i < arguments.length; i++) {
      Object argument = arguments[i];
      if (argument == null) {
        statement.setNull(i + 1, Types.NULL);
      } else {
        statement.setObject(i + 1, asDriversKnow(argument));
      }
    }
  }

  /** Types that JDBC does not name as ones that it does. */
  private static Object asDriversKnow(Object argument) {
    return switch (argument) {
      case Instant instant -> instant.atOffset(ZoneOffset.UTC);
      case Enum<?> constant -> constant.name();
      case BigInteger number -> new BigDecimal(number);
      case Character letter -> letter.toString();
      case ByteBuffer buffer -> {
        var bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        yield bytes;
      }
      default -> argument;
    };
  }
}
