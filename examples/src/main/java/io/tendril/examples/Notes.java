package io.tendril.examples;

import module io.tendril;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A small service: notes as JSON, which everybody may read and those with a token may change, and a
 * directory of files beside it.
 *
 * <pre>
 * curl -i localhost:8080/notes
 * curl -i localhost:8080/notes -H 'Authorization: Bearer sesame' --data 'Buy milk'
 * curl -i localhost:8080/notes/1
 * curl -i localhost:8080/notes/1 -H 'Authorization: Bearer sesame' -X DELETE
 * </pre>
 */
public final class Notes {
  private static final int LONGEST = 1_000;

  /** No lock: all requests are handled in one reactor's thread. */
  private final Map<Long, String> notes = new TreeMap<>();

  private final String token;
  private long latest;

  private Notes(String token) {
    this.token = token;
  }

  static void main(String[] arguments) {
    String endpoint = arguments.length > 0 ? arguments[0] : "tcp:8080:interface=127.0.0.1";
    Path files = Path.of(arguments.length > 1 ? arguments[1] : ".");
    Reactor.run(reactor -> reactor.listen(endpoint, server("sesame", files)));
  }

  static HttpServer server(String token, Path files) {
    var notes = new Notes(token);
    return HttpServer.of(
        Router.of(routes ->
            routes
                .get("/", _ -> Response.seeOther("/files/"))
                .group("/notes", notes::routes)
                .mount("/files", StaticFiles.of(files))));
  }

  private void routes(Routes routes) {
    routes
        .around(Notes::uncached)
        .get("", _ -> all())
        .get("/{id}", request -> Response.json(json(id(request))))
        .group(
            "",
            changes ->
                changes
                    .around(this::signedIn)
                    .contentLimit(LONGEST)
                    .post("", request -> Reply.when(request.text().thenApply(this::add)))
                    .delete("/{id}", this::remove))
        .onFailure(NoSuchNote.class, (_, missing) -> problem(404, "no note " + missing.id))
        .errorPage((_, bare) ->
            bare.with("Content-Type", "application/json")
                .withBody(problem(bare.status(), bare.reason()).body()));
  }

  // ---- Around the routes ----------------------------------------------------------------------

  private static Reply uncached(Request request, HttpHandler next) throws Exception {
    return next.handle(request).map(response -> response.with("Cache-Control", "no-store"));
  }

  private Reply signedIn(Request request, HttpHandler next) throws Exception {
    if (!("Bearer " + token).equals(request.header("Authorization"))) {
      throw new HttpFailure(401, "no token").with("WWW-Authenticate", "Bearer");
    }
    return next.handle(request);
  }

  private static final class NoSuchNote extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final long id;

    NoSuchNote(long id) {
      this.id = id;
    }
  }

  // ---- What they do ---------------------------------------------------------------------------

  private long id(Request request) {
    long id = request.parameter("id", Long::parseLong);
    if (!notes.containsKey(id)) {
      throw new NoSuchNote(id);
    }
    return id;
  }

  private Response all() {
    return Response.json(
        notes.keySet().stream().map(this::json).collect(Collectors.joining(",", "[", "]")));
  }

  private Response add(String text) {
    notes.put(++latest, text);
    return Response.json(json(latest)).withStatus(201).with("Location", "/notes/" + latest);
  }

  private Response remove(Request request) {
    notes.remove(id(request));
    return Response.of(204);
  }

  // ---- As JSON --------------------------------------------------------------------------------

  private String json(long id) {
    return "{\"id\":" + id + ",\"text\":" + quoted(notes.getOrDefault(id, "")) + "}";
  }

  private static Response problem(int status, String what) {
    return Response.json("{\"status\":" + status + ",\"problem\":" + quoted(what) + "}")
        .withStatus(status);
  }

  private static String quoted(String text) {
    var quoted = new StringBuilder("\"");
    text.chars()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            quoted.append('\\').append((char) c);
          } else if (c < ' ') {
            quoted.append("\\u%04x".formatted(c));
          } else {
            quoted.append((char) c);
          }
        });
    return quoted.append('"').toString();
  }
}
