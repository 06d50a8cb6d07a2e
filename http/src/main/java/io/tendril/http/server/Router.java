package io.tendril.http.server;

import io.tendril.http.Body;
import io.tendril.http.HttpFailure;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import io.tendril.http.Response;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends each request to the handler of its path and method.
 *
 * <pre>{@code
 * Router site = Router.of(routes -> routes
 *     .get("/notes", request -> Response.json(notes.all()))
 *     .get("/notes/{id}", request -> notes.find(request.parameter("id", Long::parseLong)))
 *     .group("/admin", admin -> admin
 *         .around(this::signedIn)
 *         .post("/stop", this::stop))
 *     .mount("/assets", StaticFiles.of(Path.of("www")))
 *     .onFailure(NoSuchNote.class, (request, missing) -> Response.failure(404)));
 * }</pre>
 *
 * <p><b>Patterns.</b> A path is cut at its slashes, and each segment is percent-decoded on its own
 * and compared whole; the pattern is written decoded. {@code {name}} stands for any one segment
 * that is not empty and not a dot or two; {@code {name...}}, at the end only, for all that comes
 * after a slash. The decoded text is the request's {@link Request#parameter}.
 *
 * <p><b>Precedence.</b> The path decides first, segment by segment from the left: text before
 * {@code {name}} before {@code {name...}} and mounts. Then the method: HEAD goes to the handler of
 * GET, OPTIONS is answered with {@code Allow}; another method that the path lacks is 405, or 501 if
 * it is unknown. The order in which routes were added does not matter.
 *
 * <p><b>Slashes.</b> Every slash counts. A path that differs from one with a route by a slash at
 * the end only is redirected there (308).
 *
 * <p>Immutable. A path without parameters is found without an allocation.
 */
public final class Router implements HttpHandler {
  private final PathTree paths;
  private final Scope scope;
  private final HttpHandler otherwise;
  private final HttpHandler malformed;

  Router(PathTree paths, Scope scope) {
    this.paths = paths;
    this.scope = scope;
    this.otherwise = scope.wrap(this::notFound);
    this.malformed =
        scope.wrap(_ -> {
          throw new HttpFailure(400, "a path that is encoded wrongly");
        });
  }

  /**
   * A router of some routes.
   *
   * @throws IllegalArgumentException if two routes conflict, or a pattern is out of grammar
   */
  public static Router of(Consumer<Routes> routes) {
    return Routes.build(routes);
  }

  @Override
  public Reply handle(Request request) throws Exception {
    try {
      return watched(request, choose(request).handle(request));
    } catch (Exception failure) {
      throw scope.unexpected(request, failure);
    }
  }

  private Reply watched(Request request, Reply reply) {
    if (!scope.hasErrorPage()) {
      return reply;
    }
    return switch (reply) {
      case Response response -> watched(request, response);
      case Reply.Later(var later) ->
          Reply.when(
              later
                  .thenApply(found ->
                      found instanceof Response response ? watched(request, response) : found)
                  .exceptionally(failure -> {
                    throw scope.unexpected(request, failure);
                  }));
      case Reply.Takeover takeover -> takeover;
    };
  }

  private Response watched(Request request, Response response) {
    return switch (response.body()) {
      case Body.Written _, Body.Stream _ ->
          response.onFailure(failure -> {
            try {
              return response.answerTo(failure);
            } catch (Exception unanswered) {
              throw scope.unexpected(request, unanswered);
            }
          });
      default -> response;
    };
  }

  private HttpHandler choose(Request request) {
    if (request.pathOctet(0) != '/') {
      return otherwise;
    }
    try {
      Endpoint endpoint = paths.find(request, request.pathLength(), false);
      return endpoint == null ? otherwise : endpoint;
    } catch (HttpFailure failure) {
      return malformed;
    }
  }

  // ---- Where there is no route ----------------------------------------------------------------

  private Reply notFound(Request request) {
    if (request.pathOctet(0) == '*') {
      return Response.of(204).with("Allow", paths.methods());
    }
    String elsewhere = withOtherSlash(request);
    if (elsewhere == null) {
      throw new HttpFailure(404, "no route");
    }
    String query = request.query();
    return Response.failure(308)
        .with("Location", request.prefix() + elsewhere + (query == null ? "" : "?" + query));
  }

  private @Nullable String withOtherSlash(Request request) {
    String path = request.path();
    int length = path.length();
    // A browser takes a backslash for a slash, and two of them at the front for another host.
    if (path.indexOf('\\') >= 0 || length == 1) {
      return null;
    }
    if (path.endsWith("/")) {
      return paths.find(request, length - 1, false) == null ? null : path.substring(0, length - 1);
    }
    return paths.find(request, length, true) == null ? null : path + "/";
  }
}
