package io.tendril.examples;

import module io.tendril;

import io.tendril.adapters.jdbc.Database;
import io.tendril.adapters.jdbc.DatabaseFailed;
import io.tendril.adapters.jdbc.SqlFailed;
import io.tendril.adapters.jdbc.Transaction;

/**
 * A visitors' book in a database: each visit is written down and counted in one transaction.
 *
 * <pre>
 * curl -i localhost:8080/visits/ada -X POST
 * curl -i localhost:8080/visits/ada
 * curl -i localhost:8080/visits
 * </pre>
 */
public final class Visitors {
  private static final int ATTEMPTS = 5;

  private final Database database;

  private Visitors(Database database) {
    this.database = database;
  }

  static void main(String[] arguments) {
    String endpoint = arguments.length > 0 ? arguments[0] : "tcp:8080:interface=127.0.0.1";
    String url = arguments.length > 1 ? arguments[1] : "jdbc:h2:./visitors";
    Reactor.run(reactor -> {
      var database = Database.hikari(url, "sa", "");
      return database
          .runIn(reactor)
          .thenCompose(started -> server(database))
          .thenCompose(server -> reactor.listen(endpoint, server));
    });
  }

  /** The server, once its tables are there. */
  static Deferred<HttpServer> server(Database database) {
    var visitors = new Visitors(database);
    return database
        .runInteraction(Visitors::makeTables)
        .thenApply(made ->
            HttpServer.of(
                Router.of(routes ->
                    routes
                        .get("/visits", _ -> Reply.when(visitors.all()))
                        .get("/visits/{who}", visitors::one)
                        .post("/visits/{who}", visitors::visit)
                        .onFailure(
                            DatabaseFailed.Busy.class,
                            (_, busy) -> Response.plain("later, please\n").withStatus(503)))));
  }

  static boolean makeTables(Transaction transaction) throws Exception {
    transaction.update(
        """
        create table if not exists visitors (name varchar(100) primary key, visits integer not null)
        """);
    transaction.update(
        """
        create table if not exists visits
          (name varchar(100) references visitors, at timestamp with time zone default now())
        """);
    return true;
  }

  private Reply visit(Request request) {
    String who = request.parameter("who");
    return Reply.when(
        counted(who, ATTEMPTS)
            .thenApply(visits ->
                Response.plain(who + " has been here " + visits + " times\n").withStatus(201)));
  }

  /** Where two meet, on the first visit of a name for one, the one that lost comes again. */
  private Deferred<Integer> counted(String who, int attempts) {
    return database
        .runInteraction(transaction -> count(transaction, who))
        .exceptionallyCompose(
            SqlFailed.class,
            failure ->
                attempts > 1
                        && (failure instanceof SqlFailed.Constraint
                            || failure instanceof SqlFailed.Conflict)
                    ? counted(who, attempts - 1)
                    : Deferred.failed(failure));
  }

  /** All of it or nothing, in a thread of the database's: no two visits get the same number. */
  static int count(Transaction transaction, String who) throws Exception {
    transaction.update(
        """
        merge into visitors using (values (?)) one (name) on visitors.name = one.name
          when matched then update set visits = visits + 1
          when not matched then insert values (one.name, 1)
        """,
        who);
    transaction.update("insert into visits (name) values (?)", who);
    return transaction
        .query("select visits from visitors where name = ?", who)
        .getFirst()
        .getInt("visits");
  }

  private Deferred<Response> all() {
    var page = new StringBuilder();
    return database.stream("select name, visits from visitors order by name")
        .forEach(
            row -> page.append(row.getString(1)).append(' ').append(row.getInt(2)).append('\n'))
        .thenApply(count -> Response.plain(page.toString()));
  }

  private Reply one(Request request) {
    return Reply.when(
        database
            .runQuery("select visits from visitors where name = ?", request.parameter("who"))
            .thenApply(found ->
                found.isEmpty()
                    ? Response.plain("nobody of that name\n").withStatus(404)
                    : Response.plain(found.getFirst().getInt(1) + "\n")));
  }
}
