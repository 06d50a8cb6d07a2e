package io.tendril.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.adapters.jdbc.Database;
import io.tendril.adapters.jdbc.SqlFailed;
import io.tendril.core.Reactor;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The example with jOOQ. */
class AccountsTest {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  @FunctionalInterface
  private interface Script {
    void play(Reactor reactor, Accounts accounts) throws Exception;
  }

  private static void with(String name, Script script) throws Exception {
    Reactor.runUntil(reactor -> {
      var database = Database.hikari("jdbc:h2:mem:" + name, "sa", "");
      return reactor
          .async(() -> {
            database.runIn(reactor).await();
            var accounts = new Accounts(database);
            assertThat(accounts.open(Map.of("ada", 100L, "bob", 0L)).await()).isEqualTo(2);
            script.play(reactor, accounts);
            return null;
          })
          .orTimeout(LONGEST);
    });
  }

  @Test
  void movesMoney() throws Exception {
    with(
        "moves",
        (reactor, accounts) -> {
          assertThat(accounts.move(30, "ada", "bob").await()).isEqualTo(70);
          assertThat(accounts.balances().await()).isEqualTo(Map.of("ada", 70L, "bob", 30L));
        });
  }

  @Test
  void movesNothingWhereThereIsNotEnough() throws Exception {
    with(
        "rolls back",
        (reactor, accounts) -> {
          assertThatThrownBy(() -> accounts.move(101, "ada", "bob").await())
              .isInstanceOf(Accounts.NotEnough.class);
          assertThatThrownBy(() -> accounts.move(1, "eve", "bob").await())
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage("no account of eve");
          assertThat(accounts.balances().await()).isEqualTo(Map.of("ada", 100L, "bob", 0L));
        });
  }

  @Test
  void losesNothingWhenManyMoveAtATime() throws Exception {
    with(
        "many",
        (reactor, accounts) -> {
          var moves =
              IntStream.range(0, 40)
                  .mapToObj(i ->
                      reactor.async(() ->
                          i % 2 == 0
                              ? tried(accounts, "ada", "bob")
                              : tried(accounts, "bob", "ada")))
                  .toList();
          for (var move : moves) {
            move.await();
          }
          assertThat(accounts.balances().await().values().stream().mapToLong(each -> each).sum())
              .isEqualTo(100);
        });
  }

  /** One that lost against others, or has too little, moves nothing. */
  private static boolean tried(Accounts accounts, String from, String to) {
    try {
      accounts.move(10, from, to).await();
      return true;
    } catch (Accounts.NotEnough | SqlFailed.Conflict e) {
      return false;
    }
  }
}
