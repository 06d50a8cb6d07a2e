package io.tendril.http.server;

import io.tendril.http.HttpFailure;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import io.tendril.http.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that a router has at one path: a handler for each method. */
final class Endpoint implements HttpHandler {
  /** Stands for every method that has no route of its own. */
  static final String ANY = "*";

  private final List<Route> routes = new ArrayList<>();
  private final HttpHandler otherwise;

  /**
   * An endpoint without routes.
   *
   * @param scope that of its first route, whose filters are around what is answered for it
   */
  Endpoint(Scope scope) {
    this.otherwise = scope.wrap(this::withoutRoute);
  }

  /** A method of one pattern, and what answers it. */
  record Route(String method, PathPattern pattern, boolean literal, HttpHandler handler) {
    Route(String method, PathPattern pattern, HttpHandler handler) {
      this(method, pattern, pattern.isLiteral(), handler);
    }

    /** The request with its parameters; throws if they are nothing that any route should get. */
    Request bind(Request request) {
      return literal ? request : pattern.bind(request);
    }
  }

  void add(Route route) {
    for (Route other : routes) {
      if (other.method().equals(route.method())) {
        throw new IllegalArgumentException(
            "two routes for %s: '%s' and '%s'"
                .formatted(
                    route.method().equals(ANY) ? "all methods" : route.method(),
                    other.pattern(),
                    route.pattern()));
      }
    }
    routes.add(route);
  }

  /** The methods that have routes. */
  List<String> methods() {
    return routes.stream().map(Route::method).toList();
  }

  @Override
  public Reply handle(Request request) throws Exception {
    Route route = routeOf(request);
    if (route == null) {
      return otherwise.handle(request);
    }
    Request bound;
    try {
      bound = route.bind(request);
    } catch (HttpFailure failure) {
      return otherwise.handle(request);
    }
    return route.handler().handle(bound);
  }

  private @Nullable Route routeOf(Request request) {
    String method = request.method();
    Route route = route(method);
    if (route == null && method.equals("HEAD")) {
      route = route("GET");
    }
    return route == null ? route(ANY) : route;
  }

  private @Nullable Route route(String method) {
    for (int i = 0; i < routes.size(); i++) {
      if (routes.get(i).method().equals(method)) {
        return routes.get(i);
      }
    }
    return null;
  }

  private Reply withoutRoute(Request request) {
    Route route = routeOf(request);
    if (route != null) {
      // Its parameters are wrong, and this throws.
      route.bind(request);
    }
    String[] allowed = allowed(methods()).toArray(String[]::new);
    if (request.method().equals("OPTIONS")) {
      return Response.of(204).with("Allow", String.join(", ", allowed));
    }
    Response refusal = Response.refuseMethod(request.method(), allowed);
    var failure = new HttpFailure(refusal.status(), "no route for the method");
    String allow = refusal.header("Allow");
    throw allow == null ? failure : failure.with("Allow", allow);
  }

  /** What can be asked where these methods have routes. */
  static List<String> allowed(List<String> methods) {
    var allowed = new ArrayList<>(methods);
    if (methods.contains("GET") && !methods.contains("HEAD")) {
      allowed.add(methods.indexOf("GET") + 1, "HEAD");
    }
    if (!methods.contains("OPTIONS")) {
      allowed.add("OPTIONS");
    }
    return allowed;
  }
}
