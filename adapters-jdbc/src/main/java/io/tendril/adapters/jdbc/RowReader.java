package io.tendril.adapters.jdbc;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of a stream: a thread of the database's that hands portions of rows to the
 * reactor, and waits while as many as two are under way.
 */
final class RowReader<T> {
  private static final int AHEAD = 2;

  private final Workers workers;
  private final RowMapper<T> mapper;
  private final String sql;
  private final @Nullable Object[] arguments;

  /** How many more rows may be under way. */
  private final Semaphore demand;

  RowReader(Workers workers, RowMapper<T> mapper, String sql, @Nullable Object[] arguments) {
    this.workers = workers;
    this.mapper = mapper;
    this.sql = sql;
    this.arguments = arguments;
    this.demand = new Semaphore(AHEAD * workers.options().fetchSize());
  }

  /** Begins to read; the Deferred fires behind the last portion, when the connection is back. */
  Deferred<Void> start(Reactor reactor, Consumer<List<T>> arrived) {
    return Job.start(workers, Duration.ZERO, session -> read(session, reactor, arrived));
  }

  /** One row less is under way. In the reactor's thread. */
  void taken() {
    demand.release();
  }

  private @Nullable Void read(Session session, Reactor reactor, Consumer<List<T>> arrived)
      throws Exception {
    int size = workers.options().fetchSize();
    session.cancellation.onReached(() -> demand.release(size));
    try {
      session.begin(
          TransactionOptions.defaults()); // without, PostgreSQL's driver reads all at once
      session.prepared(
          sql,
          arguments,
          false,
          statement -> {
            statement.setFetchSize(size);
            try (ResultSet result = statement.executeQuery()) {
              var columns = new Columns(result.getMetaData());
              boolean more = true;
              while (more) {
                more = portion(session, result, columns, reactor, arrived);
              }
              return columns;
            }
          });
      session.commit();
      return null;
    } catch (Throwable e) {
      session.rollback(e);
      throw e;
    }
  }

  /** Reads one portion and hands it over; whether there may be more. */
  private boolean portion(
      Session session,
      ResultSet result,
      Columns columns,
      Reactor reactor,
      Consumer<List<T>> arrived)
      throws Exception {
    int size = workers.options().fetchSize();
    long stall = workers.options().stallLimit().toMillis();
    boolean room = demand.tryAcquire(size, stall, TimeUnit.MILLISECONDS);
    session.cancellation.check();
    if (!room) {
      throw new DatabaseFailed.Stalled(stall);
    }
    var rows = new ArrayList<T>(size);
    while (rows.size() < size && result.next()) {
      rows.add(Objects.requireNonNull(mapper.map(columns.read(result)), "a row as null"));
    }
    boolean full = rows.size() == size;
    if (!rows.isEmpty()) {
      try {
        reactor.execute(() -> arrived.accept(rows));
      } catch (RejectedExecutionException e) {
        return false; // nobody is there any more
      }
    }
    return full;
  }
}
