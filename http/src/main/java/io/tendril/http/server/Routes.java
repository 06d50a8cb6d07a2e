package io.tendril.http.server;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The routes of a {@link Router}, or of a group of them, as they are added. Each method returns
 * this. Patterns are explained at {@link Router}.
 *
 * <p>Filters, answers to failures, the error page and the content limit of a group hold for all of
 * its routes and the groups within it, wherever in the group they are added; and those of the whole
 * router for paths without a route too.
 */
public final class Routes {
  private final String prefix;
  private final Scope scope;
  private final List<Added> added;

  /** A route that is made when everything is known that is around it. */
  private record Added(Scope scope, String method, PathPattern pattern, HttpHandler handler) {}

  private Routes(String prefix, Scope scope, List<Added> added) {
    this.prefix = prefix;
    this.scope = scope;
    this.added = added;
  }

  static Router build(Consumer<Routes> routes) {
    var all = new Routes("", new Scope(null), new ArrayList<>());
    routes.accept(all);
    var paths = new PathTree();
    for (Added each : all.added) {
      HttpHandler handler = each.scope().wrap(each.handler());
      paths.add(new Endpoint.Route(each.method(), each.pattern(), handler), each.scope());
    }
    return new Router(paths, all.scope);
  }

  // ---- Routes ---------------------------------------------------------------------------------

  /** Answers GET and, without its content, HEAD. */
  public Routes get(String path, HttpHandler handler) {
    return on("GET", path, handler);
  }

  /** Answers POST. */
  public Routes post(String path, HttpHandler handler) {
    return on("POST", path, handler);
  }

  /** Answers PUT. */
  public Routes put(String path, HttpHandler handler) {
    return on("PUT", path, handler);
  }

  /** Answers PATCH. */
  public Routes patch(String path, HttpHandler handler) {
    return on("PATCH", path, handler);
  }

  /** Answers DELETE. */
  public Routes delete(String path, HttpHandler handler) {
    return on("DELETE", path, handler);
  }

  /** Answers a method; methods are case-sensitive. */
  public Routes on(String method, String path, HttpHandler handler) {
    if (method.isEmpty() || !method.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '*')) {
      throw new IllegalArgumentException("no method: '" + method + "'");
    }
    return add(method, PathPattern.of(prefix + path), handler);
  }

  /** Answers every method that has no route of its own at that path. */
  public Routes any(String path, HttpHandler handler) {
    return add(Endpoint.ANY, PathPattern.of(prefix + path), handler);
  }

  /**
   * Hands everything below a prefix on: a directory's files, another router. The handler sees what
   * comes after the prefix as the request's path.
   *
   * @param path {@code /assets} for all paths that begin with {@code /assets/}
   */
  public Routes mount(String path, HttpHandler handler) {
    return add(Endpoint.ANY, PathPattern.mount(prefix + path), handler);
  }

  private Routes add(String method, PathPattern pattern, HttpHandler handler) {
    added.add(new Added(scope, method, pattern, handler));
    return this;
  }

  /**
   * Routes with a prefix, and with filters and more of their own.
   *
   * @param path {@code /admin}, or an empty string for a group without a prefix of its own
   */
  public Routes group(String path, Consumer<Routes> routes) {
    if (path.endsWith("/")) {
      throw new IllegalArgumentException("the prefix '" + path + "' ends with a slash");
    }
    routes.accept(new Routes(prefix + path, new Scope(scope), added));
    return this;
  }

  // ---- Around them ----------------------------------------------------------------------------

  /** Puts a filter around the routes; the first that is added is the outermost. */
  public Routes around(Filter filter) {
    scope.add(filter);
    return this;
  }

  /**
   * Answers a kind of failure, thrown or delivered by a Deferred. The innermost group that knows
   * the failure answers, and within it the nearest superclass; without any, an {@link
   * io.tendril.http.HttpFailure} is its status, and everything else reported and 500.
   */
  public <E extends Throwable> Routes onFailure(Class<E> type, FailureHandler<? super E> handler) {
    scope.add(type, handler);
    return this;
  }

  /** Dresses up failures that nothing else answers; in the whole router, those of paths too. */
  public Routes errorPage(ErrorPage page) {
    scope.errorPage(page);
    return this;
  }

  /**
   * How much content the routes take, whether it is collected or streamed; without this, what the
   * server's limits say. Those of streams hold in any case.
   */
  public Routes contentLimit(int octets) {
    if (octets < 0) {
      throw new IllegalArgumentException("a limit of " + octets + " octets");
    }
    scope.contentLimit(octets);
    return this;
  }
}
