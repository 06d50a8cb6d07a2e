package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Context;
import io.tendril.core.Reactor;
import io.tendril.http.Body;
import io.tendril.http.Headers;
import io.tendril.http.HttpFailure;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import io.tendril.http.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which handler has a request, what is around it, and what becomes of failures. */
class RouterTest {
  private static final class NoSuchNote extends RuntimeException {}

  /** Answers with the name of the route and what was bound. */
  private static HttpHandler named(String name, String... parameters) {
    return request -> {
      var text = new StringBuilder(name);
      for (String parameter : parameters) {
        text.append(' ').append(parameter).append('=').append(request.parameter(parameter));
      }
      return Response.plain(text.toString());
    };
  }

  private static HttpHandler throwing(RuntimeException failure) {
    return _ -> {
      throw failure;
    };
  }

  private static Response handle(Router router, String method, String target) throws Exception {
    Request request = Request.of(method, target, Headers.empty(), Body.empty());
    return (Response) router.handle(request);
  }

  private static String text(Response response) {
    var octets = ((Body.Octets) response.body()).data().duplicate();
    return java.nio.charset.StandardCharsets.UTF_8.decode(octets).toString();
  }

  private static String get(Router router, String target) throws Exception {
    Response response = handle(router, "GET", target);
    return response.status() == 200
        ? text(response)
        : response.status() == 308 ? "308 " + response.header("Location") : "" + response.status();
  }

  // ---- Paths ----------------------------------------------------------------------------------

  private final Router site =
      Router.of(routes ->
          routes
              .get("/", named("root"))
              .get("/notes", named("notes"))
              .get("/notes/{id}", named("note", "id"))
              .get("/notes/new", named("new"))
              .get("/notes/{id}/tags", named("tags", "id"))
              .get("/notes/new/{x}/y", named("deep", "x"))
              .get("/dir/", named("dir"))
              .get("/files/{path...}", named("files", "path"))
              .get("/files/special", named("special"))
              .get("/{user}/home", named("home", "user"))
              .get("/caf\u00e9/a b", named("cafe"))
              .group(
                  "/g/{outer}",
                  group ->
                      group
                          .get("", named("g", "outer"))
                          .get("/{inner}", named("gg", "outer", "inner")))
              .mount(
                  "/assets", request -> Response.plain(request.prefix() + " | " + request.path())));

  @ParameterizedTest
  @CsvSource({
    "/, root",
    "/?a=b, root",
    "http://h, root",
    "/notes, notes",
    "/notes?x=/y, notes",
    "/notes/7, note id=7",
    "/notes/a%2Fb, note id=a/b",
    "/notes/a%20+b, note id=a +b",
    "/notes/new, new",
    "/notes/n%65w, new",
    "/notes/7/tags, tags id=7",
    "/notes/new/tags, tags id=new",
    "/notes/new/1/y, deep x=1",
    "/notes/new/1/z, 404",
    "/notes/, 308 /notes",
    "/notes/7/?q=1, 308 /notes/7?q=1",
    "/notes//tags, 404",
    "/dir/, dir",
    "/dir, 308 /dir/",
    "/dir//, 308 /dir/",
    "/files/a/b/c, files path=a/b/c",
    "/files/a//b/, files path=a//b/",
    "/files/, files path=",
    "/files, 308 /files/",
    "/files/special, special",
    "/ada/home, home user=ada",
    "/notes/home, note id=home",
    "/caf%C3%A9/a%20b, cafe",
    "/caf%c3%a9/a%20b, cafe",
    "/g/1, g outer=1",
    "/g/1/2, gg outer=1 inner=2",
    "/assets/a/b?c, /assets | /a/b",
    "/assets/, /assets | /",
    "/assets//x, /assets | //x",
    "/assets, 308 /assets/",
    "/Notes, 404",
    "/nothing, 404",
    "//, 308 /",
  })
  void findsARoute(String target, String found) throws Exception {
    assertThat(get(site, target)).isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource({
    "/notes/., 404",
    "/notes/.., 404",
    "/notes/%2e%2E, 404",
    "/notes/..., note id=...",
    "/notes/.a, note id=.a",
    "/files/../x, 404",
    "/files/a/%2e%2e/x, 404",
    "/files/..%2fx, 404",
    "/files/..%5cx, 404",
    "/files/a%00b, 400",
    "/notes/%c0%ae, 400",
    "/notes/%, 400",
    "/notes/%zz, 400",
    "/notes/a%0d%0ab, 400",
    "//evil.example/home, 404",
    "//evil.example/home/, 404",
    "/%5cevil.example/home, home user=\\evil.example",
    "/\\evil.example/home/, 404",
  })
  void isNotLedAstray(String target, String found) throws Exception {
    assertThat(get(site, target)).isEqualTo(found);
  }

  @Test
  void addsToWhatIsMounted() throws Exception {
    Router inner = Router.of(routes -> routes.get("/b", named("b")).get("/c/", named("c")));
    Router outer = Router.of(routes -> routes.mount("/a", inner).mount("/x/{y}", inner));
    assertThat(get(outer, "/a/b")).isEqualTo("b");
    assertThat(get(outer, "/a/c")).isEqualTo("308 /a/c/");
    assertThat(get(outer, "/x/1/b")).isEqualTo("b");
    assertThat(get(outer, "/a/d")).isEqualTo("404");
  }

  @Test
  void keepsParametersForWhatIsMounted() throws Exception {
    Router inner = Router.of(routes -> routes.get("/{z}", named("in", "y", "z")));
    Router outer = Router.of(routes -> routes.mount("/x/{y}", inner));
    assertThat(get(outer, "/x/1/2")).isEqualTo("in y=1 z=2");
  }

  @Test
  void mountsAtTheRoot() throws Exception {
    Router router =
        Router.of(routes ->
            routes.get("/a", named("a")).mount("/", request -> Response.plain(request.path())));
    assertThat(get(router, "/a")).isEqualTo("a");
    assertThat(get(router, "/")).isEqualTo("/");
    assertThat(get(router, "/b/c")).isEqualTo("/b/c");
  }

  @Test
  void findsEachOfManyRoutes() throws Exception {
    Router many =
        Router.of(routes -> {
          for (int i = 0; i < 2_000; i++) {
            routes.get("/p" + i + "/{x}", named("" + i, "x"));
          }
        });
    for (int i = 0; i < 2_000; i++) {
      assertThat(get(many, "/p" + i + "/y")).isEqualTo(i + " x=y");
    }
    assertThat(get(many, "/p2000/y")).isEqualTo("404");
  }

  @Test
  void bearsAPathOfManySegments() throws Exception {
    Router router = Router.of(routes -> routes.get("/{a}/{b...}", named("r", "a")));
    assertThat(get(router, "/x".repeat(30_000))).isEqualTo("r a=x");
    assertThat(get(site, "/x".repeat(30_000))).isEqualTo("404");
  }

  // ---- Building -------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "/a//b",
        "/{}",
        "/{a",
        "/a}",
        "/x{a}",
        "/{a}x",
        "/{a...}/b",
        "/{a}/{a}",
        "/a?b",
        "/a#b",
        "/a%20b",
        "/..",
        "/./a",
        "/{a-b}",
        "/{...}",
        "/a\\b",
      })
  void refusesAPattern(String pattern) {
    assertThatThrownBy(() -> Router.of(routes -> routes.get(pattern, named("x"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + pattern + "'");
  }

  private static void conflict(Consumer<Routes> routes, String... parts) {
    assertThatThrownBy(() -> Router.of(routes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void refusesTwoRoutesThatCannotBeToldApart() {
    HttpHandler x = named("x");
    conflict(routes -> routes.get("/a", x).get("/a", x), "GET", "'/a'");
    conflict(routes -> routes.get("/{a}", x).get("/{b}", x), "'/{a}'", "'/{b}'");
    conflict(routes -> routes.put("/{a...}", x).put("/{b...}", x), "PUT");
    conflict(routes -> routes.mount("/a", x).mount("/a/", x), "all methods", "'/a'");
    conflict(routes -> routes.any("/a", x).any("/a", x), "all methods");
    conflict(routes -> routes.get("/a/b", x).group("/a", a -> a.get("/b", x)), "'/a/b'");
    conflict(
        routes -> routes.onFailure(Exception.class, null).onFailure(Exception.class, null),
        "java.lang.Exception");
    conflict(routes -> routes.group("/a/", _ -> {}), "'/a/'");
    conflict(routes -> routes.on("GE T", "/a", x), "'GE T'");
    conflict(routes -> routes.contentLimit(-1), "-1");
  }

  @Test
  void allowsOneMethodEachAtOnePath() throws Exception {
    Router router =
        Router.of(routes -> routes.get("/{a}", named("get", "a")).put("/{b}", named("put", "b")));
    assertThat(get(router, "/1")).isEqualTo("get a=1");
    assertThat(text(handle(router, "PUT", "/1"))).isEqualTo("put b=1");
  }

  // ---- Methods --------------------------------------------------------------------------------

  private final Router methods =
      Router.of(routes ->
          routes
              .post("/a", named("post"))
              .get("/a", named("get"))
              .delete("/b", named("delete"))
              .patch("/b", named("patch"))
              .on("PROPFIND", "/b", named("propfind"))
              .get("/c", named("get"))
              .on("HEAD", "/c", _ -> Response.of(204))
              .on("OPTIONS", "/c", named("options"))
              .any("/d", named("any"))
              .put("/d", named("put")));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|/a|200|",
        "HEAD|/a|200|",
        "OPTIONS|/a|204|POST, GET, HEAD, OPTIONS",
        "DELETE|/a|405|POST, GET, HEAD, OPTIONS",
        "BREW|/a|501|",
        "HEAD|/b|405|DELETE, PATCH, PROPFIND, OPTIONS",
        "PROPFIND|/b|200|",
        "propfind|/b|501|",
        "HEAD|/c|204|",
        "OPTIONS|/c|200|",
        "OPTIONS|/nothing|404|",
        "OPTIONS|*|204|POST, GET, DELETE, PATCH, PROPFIND, HEAD, OPTIONS, PUT",
        "BREW|/d|200|",
        "OPTIONS|/d|200|",
      })
  void answersMethods(String method, String target, int status, String allow) throws Exception {
    Response response = handle(methods, method, target);
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.header("Allow")).isEqualTo(allow);
  }

  @Test
  void prefersAMethodOfItsOwnToAny() throws Exception {
    assertThat(text(handle(methods, "PUT", "/d"))).isEqualTo("put");
    assertThat(text(handle(methods, "POST", "/d"))).isEqualTo("any");
  }

  @Test
  void sendsNoContentForHead() {
    assertThat(VirtualServer.of(methods).request("HEAD", "/a"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("\r\nContent-Length: 3\r\n")
        .endsWith("\r\n\r\n");
  }

  // ---- Filters --------------------------------------------------------------------------------

  private static Filter marking(List<String> calls, String name) {
    return (request, next) -> {
      calls.add(name);
      return next.handle(request)
          .map(response -> {
            calls.add("/" + name);
            return response.with("X-" + name, "yes");
          });
    };
  }

  @Test
  void callsFiltersFromTheOutsideIn() throws Exception {
    var calls = new ArrayList<String>();
    Router router =
        Router.of(routes ->
            routes
                .around(marking(calls, "a"))
                .group(
                    "/g",
                    group ->
                        group
                            .get("/x", named("x"))
                            .around(marking(calls, "c"))
                            .group(
                                "",
                                inner -> inner.around(marking(calls, "d")).get("/y", named("y"))))
                .around(marking(calls, "b"))
                .get("/z", named("z")));
    Response response = handle(router, "GET", "/g/y");
    assertThat(calls).containsExactly("a", "b", "c", "d", "/d", "/c", "/b", "/a");
    assertThat(response.header("X-d")).isEqualTo("yes");
    calls.clear();
    assertThat(handle(router, "GET", "/g/x").status()).isEqualTo(200);
    assertThat(calls).containsExactly("a", "b", "c", "/c", "/b", "/a");
    calls.clear();
    assertThat(handle(router, "GET", "/z").status()).isEqualTo(200);
    assertThat(calls).containsExactly("a", "b", "/b", "/a");
  }

  @Test
  void putsFiltersAroundWhatIsAnsweredByItself() throws Exception {
    var calls = new ArrayList<String>();
    Router router =
        Router.of(routes ->
            routes
                .around(marking(calls, "all"))
                .group("/g", group -> group.around(marking(calls, "g")).get("/x", named("x"))));
    assertThat(handle(router, "GET", "/nothing").header("X-all")).isEqualTo("yes");
    assertThat(handle(router, "GET", "/g/%").header("X-all")).isEqualTo("yes");
    assertThat(handle(router, "GET", "/g/x/").header("X-all")).isEqualTo("yes");
    assertThat(handle(router, "OPTIONS", "/g/x").header("X-g")).isEqualTo("yes");
    assertThat(handle(router, "POST", "/g/x").header("X-g")).isEqualTo("yes");
  }

  @Test
  void letsAFilterAnswerOrRefuse() throws Exception {
    Router router =
        Router.of(routes ->
            routes
                .around((request, next) ->
                    request.query() == null ? next.handle(request) : Response.plain("cached"))
                .group(
                    "/in",
                    group ->
                        group
                            .around((_, _) -> {
                              throw new HttpFailure(401, "who").with("WWW-Authenticate", "Basic");
                            })
                            .get("/x", throwing(new IllegalStateException("reached")))));
    assertThat(get(router, "/in/x?q")).isEqualTo("cached");
    Response refused = handle(router, "GET", "/in/x");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("WWW-Authenticate")).isEqualTo("Basic");
  }

  private static final Context.Key<String> USER = Context.key("user", "nobody");

  @Test
  void handsThingsDownInTheContext() {
    Router router =
        Router.of(routes ->
            routes
                .around((request, next) ->
                    Context.current()
                        .with(USER, String.valueOf(request.header("X-User")))
                        .call(() -> next.handle(request)))
                .get(
                    "/",
                    _ ->
                        Reply.when(
                            Reactor.current()
                                .after(Duration.ofSeconds(1))
                                .thenApply(_ -> Response.plain(Context.current().value(USER))))));
    assertThat(VirtualServer.of(router).get("/", "X-User: ada")).endsWith("\r\n\r\nada");
  }

  // ---- Failures -------------------------------------------------------------------------------

  @Test
  void answersAKindOfFailureInTheInnermostGroupThatKnowsIt() throws Exception {
    Router router =
        Router.of(routes ->
            routes
                .onFailure(NoSuchNote.class, (_, _) -> Response.plain("outer"))
                .onFailure(RuntimeException.class, (_, _) -> Response.plain("any"))
                .get("/a", throwing(new NoSuchNote()))
                .get("/b", throwing(new IllegalStateException()))
                .group(
                    "/g",
                    group ->
                        group
                            .onFailure(
                                IllegalStateException.class,
                                (request, failure) ->
                                    Response.plain(request.path() + failure.getMessage()))
                            .get("/a", throwing(new NoSuchNote()))
                            .get("/b", throwing(new IllegalStateException("!")))));
    assertThat(get(router, "/a")).isEqualTo("outer");
    assertThat(get(router, "/b")).isEqualTo("any");
    assertThat(get(router, "/g/a")).isEqualTo("outer");
    assertThat(get(router, "/g/b")).isEqualTo("/g/b!");
  }

  @Test
  void letsFiltersSeeTheAnswersToFailures() throws Exception {
    var calls = new ArrayList<String>();
    Router router =
        Router.of(routes ->
            routes
                .around(marking(calls, "all"))
                .onFailure(NoSuchNote.class, (_, _) -> Response.failure(410))
                .get("/a", throwing(new NoSuchNote()))
                .get("/b", throwing(new HttpFailure(409, "no"))));
    Response mapped = handle(router, "GET", "/a");
    assertThat(mapped.status()).isEqualTo(410);
    assertThat(mapped.header("X-all")).isEqualTo("yes");
    assertThat(handle(router, "GET", "/b").header("X-all")).isEqualTo("yes");
  }

  @Test
  void answersFailuresThatComeLater() {
    Router router =
        Router.of(routes ->
            routes
                .onFailure(NoSuchNote.class, (_, _) -> Response.failure(410))
                .get("/a", _ -> later(new NoSuchNote()))
                .get("/b", _ -> later(new HttpFailure(409, "no"))));
    var server = VirtualServer.of(router);
    assertThat(server.get("/a")).startsWith("HTTP/1.1 410 ");
    assertThat(server.get("/b")).startsWith("HTTP/1.1 409 ");
    assertThat(server.failures).isEmpty();
  }

  private static Reply later(RuntimeException failure) {
    return Reply.when(
        Reactor.current()
            .after(Duration.ofMillis(1))
            .thenApply(_ -> {
              throw failure;
            }));
  }

  @Test
  void dressesUpFailures() {
    Router router =
        Router.of(routes ->
            routes
                .errorPage((request, bare) ->
                    bare.with("Content-Type", "application/json")
                        .withBody(Body.of("{\"status\":" + bare.status() + "}")))
                .get("/a", throwing(new HttpFailure(409, "secret")))
                .get("/d", _ -> Response.failure(418)));
    var server = VirtualServer.of(router);
    assertThat(server.get("/a")).startsWith("HTTP/1.1 409 ").endsWith("{\"status\":409}");
    assertThat(server.get("/nothing")).startsWith("HTTP/1.1 404 ").endsWith("{\"status\":404}");
    assertThat(server.request("PUT", "/a"))
        .startsWith("HTTP/1.1 405 ")
        .contains("\r\nAllow: GET, HEAD, OPTIONS\r\n")
        .endsWith("{\"status\":405}");
    assertThat(server.get("/%")).endsWith("{\"status\":400}");
    assertThat(server.get("/d")).endsWith("418\n");
    assertThat(server.failures).isEmpty();
  }

  @Test
  void reportsWhatNobodyExpected() throws Exception {
    for (boolean dressed : new boolean[] {false, true}) {
      Router router =
          Router.of(routes -> {
            routes
                .get("/a", throwing(new IllegalStateException("secret")))
                .get("/b", _ -> later(new IllegalStateException("secret")));
            if (dressed) {
              routes.errorPage((_, bare) -> bare.withBody(Body.of("Sorry: " + bare.status())));
            }
          });
      String page = dressed ? "Sorry: 500" : "500 Internal Server Error\n";
      try (var server = LiveServer.of(router)) {
        for (String path : List.of("/a", "/b")) {
          String request = "GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
          assertThat(server.exchange(request)).startsWith("HTTP/1.1 500 ").endsWith("\n" + page);
          assertThat(server.failures())
              .singleElement()
              .isInstanceOfSatisfying(
                  RequestFailed.class, failed -> assertThat(failed.failure()).hasMessage("secret"));
        }
      }
    }
  }

  // ---- Content --------------------------------------------------------------------------------

  private static final HttpHandler LENGTH =
      request -> Reply.when(request.text().thenApply(text -> Response.plain("" + text.length())));

  private static final HttpHandler STREAMED =
      request ->
          request.body() instanceof Body.Stream stream
              ? Reply.when(
                  stream.source().forEach(_ -> {}).thenApply(count -> Response.plain("" + count)))
              : Response.plain("0");

  private final Router uploads =
      Router.of(routes ->
          routes
              .contentLimit(10)
              .post("/small", LENGTH)
              .post("/streamed", STREAMED)
              .group("/large", large -> large.contentLimit(3_000_000).post("/x", LENGTH)));

  private String post(String target, int length, boolean chunked) {
    var client = VirtualServer.of(uploads).connect();
    String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + length;
    String content = "x".repeat(length);
    client.send("POST " + target + " HTTP/1.1\r\nHost: h\r\n" + framing + "\r\n\r\n");
    client.send(
        chunked ? Integer.toHexString(length) + "\r\n" + content + "\r\n0\r\n\r\n" : content);
    return client.received();
  }

  @ParameterizedTest
  @CsvSource({
    "/small, 10, 200",
    "/small, 11, 413",
    "/streamed, 10, 200",
    "/streamed, 11, 413",
    "/large/x, 3000000, 200",
    "/large/x, 3000001, 413",
  })
  void limitsContentByRoute(String target, int length, int status) {
    assertThat(post(target, length, false)).startsWith("HTTP/1.1 " + status + " ");
    assertThat(post(target, length, true)).startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void refusesContentThatIsTooLongBeforeItIsSent() {
    var client = VirtualServer.of(uploads).connect();
    client.send(
        "POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n");
    assertThat(client.received()).startsWith("HTTP/1.1 413 ");
  }
}
