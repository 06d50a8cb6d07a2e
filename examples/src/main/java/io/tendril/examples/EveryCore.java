package io.tendril.examples;

import module io.tendril;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A web server on every core. Each reactor counts its own visits, without a lock; who wants to know
 * how many there were in all, asks each.
 *
 * <pre>
 * curl localhost:8080/
 * curl localhost:8080/visits
 * </pre>
 */
public final class EveryCore {
  private final ReactorGroup group;
  private final Map<Reactor, Tally> tallies = new ConcurrentHashMap<>();

  /** What one reactor has counted; touched in its thread only. */
  private static final class Tally {
    private int visits;
  }

  EveryCore(ReactorGroup group) {
    this.group = group;
  }

  static void main(String[] arguments) {
    String endpoint = arguments.length > 0 ? arguments[0] : "tcp:8080:interface=127.0.0.1";
    ReactorGroup.run(group -> group.listen(endpoint, new EveryCore(group)::server));
  }

  /** The server of one reactor. */
  HttpServer server(Reactor shard) {
    Tally tally = tally(shard);
    return HttpServer.of(
        Router.of(routes ->
            routes
                .get("/", _ -> Response.plain("You are number " + ++tally.visits + " here\n"))
                .get("/visits", _ -> Reply.when(all()))));
  }

  private Tally tally(Reactor shard) {
    return tallies.computeIfAbsent(shard, _ -> new Tally());
  }

  /** Asks all; the answer is there in the reactor that has asked. */
  private Deferred<Response> all() {
    return group
        .inEach(shard -> Deferred.succeeded(tally(shard).visits))
        .thenApply(each -> each.stream().mapToInt(visits -> visits).sum() + " in " + each + "\n")
        .thenApply(Response::plain);
  }
}
