package io.tendril.adapters.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Streams of rows of a database that lives in this process. */
class RowsTest {
  private static final String THOUSAND = "select x from system_range(1, 1000) order by x";

  private static LiveDatabase one() {
    return LiveDatabase.h2(
        LiveDatabase.options().withConnections(1, 4).withStreams(10, Duration.ofSeconds(50)));
  }

  @Test
  void givesEachRowInOrder() throws Exception {
    try (var live = one()) {
      var seen = new ArrayList<Long>();
      long count = live.get(it -> it.stream(THOUSAND).forEach(row -> seen.add(row.getLong("x"))));
      assertThat(count).isEqualTo(1000);
      assertThat(seen).hasSize(1000).isSorted().doesNotHaveDuplicates();
      assertThat(live.rows("select 1")).hasSize(1);
    }
  }

  @Test
  void givesNoRowsOfNothing() throws Exception {
    try (var live = one()) {
      long count = live.get(it -> it.stream("select 1 where 1 = 0").forEach(row -> {}));
      assertThat(count).isZero();
    }
  }

  @Test
  void givesTenRowsOfExactlyOnePortion() throws Exception {
    try (var live = one()) {
      long count =
          live.get(it -> it.stream("select * from system_range(1, 10)").forEach(row -> {}));
      assertThat(count).isEqualTo(10);
    }
  }

  @Test
  void readsNoFurtherThanTwoPortionsAhead() throws Exception {
    var read = new AtomicInteger();
    var most = new AtomicInteger();
    try (var live = one()) {
      long count =
          live.get(it -> {
            var taken = new int[1];
            Rows<Integer> rows =
                it.stream(
                    row -> {
                      read.incrementAndGet();
                      return row.getInt(1);
                    },
                    THOUSAND);
            return rows.forEach(row -> {
              most.accumulateAndGet(read.get() - taken[0]++, Math::max);
              if (row % 7 == 0) {
                rows.pause();
                live.reactor.after(Duration.ofMillis(1)).thenRun(rows::resume);
              }
            });
          });
      assertThat(count).isEqualTo(1000);
      assertThat(most.get()).isBetween(1, 20);
    }
  }

  @Test
  void stopsWhenAskedAndGivesTheConnectionBack() throws Exception {
    try (var live = one()) {
      assertThat(
              live.failure(it -> {
                var rows = it.stream(THOUSAND);
                return rows.forEach(row -> {
                  if (row.getInt(1) == 15) {
                    rows.stop();
                  }
                  assertThat(row.getInt(1)).isLessThan(16);
                });
              }))
          .isInstanceOf(CancellationException.class);
      assertThat(live.rows("select 1")).hasSize(1);
    }
  }

  @Test
  void stopsWhenItsDeferredIsCancelled() throws Exception {
    try (var live = one()) {
      assertThat(
              live.failure(it -> {
                var first = Promise.<Row>create();
                var flow =
                    it.stream(THOUSAND)
                        .forEach(row -> {
                          if (!first.isDone()) {
                            first.succeed(row);
                          }
                        });
                return first
                    .deferred()
                    .thenCompose(row -> {
                      flow.cancel();
                      return flow;
                    });
              }))
          .isInstanceOf(CancellationException.class);
      assertThat(live.rows("select 1")).hasSize(1);
    }
  }

  @Test
  void failsWithWhatItsConsumerThrows() throws Exception {
    var mistake = new IllegalArgumentException("mine");
    try (var live = one()) {
      assertThat(
              live.failure(it ->
                  it.stream(THOUSAND)
                      .forEach(row -> {
                        throw mistake;
                      })))
          .isSameAs(mistake);
      assertThat(live.rows("select 1")).hasSize(1);
    }
  }

  @Test
  void failsWithWhatTheDatabaseSays() throws Exception {
    try (var live = one()) {
      assertThat(live.failure(it -> it.stream("selct").forEach(row -> {})))
          .isInstanceOf(SqlFailed.class);
      assertThat(
              live.failure(it ->
                  it.stream("select 100 / (500 - x) from system_range(1, 1000)")
                      .forEach(row -> {})))
          .isInstanceOf(SqlFailed.class)
          .hasMessageContaining("Division by zero");
    }
  }

  @Test
  void failsAtOnceWhereThereIsNoRoom() throws Exception {
    try (var live = one()) {
      live.get(Database::stop);
      assertThat(live.failure(it -> it.stream("select 1").forEach(row -> {})))
          .isInstanceOf(DatabaseFailed.Closed.class);
    }
  }

  @Test
  void doesNotHoldItsConnectionForWhoTakesNothing() throws Exception {
    var options = LiveDatabase.options().withConnections(1, 4);
    try (var live = LiveDatabase.h2(options.withStreams(10, Duration.ofMillis(200)))) {
      assertThat(
              live.failure(it -> {
                var rows = it.stream(THOUSAND);
                return rows.forEach(row -> rows.pause());
              }))
          .isInstanceOf(DatabaseFailed.Stalled.class)
          .hasMessage("nobody took the rows of a stream for 200 ms");
      assertThat(live.rows("select 1")).hasSize(1);
    }
  }

  @Test
  void flowsOnce() throws Exception {
    try (var live = one()) {
      live.get(it -> {
        var rows = it.stream("select 1");
        Deferred<Long> flow = rows.forEach(row -> {});
        assertThatThrownBy(() -> rows.forEach(row -> {})).hasMessage("a stream flows once");
        return flow;
      });
      live.get(it -> {
        var rows = it.stream("select 1");
        rows.close();
        assertThatThrownBy(() -> rows.forEach(row -> {})).hasMessage("a stream flows once");
        return Deferred.done();
      });
    }
  }

  @Test
  void isTakenRowByRowInACoroutine() throws Exception {
    try (var live = one()) {
      var seen = new ArrayList<Integer>();
      live.direct(() -> {
        try (var rows = live.database.stream(THOUSAND)) {
          for (var row : rows.each()) {
            seen.add(row.getInt(1));
            if (row.getInt(1) % 100 == 0) {
              live.reactor.after(Duration.ofMillis(1)).await();
            }
          }
          assertThat(rows.next()).isNull();
        }
        return null;
      });
      assertThat(seen).hasSize(1000).isSorted();
    }
  }

  @Test
  void isClosedByACoroutineThatHasEnough() throws Exception {
    try (var live = one()) {
      List<Integer> seen =
          live.direct(() -> {
            var some = new ArrayList<Integer>();
            try (var rows = live.database.stream(THOUSAND)) {
              for (var row : rows.each()) {
                some.add(row.getInt(1));
                if (some.size() == 3) {
                  break;
                }
              }
            }
            return some;
          });
      assertThat(seen).containsExactly(1, 2, 3);
      assertThat(live.rows("select 1")).hasSize(1);
      assertThat(
              live.failure(it ->
                  live.reactor.async(() -> {
                    try (var rows = it.stream("selct")) {
                      return rows.next();
                    }
                  })))
          .isInstanceOf(SqlFailed.class);
    }
  }
}
