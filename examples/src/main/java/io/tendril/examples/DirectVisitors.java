package io.tendril.examples;

import module io.tendril;

import io.tendril.adapters.jdbc.Database;
import io.tendril.adapters.jdbc.DatabaseFailed;
import io.tendril.adapters.jdbc.SqlFailed;

/** The visitors' book of {@link Visitors} in direct style, with the same tables. */
public final class DirectVisitors {
  private static final int ATTEMPTS = 5;

  private final Database database;

  private DirectVisitors(Database database) {
    this.database = database;
  }

  static void main(String[] arguments) {
    String endpoint = arguments.length > 0 ? arguments[0] : "tcp:8080:interface=127.0.0.1";
    String url = arguments.length > 1 ? arguments[1] : "jdbc:h2:./visitors";
    Reactor.run(reactor -> {
      var database = Database.hikari(url, "sa", "");
      return reactor.async(() -> {
        database.runIn(reactor).await();
        return reactor.listen(endpoint, server(database)).await();
      });
    });
  }

  /** The server, once its tables are there. In a coroutine. */
  static HttpServer server(Database database) {
    var visitors = new DirectVisitors(database);
    boolean _ = database.runInteraction(Visitors::makeTables).await();
    return HttpServer.of(
        HttpHandler.direct(
            Router.of(routes ->
                routes
                    .get("/visits", _ -> visitors.all())
                    .get("/visits/{who}", visitors::one)
                    .post("/visits/{who}", visitors::visit)
                    .onFailure(
                        DatabaseFailed.Busy.class,
                        (_, busy) -> Response.plain("later, please\n").withStatus(503)))));
  }

  private Response visit(Request request) {
    String who = request.parameter("who");
    return Response.plain(who + " has been here " + counted(who) + " times\n").withStatus(201);
  }

  /** Where two meet, on the first visit of a name for one, the one that lost comes again. */
  private int counted(String who) {
    for (int left = ATTEMPTS; ; left--) {
      try {
        return database.runInteraction(transaction -> Visitors.count(transaction, who)).await();
      } catch (SqlFailed.Constraint | SqlFailed.Conflict e) {
        if (left == 1) {
          throw e;
        }
      }
    }
  }

  private Response all() {
    var page = new StringBuilder();
    try (var rows = database.stream("select name, visits from visitors order by name")) {
      for (var row : rows.each()) {
        page.append(row.getString(1)).append(' ').append(row.getInt(2)).append('\n');
      }
    }
    return Response.plain(page.toString());
  }

  private Response one(Request request) {
    var found =
        database
            .runQuery("select visits from visitors where name = ?", request.parameter("who"))
            .await();
    return found.isEmpty()
        ? Response.plain("nobody of that name\n").withStatus(404)
        : Response.plain(found.getFirst().getInt(1) + "\n");
  }
}
