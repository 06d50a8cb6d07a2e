package io.tendril.adapters.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.testing.Program;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A PostgreSQL server, as it is and as it goes. */
@Tag("interop")
class PostgresTest {
  private static final String SLEEP = "select pg_sleep(61)";
  private static Postgres server;

  @BeforeAll
  static void start() throws Exception {
    server = Postgres.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  private static DatabaseOptions one() {
    return LiveDatabase.options().withConnections(1, 100);
  }

  private static int backend(LiveDatabase live) throws Exception {
    return live.rows("select pg_backend_pid()").getFirst().getInt(1);
  }

  /** Waits until so many statements of a kind run at the server. */
  private static void awaitActive(LiveDatabase live, String sql, int count) throws Exception {
    live.direct(() -> {
      String ask = "select count(*) from pg_stat_activity where state = 'active' and query = ?";
      while (live.database.runQuery(ask, sql).await().getFirst().getInt(1) != count) {
        live.reactor.after(Duration.ofMillis(10)).await();
      }
      return null;
    });
  }

  @Test
  void givesValuesOfEachTypeAsTheyWentIn() throws Exception {
    var id = UUID.randomUUID();
    var moment = Instant.parse("2026-02-03T04:05:06.789Z");
    try (var live = server.open(one())) {
      Row row =
          live.rows(
                  "select ?::timestamptz as at, ?::timestamp as dt, ?::uuid as u, ?::bytea as x,"
                      + " array[1, 2] as a, ?::text as t, 12.50::numeric as n, null as nothing",
                  moment,
                  LocalDateTime.parse("2026-02-03T04:05:06"),
                  id,
                  new byte[] {1, 2},
                  null)
              .getFirst();
      assertThat(row.getInstant("at")).isEqualTo(moment);
      assertThat(row.getDateTime("dt")).isEqualTo("2026-02-03T04:05:06");
      assertThat(row.getUuid("u")).isEqualTo(id);
      assertThat(row.getBytes("x")).containsExactly(1, 2);
      assertThat(row.get("a", List.class)).isEqualTo(List.of(1, 2));
      assertThat(row.isNull("t")).isTrue();
      assertThat(row.getDecimal("n")).isEqualTo("12.50");
    }
  }

  @Test
  void countsArguments() throws Exception {
    try (var live = server.open(one())) {
      assertThat(live.failure(it -> it.runQuery("select ?::int + ?::int", 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("takes 2 arguments and was given 1");
      assertThat(live.failure(it -> it.runQuery("select 1", 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("takes 0 arguments and was given 1");
    }
  }

  /** A gigabyte and more, which this process has no room for. */
  @Test
  void streamsAMillionRowsInLittleMemory() throws Exception {
    try (var live = server.open(one())) {
      long[] sum = new long[1];
      long count =
          live.get(it ->
              it.stream("select n, repeat('x', 1200) from generate_series(1, 1000000) n")
                  .forEach(row -> {
                    sum[0] += row.getLong("n");
                    assertThat(row.getString(2).length()).isEqualTo(1200);
                  }));
      assertThat(count).isEqualTo(1_000_000);
      assertThat(sum[0]).isEqualTo(500_000_500_000L);
    }
  }

  @Test
  void closesTheCursorOfAStreamThatIsStopped() throws Exception {
    try (var live = server.open(one());
        var other = server.open(one())) {
      int before = backend(live);
      live.direct(() -> {
        try (var rows = live.database.stream("select n from generate_series(1, 1000000) n")) {
          return rows.next();
        }
      });
      assertThat(backend(live)).isEqualTo(before);
      assertThat(
              other.rows(
                  "select 1 from pg_stat_activity where pid = ? and state like 'idle in%'", before))
          .isEmpty();
    }
  }

  @Test
  void cancelsTheStatementAtTheServer() throws Exception {
    try (var live = server.open(one());
        var other = server.open(one())) {
      live.update("create table if not exists kept (n int)");
      int before = backend(live);
      var running = new Deferred<?>[1];
      var cancelled = new CompletableFuture<Throwable>();
      live.reactor.execute(() ->
          running[0] =
              live.database
                  .runInteraction(transaction -> {
                    transaction.update("insert into kept values (1)");
                    return transaction.query(SLEEP);
                  })
                  .handle(value -> null, failure -> cancelled.complete(failure)));
      awaitActive(other, SLEEP, 1);
      live.reactor.execute(() -> running[0].cancel());
      assertThat(cancelled.get(60, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
      awaitActive(other, SLEEP, 0);
      assertThat(live.rows("select * from kept")).isEmpty();
      assertThat(backend(live)).as("the same connection, rolled back").isEqualTo(before);
    }
  }

  @Test
  void leavesNothingBehindWhenATimeIsUp() throws Exception {
    try (var live = server.open(LiveDatabase.options().withConnections(4, 100));
        var other = server.open(one())) {
      live.rows("select 1");
      for (int round = 0; round < 5; round++) {
        assertThat(
                live.failure(it ->
                    Deferred.gather(
                        List.of(
                            it.runQuery(SLEEP).orTimeout(Duration.ofMillis(1), "a"),
                            it.runQuery(SLEEP).orTimeout(Duration.ofMillis(30), "b")))))
            .hasCauseInstanceOf(TimeoutException.class);
        assertThat(live.rows("select 1")).hasSize(1);
      }
      awaitActive(other, SLEEP, 0);
    }
  }

  @Test
  void tellsAConflictFromOtherFailures() throws Exception {
    var serializable =
        TransactionOptions.defaults().withIsolation(TransactionOptions.Isolation.SERIALIZABLE);
    try (var live = server.open(LiveDatabase.options())) {
      live.update("create table counters (n int)");
      live.update("insert into counters values (1)");
      assertThat(
              live.failure(it ->
                  it.runInteraction(
                      serializable,
                      transaction -> {
                        transaction.query("select * from counters");
                        live.reactor.blockingCall(
                            () -> {
                              // another connection: what nobody should do, and what others do
                              var changed = Promise.<Long>create();
                              it.runUpdate("update counters set n = n + 1")
                                  .thenAccept(changed::succeed)
                                  .exceptionally(e -> null);
                              return changed.deferred();
                            },
                            LiveDatabase.LONGEST);
                        return transaction.update("update counters set n = n + 1");
                      })))
          .isInstanceOf(SqlFailed.Conflict.class)
          .hasMessageContaining("SQLState 40001");
    }
  }

  @Test
  void doesNotTakeARollbackForACommit() throws Exception {
    try (var live = server.open(one())) {
      live.update("create table once (n int primary key)");
      assertThat(
              live.failure(it ->
                  it.runInteraction(transaction -> {
                    transaction.update("insert into once values (1)");
                    try {
                      transaction.update("insert into once values (1)");
                    } catch (SqlFailed.Constraint e) {
                      // and goes on, though PostgreSQL does not
                    }
                    return 1;
                  })))
          .isInstanceOf(SqlFailed.Constraint.class);
      assertThat(live.rows("select * from once")).isEmpty();
    }
  }

  // ---- Servers that go ------------------------------------------------------------------------

  @Test
  void keepsTheFirstFailureIfTheRollbackFailsToo() throws Exception {
    try (var live = server.open(one())) {
      int before = backend(live);
      Throwable failure =
          live.failure(it ->
              it.runInteraction(transaction ->
                  transaction.query("select pg_terminate_backend(pg_backend_pid())")));
      assertThat(failure).isInstanceOf(SqlFailed.Unreachable.class);
      assertThat(((SqlFailed) failure).sqlState()).isEqualTo("57P01");
      assertThat(failure.getSuppressed()).singleElement().isInstanceOf(SqlFailed.class);
      assertThat(backend(live)).as("another connection").isNotEqualTo(before);
    }
  }

  @Test
  void tellsThatNobodyListens() throws Exception {
    var options = one().withWaitLimit(Duration.ofSeconds(2));
    var url = "jdbc:postgresql://127.0.0.1:1/postgres?password=hush";
    try (var live = new LiveDatabase(Database.hikari(url, "test", "", options))) {
      assertThat(live.failure(it -> it.start(live.reactor)))
          .isInstanceOf(SqlFailed.Unreachable.class)
          .hasMessageContaining("refused")
          .hasMessageNotContaining("hush");
    }
  }

  @Test
  void recoversWhenAServerIsKilledAndComesBack() throws Exception {
    try (var mine = Postgres.start();
        var live = mine.open(one().withConnections(4, 100).withWaitLimit(Duration.ofSeconds(3)))) {
      live.update("create table kept (n int)");
      live.update("insert into kept values (1)");
      var failed = new CompletableFuture<Throwable>();
      live.reactor.execute(() ->
          live.database
              .runQuery(SLEEP)
              .exceptionally(failure -> {
                failed.complete(failure);
                return null;
              }));
      awaitActive(live, SLEEP, 1);
      mine.kill();
      assertThat(failed.get(60, TimeUnit.SECONDS)).isInstanceOf(SqlFailed.Unreachable.class);
      assertThat(live.failure(it -> it.runQuery("select * from kept")))
          .isInstanceOf(SqlFailed.Unreachable.class);
      mine.up();
      assertThat(live.rows("select * from kept")).hasSize(1);
    }
  }

  /** Writers that go on whatever happens, and what became of what they wrote. */
  private static final class Writers {
    final LiveDatabase live;
    final List<Integer> acknowledged = new ArrayList<>();
    int next;
    int failures;
    boolean enough;

    Writers(LiveDatabase live, int count) {
      this.live = live;
      live.reactor.execute(() -> {
        for (int i = 0; i < count; i++) {
          live.reactor.async(this::write).exceptionally(live::unexpected);
        }
      });
    }

    private Void write() {
      while (!enough) {
        int number = next++;
        try {
          live.database
              .runInteraction(
                  transaction -> transaction.update("insert into kept values (?)", number))
              .await();
          acknowledged.add(number);
        } catch (SqlFailed.Unreachable | DatabaseFailed.Busy e) {
          failures++;
        }
      }
      return null;
    }

    void await(Callable<Boolean> condition) throws Exception {
      live.direct(() -> {
        while (!condition.call()) {
          live.reactor.after(Duration.ofMillis(10)).await();
        }
        return null;
      });
    }
  }

  @Test
  void losesNothingButWhatWasInFlightWhenAServerIsKilled() throws Exception {
    var options = one().withConnections(4, 100).withWaitLimit(Duration.ofSeconds(2));
    try (var mine = Postgres.start();
        var live = mine.open(options)) {
      live.update("create table kept (n int primary key)");
      var writers = new Writers(live, 8);
      writers.await(() -> writers.acknowledged.size() > 200);
      mine.kill();
      writers.await(() -> writers.failures >= 8);
      mine.up();
      int before = writers.acknowledged.size();
      writers.await(() -> writers.acknowledged.size() > before + 200);
      writers.await(() -> writers.enough = true);
      List<Integer> acknowledged =
          live.get(it -> Deferred.succeeded(List.copyOf(writers.acknowledged)));
      List<Integer> kept =
          live.get(it -> it.runQuery(row -> row.getInt("n"), "select n from kept"));
      assertThat(live.failures).isEmpty();
      assertThat(kept).containsAll(acknowledged);
    }
  }

  /** As a server does that swaps, or whose network has gone. */
  @Test
  void cutsAConnectionThatDoesNotListen() throws Exception {
    try (var live = server.open(one());
        var other = server.open(one())) {
      int stopped = backend(live);
      Program.named("kill").run("-STOP", "" + stopped).succeeded();
      try {
        assertThat(
                live.failure(it -> it.runQuery("select 1").orTimeout(Duration.ofMillis(50), "it")))
            .isInstanceOf(TimeoutException.class);
        live.direct(() -> {
          while (live.database.running() > 0) {
            live.reactor.after(Duration.ofMillis(10)).await();
          }
          return null;
        });
        assertThat(backend(live)).isNotEqualTo(stopped);
      } finally {
        Program.named("kill").run("-CONT", "" + stopped).succeeded();
      }
      assertThat(other.rows("select 1")).hasSize(1);
    }
  }
}
