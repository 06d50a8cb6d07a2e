package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.http.Body;
import io.tendril.http.Headers;
import io.tendril.http.HttpFailure;
import io.tendril.http.HttpLimits;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import io.tendril.http.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection of the server: contract line H3, and what H1 says of content. */
class HttpServerTest {
  private static final HttpHandler HELLO = request -> Response.plain("hello");
  private static final String HELLO_FIELDS =
      "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n";

  private static String get(String target, String... fields) {
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + String.join("", fields) + "\r\n";
  }

  private static final String CLOSE = "Connection: close\r\n";

  // ---- One exchange ---------------------------------------------------------------------------

  @Test
  void answers() throws Exception {
    try (var server = LiveServer.of(HELLO)) {
      assertThat(server.exchange(get("/", CLOSE)))
          .isEqualTo("HTTP/1.1 200 OK\r\n" + HELLO_FIELDS + "Connection: close\r\n\r\nhello");
    }
  }

  @Test
  void tellsTheDate() throws Exception {
    try (var server = LiveServer.of(HELLO);
        var client = server.connect()) {
      client.send(get("/"));
      assertThat(client.readThrough("\r\n\r\n"))
          .containsPattern("\r\nDate: [A-Z][a-z]{2}, \\d\\d ");
    }
  }

  @Test
  void answersHeadWithoutContent() throws Exception {
    try (var server = LiveServer.of(HELLO)) {
      assertThat(server.exchange("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
          .isEqualTo("HTTP/1.1 200 OK\r\n" + HELLO_FIELDS + "Connection: close\r\n\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource({"204,No Content", "304,Not Modified"})
  void sendsNoContentWithSomeStatuses(int status, String reason) throws Exception {
    HttpHandler handler = request -> Response.of(status).withBody(Body.of("never seen"));
    try (var server = LiveServer.of(handler)) {
      assertThat(server.exchange(get("/", CLOSE)))
          .isEqualTo("HTTP/1.1 " + status + " " + reason + "\r\nConnection: close\r\n\r\n");
    }
  }

  @Test
  void framesTheResponseByItself() throws Exception {
    var headers =
        Headers.of(
            "Content-Length", "99", "Transfer-Encoding", "chunked", "Date", "never", "A", "b");
    try (var server = LiveServer.of(request -> new Response(200, headers, Body.of("hi")))) {
      assertThat(server.exchange(get("/", CLOSE)))
          .isEqualTo("HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
    }
  }

  @Test
  void sendsContentOfManyMegabytes() throws Exception {
    String content = "0123456789abcdef".repeat(2_000_000);
    try (var server = LiveServer.of(request -> Response.plain(content))) {
      assertThat(server.exchange(get("/", CLOSE))).hasSizeGreaterThan(32_000_000).endsWith(content);
    }
  }

  @Test
  void sendsContentOfAnAnswerThatComesLater() throws Exception {
    HttpHandler handler =
        request ->
            Reply.when(
                Reactor.current().after(Duration.ofMillis(1)).thenApply(_ -> Response.plain("hi")));
    try (var server = LiveServer.of(handler)) {
      assertThat(server.exchange(get("/", CLOSE))).endsWith("\r\n\r\nhi");
    }
  }

  // ---- Persistence ----------------------------------------------------------------------------

  @Test
  void staysOpenBetweenRequests() throws Exception {
    try (var server = LiveServer.of(HELLO);
        var client = server.connect()) {
      for (int i = 0; i < 3; i++) {
        client.send(get("/"));
        assertThat(client.head()).isEqualTo("HTTP/1.1 200 OK\r\n" + HELLO_FIELDS + "\r\n");
        assertThat(client.read(5)).isEqualTo("hello");
      }
    }
  }

  @Test
  void closesAfterARequestOfTheOldVersion() throws Exception {
    try (var server = LiveServer.of(HELLO)) {
      assertThat(server.exchange("GET / HTTP/1.0\r\n\r\n"))
          .isEqualTo("HTTP/1.1 200 OK\r\n" + HELLO_FIELDS + "Connection: close\r\n\r\nhello");
    }
  }

  @Test
  void staysOpenIfTheOldVersionAsksForIt() throws Exception {
    try (var server = LiveServer.of(HELLO);
        var client = server.connect()) {
      client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      assertThat(client.head()).contains("Connection: keep-alive\r\n");
      assertThat(client.read(5)).isEqualTo("hello");
      client.send("GET / HTTP/1.0\r\n\r\n");
      assertThat(client.rest()).contains("Connection: close\r\n");
    }
  }

  @Test
  void closesIfTheHandlerWants() throws Exception {
    try (var server = LiveServer.of(request -> Response.plain("hi").with("Connection", "close"))) {
      assertThat(server.exchange(get("/"))).contains("Connection: close\r\n").endsWith("hi");
    }
  }

  @Test
  void answersAClientThatHasEndedItsSending() throws Exception {
    HttpHandler slow =
        request ->
            Reply.when(
                Reactor.current()
                    .after(Duration.ofMillis(20))
                    .thenApply(_ -> Response.plain("hi")));
    try (var server = LiveServer.of(slow);
        var client = server.connect()) {
      client.send(get("/"));
      client.end();
      assertThat(client.rest()).endsWith("hi");
    }
  }

  // ---- Pipelines ------------------------------------------------------------------------------

  @Test
  void answersAPipelineInOrderAndOneAtATime() throws Exception {
    var underWay = new ArrayList<String>();
    var most = new ArrayList<Integer>();
    HttpHandler handler =
        request -> {
          underWay.add(request.path());
          most.add(underWay.size());
          int delay = request.path().equals("/0") ? 30 : 1;
          return Reply.when(
              Reactor.current()
                  .after(Duration.ofMillis(delay))
                  .thenApply(_ -> {
                    underWay.remove(request.path());
                    return Response.plain(request.path());
                  }));
        };
    try (var server = LiveServer.of(handler)) {
      String all = server.exchange(get("/0") + get("/1") + get("/2") + get("/3", CLOSE));
      assertThat(all.replaceAll("(?s)HTTP/1.1.*?\r\n\r\n", "")).isEqualTo("/0/1/2/3");
      assertThat(most).containsExactly(1, 1, 1, 1);
    }
  }

  @Test
  void answersALongPipeline() throws Exception {
    try (var server = LiveServer.of(HELLO)) {
      String all = server.exchange(get("/").repeat(5_000) + get("/", CLOSE));
      assertThat(all.split("hello", -1)).hasSize(5_002);
    }
  }

  @Test
  void letsAPipelineWaitInTheSocketWhileAHandlerWorks() throws Exception {
    var answer = new CompletableFuture<Promise<Response>>();
    HttpHandler handler =
        request -> {
          if (!request.path().equals("/first")) {
            return Response.plain("");
          }
          Promise<Response> promise = Promise.create();
          answer.complete(promise);
          return Reply.when(promise.deferred());
        };
    try (var server = LiveServer.of(handler);
        var client = server.connect()) {
      client.send(get("/first"));
      Promise<Response> promise = answer.get(10, TimeUnit.SECONDS);
      var sender = Thread.ofPlatform().start(() -> flood(client));
      // Far more than sockets hold: the sender is stuck until the first answer.
      assertThat(sender.join(Duration.ofMillis(300))).isFalse();
      server.reactor.execute(() -> promise.succeed(Response.plain("first")));
      assertThat(client.readThrough("first")).endsWith("first");
      client.close();
      assertThat(sender.join(Duration.ofSeconds(20))).isTrue();
    }
  }

  private static void flood(LiveServer.Client client) {
    try {
      for (int i = 0; i < 1_000; i++) {
        client.send(get("/more").repeat(1_000));
      }
    } catch (java.io.IOException closed) {
      // The test has seen enough.
    }
  }

  // ---- Content of requests --------------------------------------------------------------------

  private static final HttpHandler ECHO =
      request -> Reply.when(request.body().text().thenApply(text -> Response.plain(text)));

  private static String post(String content, String... fields) {
    return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: "
        + content.length()
        + "\r\n"
        + String.join("", fields)
        + "\r\n"
        + content;
  }

  @Test
  void collectsContent() throws Exception {
    try (var server = LiveServer.of(ECHO)) {
      String content = "x".repeat(300_000);
      assertThat(server.exchange(post(content, CLOSE))).endsWith("\r\n\r\n" + content);
    }
  }

  @Test
  void collectsChunks() throws Exception {
    try (var server = LiveServer.of(ECHO)) {
      String request =
          "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nA: b\r\n\r\n";
      assertThat(server.exchange(request + get("/", CLOSE)))
          .contains("\r\n\r\nhello world")
          .endsWith("\r\n\r\n");
    }
  }

  @Test
  void refusesToCollectMoreThanTheLimit() throws Exception {
    HttpServer limited = HttpServer.of(ECHO).withLimits(HttpLimits.defaults().withBody(10));
    try (var server = LiveServer.of(limited)) {
      assertThat(server.exchange(post("x".repeat(11))))
          .startsWith("HTTP/1.1 413 Content Too Large\r\n")
          .contains(CLOSE);
      String chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
      assertThat(server.exchange(chunked + "6\r\nabcdef\r\n6\r\nabcdef\r\n"))
          .startsWith("HTTP/1.1 413 Content Too Large\r\n");
    }
  }

  @Test
  void reachesAClientThatStillSendsWith413() throws Exception {
    try (var server = LiveServer.of(ECHO)) {
      for (int i = 0; i < 20; i++) {
        try (var client = server.connect()) {
          client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n");
          client.send("x".repeat(3_000_000));
          assertThat(client.rest()).startsWith("HTTP/1.1 413 ").contains(CLOSE);
        }
      }
    }
  }

  @Test
  void reachesAClientThatStillSendsWith431() throws Exception {
    try (var server = LiveServer.of(ECHO)) {
      for (int i = 0; i < 20; i++) {
        try (var client = server.connect()) {
          client.send("POST / HTTP/1.1\r\nHost: h\r\nA: " + "x".repeat(3_000_000));
          assertThat(client.rest()).startsWith("HTTP/1.1 431 ").contains(CLOSE);
        }
      }
    }
  }

  @Test
  void discardsNoMoreThanTheLimitOfWhatAClientSendsOn() throws Exception {
    HttpServer hasty =
        HttpServer.of(ECHO)
            .withLimits(HttpLimits.defaults().withLinger(100_000, Duration.ofSeconds(10)));
    try (var server = LiveServer.of(hasty);
        var client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 300000000\r\n\r\n");
      String piece = "x".repeat(1_000_000);
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 300; i++) {
                  client.send(piece);
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void streamsContentBothWays() throws Exception {
    HttpHandler mirror = request -> new Response(200, Headers.empty(), request.body());
    try (var server = LiveServer.of(mirror)) {
      String chunked =
          "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
      assertThat(server.exchange(chunked + "5\r\nhello\r\n0\r\n\r\n"))
          .isEqualTo(
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                  + "5\r\nhello\r\n0\r\n\r\n");
      assertThat(server.exchange(post("hello", CLOSE)))
          .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
    }
  }

  @Test
  void skipsContentThatNobodyReads() throws Exception {
    try (var server = LiveServer.of(HELLO)) {
      String all = server.exchange(post("x".repeat(60_000)) + get("/", CLOSE));
      assertThat(all.split("hello", -1)).hasSize(3);
    }
  }

  @Test
  void closesRatherThanSkipALot() throws Exception {
    try (var server = LiveServer.of(HELLO);
        var client = server.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
      assertThat(client.rest()).contains(CLOSE).endsWith("hello");
    }
  }

  @Test
  void saysContinueWhenTheHandlerReads() throws Exception {
    try (var server = LiveServer.of(ECHO);
        var client = server.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      client.send("hello");
      assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain(CLOSE);
      assertThat(client.read(5)).isEqualTo("hello");
    }
  }

  @Test
  void doesNotSayContinueWhenTheHandlerDoesNotRead() throws Exception {
    try (var server = LiveServer.of(HELLO);
        var client = server.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.rest()).startsWith("HTTP/1.1 200 OK\r\n").contains(CLOSE);
    }
  }

  // ---- Failures -------------------------------------------------------------------------------

  @Test
  void leaksNothingOfAFailure() throws Exception {
    HttpHandler broken =
        request -> {
          throw new IllegalStateException("the secret");
        };
    try (var server = LiveServer.of(broken)) {
      assertThat(server.exchange(get("/", CLOSE)))
          .startsWith("HTTP/1.1 500 Internal Server Error\r\n")
          .endsWith("\r\n\r\n500 Internal Server Error\n")
          .doesNotContain("secret", "java", "Exception");
      assertThat(server.failures())
          .singleElement()
          .isInstanceOfSatisfying(
              RequestFailed.class, event -> assertThat(event.failure()).hasMessage("the secret"));
    }
  }

  @Test
  void answersAFailureThatComesLater() throws Exception {
    HttpHandler broken = request -> Reply.when(Deferred.failed(new HttpFailure(409, "taken")));
    try (var server = LiveServer.of(broken)) {
      assertThat(server.exchange(get("/", CLOSE))).startsWith("HTTP/1.1 409 Conflict\r\n");
    }
  }

  @Test
  void answersTheStatusThatAHandlerThrows() throws Exception {
    HttpHandler teapot =
        request -> {
          throw new HttpFailure(404, "no such thing");
        };
    try (var server = LiveServer.of(teapot);
        var client = server.connect()) {
      client.send(get("/"));
      assertThat(client.head()).startsWith("HTTP/1.1 404 Not Found\r\n").doesNotContain(CLOSE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\nHost: h\n\n",
        "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
      })
  void refusesAndCloses(String request) throws Exception {
    try (var server = LiveServer.of(HELLO)) {
      assertThat(server.exchange(request + get("/smuggled")))
          .startsWith("HTTP/1.1 400 Bad Request\r\n")
          .contains(CLOSE)
          .endsWith("\r\n\r\n400 Bad Request\n")
          .doesNotContain("hello");
    }
  }

  @Test
  void refusesContentThatBreaksTheRules() throws Exception {
    try (var server = LiveServer.of(ECHO)) {
      assertThat(
              server.exchange(
                  "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"))
          .startsWith("HTTP/1.1 400 Bad Request\r\n")
          .contains(CLOSE);
    }
  }

  @Test
  void answersWhatCameBeforeAViolation() throws Exception {
    try (var server = LiveServer.of(HELLO)) {
      assertThat(server.exchange(get("/") + "nonsense\r\n\r\n"))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("helloHTTP/1.1 400 Bad Request\r\n");
    }
  }

  // ---- The end --------------------------------------------------------------------------------

  @Test
  void answersWhatIsUnderWayWhenTheReactorStops() throws Exception {
    var started = new CompletableFuture<Promise<Response>>();
    HttpHandler handler =
        request -> {
          Promise<Response> promise = Promise.create();
          started.complete(promise);
          return Reply.when(promise.deferred());
        };
    try (var server = LiveServer.of(handler);
        var busy = server.connect();
        var idle = server.connect()) {
      busy.send(get("/"));
      Promise<Response> promise = started.get(10, TimeUnit.SECONDS);
      server.reactor.stop();
      assertThat(idle.rest()).isEmpty();
      server.reactor.execute(() -> promise.succeed(Response.plain("done")));
      assertThat(busy.rest()).contains(CLOSE).endsWith("done");
    }
  }

  @Test
  void tellsTheLog() throws Exception {
    List<Exchange> exchanges = new ArrayList<>();
    try (var server = LiveServer.of(HttpServer.of(HELLO).withLog(exchanges::add))) {
      server.exchange(get("/a?b", CLOSE));
      server.exchange("nonsense\r\n\r\n");
    }
    assertThat(exchanges)
        .extracting(Exchange::status, Exchange::octets, Exchange::complete)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(200, 5L, true),
            org.assertj.core.groups.Tuple.tuple(400, 16L, true));
    assertThat(exchanges.getFirst().request()).extracting(Request::target).isEqualTo("/a?b");
    assertThat(exchanges.getLast().request()).isNull();
  }
}
