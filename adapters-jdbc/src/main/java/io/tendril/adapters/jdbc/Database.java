package io.tendril.adapters.jdbc;

import com.google.errorprone.annotations.CheckReturnValue;
import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Reactor;
import io.tendril.core.Service;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A database, beside the reactor. Its calls return at once; what they ask for is done in threads of
 * its own, as many as it has connections, and results arrive in the reactor's thread.
 *
 * <pre>{@code
 * Database database = Database.hikari("jdbc:postgresql://127.0.0.1/notes", "notes", password);
 *
 * Deferred<List<Row>> found = database.runQuery("select * from notes where id = ?", id);
 *
 * Deferred<Long> moved = database.runInteraction(transaction -> {
 *   transaction.update("update accounts set balance = balance - ? where id = ?", sum, from);
 *   return transaction.update("update accounts set balance = balance + ? where id = ?", sum, to);
 * });
 * }</pre>
 *
 * <p>Arguments stand for the question marks of a statement, in order; null is NULL.
 *
 * <p><b>Cancelling.</b> {@link Deferred#cancel} of a call that waits takes it back; one that runs
 * is told to stop through {@link java.sql.Statement#cancel}, and its transaction is rolled back.
 * The Deferred fails at once; a statement may have been done by then, as with any cancellation.
 * {@link Deferred#orTimeout} does the same.
 *
 * <p><b>Failures</b> are {@link DatabaseFailed} and {@link SqlFailed}; a wrong number of arguments
 * is an {@link IllegalArgumentException}; {@link java.util.concurrent.TimeoutException} after
 * {@link DatabaseOptions#callLimit()}.
 *
 * <p>It is usable from the start, by any number of reactors: a call belongs to the reactor in whose
 * thread it is made. {@link #runIn} checks that the database answers, and stops all at the
 * reactor's end.
 */
public final class Database implements Service {
  private static final int VALIDATION_SECONDS = 5;

  private final DatabaseOptions options;
  private final Workers workers;

  private Database(DatabaseOptions options, Connections connections) {
    this.options = options;
    this.workers = new Workers(options, connections);
  }

  // ---- Making one -----------------------------------------------------------------------------

  /** A database behind a pool of HikariCP's, with the defaults. */
  public static Database hikari(String url, String user, String password) {
    return hikari(url, user, password, DatabaseOptions.defaults());
  }

  /**
   * A database behind a pool of HikariCP's, which connects when it is first asked, and is closed by
   * {@link #stop}. A URL that no driver knows fails the first call, as {@link
   * SqlFailed.Unreachable}.
   *
   * @param user empty for none
   * @param password empty for none
   */
  public static Database hikari(String url, String user, String password, DatabaseOptions options) {
    return new Database(options, new HikariConnections(url, user, password, options));
  }

  /** A database behind a DataSource, with the defaults. */
  public static Database of(DataSource source) {
    return of(source, DatabaseOptions.defaults());
  }

  /**
   * A database behind a DataSource. It remains the caller's own: {@link #stop} gives all
   * connections back, and leaves it open. One that is no pool connects anew for each call.
   */
  public static Database of(DataSource source, DatabaseOptions options) {
    return new Database(options, new SourceConnections(source));
  }

  // ---- Calls ----------------------------------------------------------------------------------

  /** The rows that a statement gives. */
  @CheckReturnValue
  public Deferred<List<Row>> runQuery(String sql, @Nullable Object... arguments) {
    return runQuery(row -> row, sql, arguments);
  }

  /** The rows that a statement gives, each as an object. */
  @CheckReturnValue
  public <T> Deferred<List<T>> runQuery(
      RowMapper<T> mapper, String sql, @Nullable Object... arguments) {
    @Nullable Object[] own = arguments.clone();
    return single(session -> session.query(mapper, sql, own));
  }

  /** Runs a statement that gives no rows; results in how many it changed. */
  public Deferred<Long> runUpdate(String sql, @Nullable Object... arguments) {
    @Nullable Object[] own = arguments.clone();
    return single(session -> session.update(sql, own));
  }

  /**
   * Runs a statement that adds rows; results in what the database put into them by itself: the
   * generated keys, with some databases the whole rows.
   */
  public Deferred<List<Row>> runInsert(String sql, @Nullable Object... arguments) {
    @Nullable Object[] own = arguments.clone();
    return single(session -> session.insert(sql, own));
  }

  /** As {@link #runInteraction(TransactionOptions, Interaction)}, with the defaults. */
  public <T> Deferred<T> runInteraction(Interaction<T> body) {
    return runInteraction(TransactionOptions.defaults(), body);
  }

  /**
   * Runs a body in one transaction, in a thread of the database's: commits when it returns, and
   * results in what it returned; rolls back when it throws, and fails with that. If the rollback
   * fails too, that is suppressed in it.
   *
   * @throws IllegalStateException inside of another: its own Transaction is at hand there
   */
  public <T> Deferred<T> runInteraction(TransactionOptions how, Interaction<T> body) {
    return start(
        options.callLimit(),
        session -> {
          var transaction = new Transaction(session);
          try {
            session.begin(how);
            T value = body.run(transaction);
            if (value instanceof Deferred<?>) {
              throw new IllegalStateException(
                  "an interaction returned a Deferred: it has to be done when it returns");
            }
            session.commit();
            return value;
          } catch (SQLException e) {
            SqlFailed failure = SqlFailed.of(e, "");
            session.rollback(failure);
            throw failure;
          } catch (Throwable e) {
            session.rollback(e);
            throw e;
          } finally {
            transaction.end();
          }
        });
  }

  /** The rows that a statement gives, one by one: for results that are too large for a list. */
  public Rows<Row> stream(String sql, @Nullable Object... arguments) {
    return stream(row -> row, sql, arguments);
  }

  /** As {@link #stream(String, Object...)}, each row as an object. */
  public <T> Rows<T> stream(RowMapper<T> mapper, String sql, @Nullable Object... arguments) {
    Workers.checkOutside();
    return new Rows<>(new RowReader<>(workers, mapper, sql, arguments.clone()));
  }

  private <T> Deferred<T> single(Job.Work<T> work) {
    return start(
        options.callLimit(),
        session -> {
          session.single();
          return work.run(session);
        });
  }

  private <T> Deferred<T> start(Duration limit, Job.Work<T> work) {
    Workers.checkOutside();
    return Job.start(workers, limit, work);
  }

  // ---- Life -----------------------------------------------------------------------------------

  @Override
  public String name() {
    return options.name();
  }

  /** The limits it was made with. */
  public DatabaseOptions options() {
    return options;
  }

  /** How many calls wait for a connection now. May be asked in any thread. */
  public int waiting() {
    return workers.waiting();
  }

  /** How many calls have a thread now. May be asked in any thread. */
  public int running() {
    return workers.running();
  }

  /** Fires when the database answers; fails with {@link SqlFailed.Unreachable} if it does not. */
  @Override
  public Deferred<Void> start(Reactor reactor) {
    return single(session -> {
      if (!session.connection.isValid(VALIDATION_SECONDS)) {
        throw new SQLException("the database does not answer", "08000");
      }
      return null;
    });
  }

  /**
   * Stops for good: new calls and those that wait fail with {@link DatabaseFailed.Closed}; those
   * that run may end, are cancelled, and at last cut off, within {@link
   * DatabaseOptions#stopLimit()}. Fails with a TimeoutException if a call does not end even so.
   */
  @Override
  public Deferred<Void> stop() {
    Reactor reactor = Reactor.current();
    Duration limit = options.stopLimit();
    var ended = Deferred.from(workers.close().copy());
    if (ended.isDone()) {
      return ended;
    }
    DelayedCall cancelling = reactor.callLater(limit.dividedBy(2), workers::cancelAll);
    DelayedCall forcing = reactor.callLater(limit.multipliedBy(3).dividedBy(4), workers::forceAll);
    return ended
        .orTimeout(limit, "the calls of " + options.name() + ", which do not end")
        .whenComplete((_, _) -> {
          cancel(cancelling);
          cancel(forcing);
        });
  }

  private static void cancel(DelayedCall call) {
    if (call.active()) {
      call.cancel();
    }
  }

  /**
   * Checks that the database answers, and stops it when the reactor ends: after its connections and
   * coroutines, which may need it to their last.
   */
  @Override
  public Deferred<Void> runIn(Reactor reactor) {
    reactor.afterStop(name(), this::stop);
    return start(reactor);
  }
}
