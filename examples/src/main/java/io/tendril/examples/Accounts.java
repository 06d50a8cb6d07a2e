package io.tendril.examples;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import module io.tendril;

import io.tendril.adapters.jdbc.Database;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Accounts in a database that jOOQ writes the statements for: each move of money is one transaction
 * of the database's, in which jOOQ works on its connection.
 */
public final class Accounts {
  private static final Table<Record> ACCOUNTS = table(name("accounts"));
  private static final Field<String> OWNER = field(name("owner"), SQLDataType.VARCHAR(100));
  private static final Field<Long> BALANCE = field(name("balance"), SQLDataType.BIGINT);

  private final Database database;

  Accounts(Database database) {
    this.database = database;
  }

  static void main(String[] arguments) throws Exception {
    String url = arguments.length > 0 ? arguments[0] : "jdbc:h2:mem:accounts";
    IO.println(
        Reactor.runUntil(reactor -> {
          var database = Database.hikari(url, "sa", "");
          var accounts = new Accounts(database);
          return reactor.async(() -> {
            database.runIn(reactor).await();
            accounts.open(Map.of("ada", 100L, "bob", 0L)).await();
            accounts.move(30, "ada", "bob").await();
            return accounts.balances().await();
          });
        }));
  }

  @FunctionalInterface
  private interface Work<T> {
    T with(DSLContext jooq) throws Exception;
  }

  /** jOOQ on a transaction's connection: it neither commits nor closes there. */
  private <T> Deferred<T> transact(Work<T> work) {
    return database.runInteraction(transaction -> {
      try {
        return work.with(DSL.using(transaction.connection()));
      } catch (DataAccessException e) {
        SQLException cause = e.getCause(SQLException.class);
        throw cause != null ? cause : e; // so that it fails as any other call of the database's
      }
    });
  }

  /** Makes the accounts, with what is in them. */
  Deferred<Integer> open(Map<String, Long> balances) {
    return transact(jooq -> {
      jooq.createTable(ACCOUNTS).columns(OWNER, BALANCE).primaryKey(OWNER).execute();
      var insert = jooq.insertInto(ACCOUNTS, OWNER, BALANCE);
      for (var each : balances.entrySet()) {
        insert = insert.values(each.getKey(), each.getValue());
      }
      return insert.execute();
    });
  }

  /** Moves money, all of it or none: how much is left where it came from. */
  Deferred<Long> move(long sum, String from, String to) {
    return transact(jooq -> {
      change(jooq, to, sum);
      change(jooq, from, -sum);
      Record account = jooq.selectFrom(ACCOUNTS).where(OWNER.eq(from)).fetchSingle();
      long left = Objects.requireNonNull(account.get(BALANCE));
      if (left < 0) {
        throw new NotEnough(from + " has not so much");
      }
      return left;
    });
  }

  private static void change(DSLContext jooq, String owner, long by) {
    int changed =
        jooq.update(ACCOUNTS).set(BALANCE, BALANCE.plus(by)).where(OWNER.eq(owner)).execute();
    if (changed == 0) {
      throw new IllegalArgumentException("no account of " + owner);
    }
  }

  /** What everybody has. */
  Deferred<Map<String, Long>> balances() {
    return transact(jooq -> jooq.selectFrom(ACCOUNTS).orderBy(OWNER).fetchMap(OWNER, BALANCE));
  }

  /** Somebody has not what is to be moved; nothing was. */
  static final class NotEnough extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotEnough(String message) {
      super(message, null, false, false);
    }
  }
}
