package io.tendril.adapters.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deadline;
import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.ReactorEvent;
import java.math.BigDecimal;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Calls of a database that lives in this process. */
class DatabaseTest {
  private static final String ADD = "insert into notes (text) values (?)";

  /** H2 counts that far for minutes, and looks whether it was cancelled. */
  private static final String LONG_QUERY =
      "select count(*) from system_range(1, 100000000000) where x % 7 = 3";

  @Test
  void findsRows() throws Exception {
    try (var live = LiveDatabase.h2().withNotes()) {
      assertThat(live.update(ADD, "milk")).isEqualTo(1);
      assertThat(live.update(ADD, "bread")).isEqualTo(1);
      List<Row> rows = live.rows("select * from notes order by id");
      assertThat(rows).extracting(row -> row.getString("text")).containsExactly("milk", "bread");
      assertThat(rows.get(1).getInt(1)).isEqualTo(2);
      assertThat(rows.getFirst()).hasToString("{ID=1, TEXT=milk}");
    }
  }

  @Test
  void makesObjectsOfRows() throws Exception {
    record Note(int id, String text) {}
    try (var live = LiveDatabase.h2().withNotes()) {
      live.update(ADD, "milk");
      List<Note> notes =
          live.get(it ->
              it.runQuery(
                  row -> new Note(row.getInt("id"), row.getString("text")),
                  "select id, text from notes where text = ?",
                  "milk"));
      assertThat(notes).containsExactly(new Note(1, "milk"));
    }
  }

  @Test
  void tellsGeneratedKeys() throws Exception {
    try (var live = LiveDatabase.h2().withNotes()) {
      live.update(ADD, "milk");
      List<Row> keys = live.get(it -> it.runInsert(ADD, "bread"));
      assertThat(keys.getFirst().getLong("id")).isEqualTo(2);
    }
  }

  @Test
  void givesValuesOfEachTypeAsTheyWentIn() throws Exception {
    var id = UUID.randomUUID();
    var moment = Instant.parse("2026-02-03T04:05:06.789Z");
    try (var live = LiveDatabase.h2()) {
      live.update(
          "create table all_types (i int, l bigint, d double precision, n numeric(10, 2),"
              + " b boolean, t varchar, x varbinary, u uuid, at timestamp with time zone,"
              + " dt timestamp, da date, c clob, y blob, a int array, nothing int)");
      live.update(
          "insert into all_types values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          7,
          8_000_000_000L,
          0.5,
          new BigDecimal("12.34"),
          true,
          "text",
          new byte[] {1, 2},
          id,
          moment,
          LocalDateTime.parse("2026-02-03T04:05:06"),
          LocalDate.parse("2026-02-03"),
          "long text",
          new byte[] {3},
          new Integer[] {1, 2},
          null);
      Row row = live.rows("select * from all_types").getFirst();
      assertThat(row.getInt("i")).isEqualTo(7);
      assertThat(row.getLong("i")).isEqualTo(7);
      assertThat(row.getLong("l")).isEqualTo(8_000_000_000L);
      assertThatThrownBy(() -> row.getInt("l"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("column 'L' holds a Long that is no Integer");
      assertThat(row.getDouble("d")).isEqualTo(0.5);
      assertThat(row.getDecimal("n")).isEqualTo("12.34");
      assertThat(row.getBoolean("b")).isTrue();
      assertThat(row.getString("t")).isEqualTo("text");
      assertThat(row.getString("n")).isEqualTo("12.34");
      assertThat(row.getBytes("x")).containsExactly(1, 2);
      assertThat(row.getUuid("u")).isEqualTo(id);
      assertThat(row.getInstant("at")).isEqualTo(moment);
      assertThat(row.getDateTime("dt")).isEqualTo("2026-02-03T04:05:06");
      assertThat(row.getDate("da")).isEqualTo("2026-02-03");
      assertThat(row.getDate("dt")).isEqualTo("2026-02-03");
      assertThat(row.getString("c")).isEqualTo("long text");
      assertThat(row.getBytes("y")).containsExactly(3);
      assertThat(row.get("a", List.class)).isEqualTo(List.of(1, 2));
      assertThat(row.isNull("nothing")).isTrue();
      assertThat(row.getString("nothing")).isNull();
      assertThatThrownBy(() -> row.getInt("nothing"))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("'NOTHING' is NULL");
      assertThatThrownBy(() -> row.getInt("absent"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no column 'absent' in [I, L, D,");
      assertThatThrownBy(() -> row.getString(0)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  // ---- Interactions ---------------------------------------------------------------------------

  @Test
  void commitsWhenAnInteractionReturns() throws Exception {
    try (var live = LiveDatabase.h2().withNotes()) {
      long changed =
          live.get(it ->
              it.runInteraction(transaction -> {
                transaction.update(ADD, "milk");
                transaction.insert(ADD, "bread");
                return (long) transaction.query("select * from notes").size();
              }));
      assertThat(changed).isEqualTo(2);
      assertThat(live.notes()).isEqualTo(2);
    }
  }

  @Test
  void rollsBackWhenAnInteractionThrows() throws Exception {
    var mistake = new IllegalArgumentException("mine");
    try (var live = LiveDatabase.h2().withNotes()) {
      assertThat(
              live.failure(it ->
                  it.runInteraction(transaction -> {
                    transaction.update(ADD, "milk");
                    throw mistake;
                  })))
          .isSameAs(mistake)
          .hasNoSuppressedExceptions();
      assertThat(live.notes()).isZero();
    }
  }

  @Test
  void keepsTheFirstFailureIfTheRollbackFailsToo() throws Exception {
    var mistake = new IllegalArgumentException("mine");
    try (var live = LiveDatabase.h2().withNotes()) {
      Throwable failure =
          live.failure(it ->
              it.runInteraction(transaction -> {
                transaction.connection().unwrap(org.h2.jdbc.JdbcConnection.class).close();
                throw mistake;
              }));
      assertThat(failure).isSameAs(mistake);
      assertThat(failure.getSuppressed()).singleElement().isInstanceOf(SqlFailed.class);
      assertThat(live.notes()).isZero();
    }
  }

  @Test
  void runsATransactionAsItIsTold() throws Exception {
    var how =
        TransactionOptions.defaults()
            .withIsolation(TransactionOptions.Isolation.SERIALIZABLE)
            .withReadOnly(true);
    try (var live = LiveDatabase.h2(LiveDatabase.options().withConnections(1, 4))) {
      Interaction<List<Object>> state =
          transaction ->
              List.of(
                  transaction.connection().getTransactionIsolation(),
                  transaction.connection().isReadOnly(),
                  transaction.connection().getAutoCommit());
      List<Object> before = live.get(it -> it.runInteraction(state));
      List<Object> during = live.get(it -> it.runInteraction(how, state));
      assertThat(during.getFirst()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
      List<Object> after = live.get(it -> it.runInteraction(state));
      assertThat(after).isEqualTo(before);
    }
  }

  @Test
  void refusesASecondCallInsideOfAnInteraction() throws Exception {
    try (var live = LiveDatabase.h2(LiveDatabase.options().withConnections(1, 4))) {
      assertThat(
              live.failure(
                  it -> it.runInteraction(transaction -> it.runInteraction(other -> 1).isDone())))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("inside of a call of test: use its Transaction");
      assertThat(
              live.failure(it ->
                  it.runInteraction(transaction ->
                      live.reactor.blockingCall(
                          () -> it.runQuery("select 1").orTimeout(Duration.ofMillis(300)),
                          LiveDatabase.LONGEST))))
          .isInstanceOf(TimeoutException.class);
      assertThat(live.rows("select 1")).hasSize(1);
    }
  }

  @Test
  void refusesWhatBelongsToTheReactorInsideOfAnInteraction() throws Exception {
    try (var live = LiveDatabase.h2()) {
      var promise =
          live.get(it -> Deferred.succeeded(List.of(Promise.<String>create()))).getFirst();
      List<Interaction<Object>> bodies =
          List.of(
              _ -> promise.deferred().thenApply(String::length),
              _ -> {
                promise.succeed("x");
                return null;
              },
              _ -> live.reactor.callLater(Duration.ZERO, () -> {}),
              _ -> live.reactor.listen("tcp:0:interface=127.0.0.1", null),
              _ -> live.reactor.blocking(() -> "x"),
              _ -> live.reactor.async(() -> "x"));
      for (var body : bodies) {
        assertThat(live.failure(it -> it.runInteraction(body)))
            .as("%s", bodies.indexOf(body))
            .isInstanceOf(IllegalStateException.class);
      }
      live.get(_ -> {
        promise.succeed("x");
        return promise.deferred();
      });
    }
  }

  @Test
  void refusesATransactionThatHasEnded() throws Exception {
    try (var live = LiveDatabase.h2()) {
      Transaction kept = live.get(it -> it.runInteraction(transaction -> transaction));
      assertThatThrownBy(() -> kept.query("select 1"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("has ended");
    }
  }

  @Test
  void rollsBackAnInteractionThatReturnsADeferred() throws Exception {
    try (var live = LiveDatabase.h2().withNotes()) {
      assertThat(
              live.failure(it ->
                  it.<Object>runInteraction(transaction -> {
                    transaction.update(ADD, "milk");
                    return Deferred.done();
                  })))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("returned a Deferred");
      assertThat(live.notes()).isZero();
    }
  }

  // ---- Failures -------------------------------------------------------------------------------

  @Test
  void tellsWhatTheDatabaseSaid() throws Exception {
    try (var live = LiveDatabase.h2().withNotes()) {
      assertThat(live.failure(it -> it.runQuery("selct 1")))
          .isInstanceOfSatisfying(
              SqlFailed.class,
              failure -> {
                assertThat(failure.sqlState()).isEqualTo("42001");
                assertThat(failure.vendorCode()).isEqualTo(42001);
                assertThat(failure.sql()).isEqualTo("selct 1");
                assertThat(failure)
                    .hasMessageContaining("selct 1")
                    .hasMessageContaining("(SQLState 42001)");
              });
      live.update(ADD, "milk");
      assertThat(live.failure(it -> it.runUpdate(ADD, "milk")))
          .isInstanceOf(SqlFailed.Constraint.class);
    }
  }

  @Test
  void countsArguments() throws Exception {
    try (var live = LiveDatabase.h2()) {
      assertThat(live.failure(it -> it.runQuery("select ? + ?", 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("takes 2 arguments and was given 1 [select ? + ?]");
      assertThat(live.failure(it -> it.runQuery("select 1", 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("takes 0 arguments and was given 1");
    }
  }

  @Test
  void keepsToTheDeadlineInForce() throws Exception {
    try (var live = LiveDatabase.h2(LiveDatabase.options().withConnections(1, 4))) {
      assertThat(
              live.failure(it -> {
                List<Deferred<?>> late = new ArrayList<>();
                Deadline.within(Duration.ofMillis(300))
                    .run(() -> late.add(it.runQuery(LONG_QUERY)));
                return late.getFirst();
              }))
          .isInstanceOf(TimeoutException.class)
          .hasMessageContaining("the deadline has passed, waiting for test");
      assertThat(live.rows("select 1")).hasSize(1); // the connection is free again
    }
  }

  @Test
  void refusesMoreRowsThanItsLimit() throws Exception {
    try (var live = LiveDatabase.h2(LiveDatabase.options().withRowLimit(10))) {
      assertThat(live.rows("select * from system_range(1, 10)")).hasSize(10);
      assertThat(live.failure(it -> it.runQuery("select * from system_range(1, 11)")))
          .isInstanceOf(DatabaseFailed.TooManyRows.class);
    }
  }

  @Test
  void tellsNoPassword() throws Exception {
    var url = "jdbc:h2:mem:x;PASSWORD=hush;NO_SUCH_SETTING=1";
    try (var live = new LiveDatabase(Database.hikari(url, "sa", "", quick()))) {
      Throwable failure = live.failure(it -> it.runQuery("select 1"));
      assertThat(failure).isInstanceOf(SqlFailed.Unreachable.class);
      assertThat(failure).hasStackTraceContaining("NO_SUCH_SETTING");
      var trace = new java.io.StringWriter();
      failure.printStackTrace(new java.io.PrintWriter(trace));
      assertThat(trace.toString()).doesNotContain("hush");
    }
  }

  @Test
  void tellsNoPasswordOfAUrlThatNoDriverKnows() throws Exception {
    var url = "jdbc:nothing://u:hush@host/x?password=hush";
    try (var live = new LiveDatabase(Database.hikari(url, "", "", quick()))) {
      Throwable failure = live.failure(it -> it.runQuery("select 1"));
      assertThat(failure)
          .isInstanceOf(SqlFailed.Unreachable.class)
          .hasMessageContaining("jdbc:nothing:");
      var trace = new java.io.StringWriter();
      failure.printStackTrace(new java.io.PrintWriter(trace));
      assertThat(trace.toString()).doesNotContain("hush");
    }
  }

  @Test
  void takesPasswordsOutOfText() {
    assertThat(Redacted.text("no driver for jdbc:postgresql://h/d?user=u&password=hush&ssl=true"))
        .isEqualTo("no driver for jdbc:postgresql://h/d?user=u&password=...&ssl=true");
    assertThat(Redacted.text("mysql://root:hush@host/d")).isEqualTo("mysql://root:...@host/d");
    assertThat(Redacted.text("a=b; Pwd = 'hu sh';c")).isEqualTo("a=b; Pwd = ...;c");
    assertThat(Redacted.text("select * from passwords")).isEqualTo("select * from passwords");
  }

  private static DatabaseOptions quick() {
    return LiveDatabase.options().withWaitLimit(Duration.ofSeconds(4));
  }

  // ---- Limits and waiting ---------------------------------------------------------------------

  /** Holds connections until it is told to let go. */
  private static final class Holding {
    final CountDownLatch held;
    final CountDownLatch letGo = new CountDownLatch(1);

    Holding(LiveDatabase live, int connections) throws Exception {
      held = new CountDownLatch(connections);
      live.reactor.execute(() -> {
        for (int i = 0; i < connections; i++) {
          live.database
              .runInteraction(transaction -> {
                held.countDown();
                return letGo.await(60, TimeUnit.SECONDS);
              })
              .exceptionally(failure -> null);
        }
      });
      assertThat(held.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void refusesMoreThanItsQueueHolds() throws Exception {
    try (var live = LiveDatabase.h2(LiveDatabase.options().withConnections(1, 1))) {
      var holding = new Holding(live, 1);
      List<Object> results =
          live.get(it -> {
            var waits = it.runQuery("select 1");
            return it.runQuery("select 2")
                .handle(value -> (Object) value, failure -> failure)
                .thenCompose(refused -> {
                  holding.letGo.countDown();
                  return waits.thenApply(rows -> List.of(refused, rows.size()));
                });
          });
      assertThat(results.getFirst())
          .isInstanceOf(DatabaseFailed.Busy.class)
          .hasToString(DatabaseFailed.Busy.class.getName() + ": test: 1 calls run and 1 wait");
      assertThat(results.getLast()).isEqualTo(1);
    }
  }

  @Test
  void doesNotWaitForEver() throws Exception {
    try (var live = LiveDatabase.h2(quick().withConnections(1, 5))) {
      var holding = new Holding(live, 1);
      assertThat(live.failure(it -> it.runQuery("select 1")))
          .isInstanceOf(DatabaseFailed.Busy.class)
          .hasMessage("test: no connection after 4000 ms");
      assertThat(live.database.waiting()).isZero();
      holding.letGo.countDown();
      assertThat(live.rows("select 1")).hasSize(1);
    }
  }

  @Test
  void takesACallBackThatWaits() throws Exception {
    try (var live = LiveDatabase.h2(LiveDatabase.options().withConnections(1, 1))) {
      var holding = new Holding(live, 1);
      assertThat(
              live.failure(it -> {
                var waits = it.runQuery("select 1");
                waits.cancel();
                return waits;
              }))
          .isInstanceOf(CancellationException.class);
      assertThat(live.database.waiting()).isZero();
      holding.letGo.countDown();
    }
  }

  // ---- Cancelling -----------------------------------------------------------------------------

  @Test
  void cancelsTheStatementThatRuns() throws Exception {
    try (var live = LiveDatabase.h2(LiveDatabase.options().withConnections(1, 4)).withNotes()) {
      assertThat(
              live.failure(it ->
                  it.runInteraction(
                          transaction -> {
                            transaction.update(ADD, "milk");
                            return transaction.query(LONG_QUERY);
                          })
                      .orTimeout(Duration.ofMillis(300), "a long query")))
          .isInstanceOf(TimeoutException.class)
          .hasMessageContaining("a long query");
      assertThat(live.notes()).isZero(); // on the same one connection
    }
  }

  @Test
  void cancelsWhatTakesLongerThanACallMay() throws Exception {
    var options = LiveDatabase.options().withConnections(1, 4);
    try (var live = LiveDatabase.h2(options.withCallLimit(Duration.ofSeconds(3)))) {
      live.rows("select 1");
      assertThat(live.failure(it -> it.runQuery(LONG_QUERY)))
          .isInstanceOf(TimeoutException.class)
          .hasMessage("test: not done after 3000 ms");
    }
  }

  @Test
  void doesNotCommitWhatWasCancelled() throws Exception {
    try (var live = LiveDatabase.h2(LiveDatabase.options().withConnections(1, 4)).withNotes()) {
      var begun = new CountDownLatch(1);
      var cancelled = new CountDownLatch(1);
      assertThat(
              live.failure(it -> {
                var running =
                    it.runInteraction(transaction -> {
                      transaction.update(ADD, "milk");
                      begun.countDown();
                      return cancelled.await(60, TimeUnit.SECONDS);
                    });
                assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
                running.cancel();
                cancelled.countDown();
                return running;
              }))
          .isInstanceOf(CancellationException.class);
      assertThat(live.notes()).isZero();
    }
  }

  // ---- Both styles ----------------------------------------------------------------------------

  @Test
  void readsTopToBottomInACoroutine() throws Exception {
    try (var live = LiveDatabase.h2().withNotes()) {
      Database it = live.database;
      String said =
          live.direct(() -> {
            long id = it.runInsert(ADD, "milk").await().getFirst().getLong("id");
            try {
              it.runUpdate(ADD, "milk").await();
            } catch (SqlFailed.Constraint e) {
              return it.runQuery("select text from notes where id = ?", id)
                  .await()
                  .getFirst()
                  .getString("text");
            }
            return "twice?";
          });
      assertThat(said).isEqualTo("milk");
    }
  }

  // ---- Life -----------------------------------------------------------------------------------

  @Test
  void startsWhereADatabaseAnswers() throws Exception {
    try (var live = LiveDatabase.h2()) {
      live.get(it -> it.start(live.reactor));
    }
    try (var live =
        new LiveDatabase(Database.hikari("jdbc:h2:mem:x;IFEXISTS=TRUE", "", "", quick()))) {
      assertThat(live.failure(it -> it.start(live.reactor)))
          .isInstanceOf(SqlFailed.Unreachable.class);
    }
  }

  @Test
  void failsWhatWaitsWhenItStops() throws Exception {
    try (var live = LiveDatabase.h2(LiveDatabase.options().withConnections(1, 4))) {
      var holding = new Holding(live, 1);
      assertThat(
              live.failure(it -> {
                var waits = it.runQuery("select 1");
                it.stop().exceptionally(failure -> null);
                holding.letGo.countDown();
                return waits;
              }))
          .isInstanceOf(DatabaseFailed.Closed.class);
      assertThat(live.failure(it -> it.runQuery("select 1")))
          .isInstanceOf(DatabaseFailed.Closed.class)
          .hasMessage("test has been stopped");
      live.get(Database::stop);
      live.get(Database::stop);
    }
  }

  @Test
  void stopsWithinItsLimit() throws Exception {
    var options = LiveDatabase.options().withStopLimit(Duration.ofSeconds(2));
    try (var live = LiveDatabase.h2(options)) {
      live.reactor.execute(() -> live.database.runQuery(LONG_QUERY).exceptionally(_ -> null));
      live.get(Database::stop);
    }
    try (var live = LiveDatabase.h2(options)) {
      var holding = new Holding(live, 1); // which an interruption ends
      live.get(Database::stop);
      assertThat(holding.letGo.getCount()).isEqualTo(1);
    }
  }

  @Test
  void saysThatACallDoesNotEnd() throws Exception {
    var options = LiveDatabase.options().withStopLimit(Duration.ofMillis(400));
    try (var live = LiveDatabase.h2(options)) {
      var letGo = new CountDownLatch(1);
      var begun = new CountDownLatch(1);
      live.reactor.execute(() ->
          live.database
              .runInteraction(transaction -> {
                begun.countDown();
                while (letGo.getCount() > 0) {
                  try {
                    letGo.await();
                  } catch (InterruptedException e) {
                    // as bad code does
                  }
                }
                return 1;
              })
              .exceptionally(_ -> null));
      assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(live.failure(Database::stop))
          .isInstanceOf(TimeoutException.class)
          .hasMessageContaining("the calls of test, which do not end");
      letGo.countDown();
    }
  }

  @Test
  void stopsWithItsReactorAndAfterIt() throws Exception {
    var live = LiveDatabase.h2().withNotes();
    live.get(it -> it.runIn(live.reactor));
    live.reactor.execute(
        () -> live.reactor.beforeStop("last words", () -> live.database.runUpdate(ADD, "bye")));
    live.reactor.stop();
    live.reactor.awaitStopped(LiveDatabase.LONGEST);
    assertThat(live.events)
        .noneMatch(event -> event instanceof ReactorEvent.CallFailed)
        .noneMatch(event -> event instanceof ReactorEvent.ShutdownOverdue);
    assertThat(live.database.running()).isZero();
  }

  @Test
  void worksOverAnyDataSource() throws Exception {
    var source = new org.h2.jdbcx.JdbcDataSource();
    source.setURL(LiveDatabase.memory());
    try (var live = new LiveDatabase(Database.of(source, LiveDatabase.options())).withNotes()) {
      live.get(it -> it.runInteraction(transaction -> transaction.update(ADD, "milk")));
      assertThat(live.notes()).isEqualTo(1);
      assertThat(live.failure(it -> it.runInteraction(transaction -> transaction.query("no"))))
          .isInstanceOf(SqlFailed.class);
    }
  }
}
