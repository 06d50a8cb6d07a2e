package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Sink;
import io.tendril.http.Body;
import io.tendril.http.BodySink;
import io.tendril.http.Headers;
import io.tendril.http.HttpFailure;
import io.tendril.http.HttpLimits;
import io.tendril.http.Reply;
import io.tendril.http.Response;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** Content that flows, both ways, at the pace of the slower end: contract lines H1, P2 and P3. */
class StreamingTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String CHUNKED =
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static HttpHandler writing(Body.Writer writer) {
    return request -> Response.of(200).withBody(Body.written(writer));
  }

  private static String content(String response) {
    return response.substring(response.indexOf("\r\n\r\n") + 4);
  }

  // ---- Responses ------------------------------------------------------------------------------

  @Test
  void sendsWhatIsWrittenInChunks() {
    var server =
        VirtualServer.of(
            writing(sink -> sink.send("a").thenCompose(_ -> sink.send("b".repeat(20)))));
    assertThat(server.get("/"))
        .contains("Transfer-Encoding: chunked\r\n")
        .endsWith("\r\n\r\n1\r\na\r\n14\r\nbbbbbbbbbbbbbbbbbbbb\r\n0\r\n\r\n");
  }

  @Test
  void sendsWhatIsWrittenByItsLengthIfThatIsKnown() {
    var server =
        VirtualServer.of(
            request -> Response.of(200).withBody(Body.written(2, sink -> sink.send("hi"))));
    assertThat(server.get("/")).contains("Content-Length: 2\r\n").endsWith("\r\n\r\nhi");
  }

  @Test
  void doesNotAskTheWriterForAHead() {
    var server =
        VirtualServer.of(writing(sink -> Deferred.failed(new AssertionError("was asked"))));
    assertThat(server.request("HEAD", "/")).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n");
  }

  @Test
  void sendsTrailers() {
    var server =
        VirtualServer.of(
            writing(sink -> {
              sink.trailer("Digest", "x");
              return sink.send("hi").thenRun(() -> sink.trailer("Server-Timing", "db;dur=1"));
            }));
    assertThat(server.get("/"))
        .endsWith("\r\n2\r\nhi\r\n0\r\nDigest: x\r\nServer-Timing: db;dur=1\r\n\r\n");
  }

  @Test
  void refusesTrailersThatFrame() {
    var refused = new ArrayList<String>();
    var server =
        VirtualServer.of(
            writing(sink -> {
              for (String name : List.of("Content-Length", "transfer-encoding", "Set-Cookie")) {
                try {
                  sink.trailer(name, "1");
                } catch (IllegalArgumentException e) {
                  refused.add(name);
                }
              }
              return sink.send("hi");
            }));
    assertThat(server.get("/")).endsWith("\r\n2\r\nhi\r\n0\r\n\r\n");
    assertThat(refused).containsExactly("Content-Length", "transfer-encoding", "Set-Cookie");
  }

  @Test
  void dropsTrailersWhereThereAreNoChunks() {
    var server =
        VirtualServer.of(
            writing(sink -> {
              sink.trailer("Digest", "x");
              return sink.send("hi");
            }));
    var client = server.connect();
    client.send("GET / HTTP/1.0\r\n\r\n");
    server.pass(seconds(3));
    assertThat(content(client.received())).isEqualTo("hi");
  }

  @Test
  void writesAtThePaceOfTheClient() {
    long[] written = new long[1];
    var piece = ByteBuffer.allocate(10_000).asReadOnlyBuffer();
    var server = VirtualServer.of(writing(sink -> endless(sink, piece, written, 1_000)));
    var client = server.connect();
    client.pause();
    client.send(GET);
    server.pass(seconds(1));
    assertThat(written[0]).as("octets written to a client that does not read").isLessThan(400_000);
    client.resume();
    server.pass(seconds(10));
    assertThat(written[0]).isEqualTo(10_000_000);
    assertThat(client.received()).endsWith("\r\n0\r\n\r\n");
  }

  /** Writes so many pieces, each when there is room. */
  private static Deferred<Void> endless(
      BodySink sink, ByteBuffer piece, long[] written, int pieces) {
    if (pieces == 0) {
      return Deferred.done();
    }
    written[0] += piece.remaining();
    return sink.send(piece).thenCompose(_ -> endless(sink, piece, written, pieces - 1));
  }

  @Test
  void cutsAClientThatDoesNotReadItsResponse() {
    var ends = new ArrayList<Throwable>();
    var piece = ByteBuffer.allocate(10_000).asReadOnlyBuffer();
    var server =
        VirtualServer.of(
            writing(sink -> {
              sink.onClosed(ends::add);
              return endless(sink, piece, new long[1], 100_000);
            }));
    var client = server.connect();
    client.pause();
    client.send(GET);
    server.pass(seconds(29));
    assertThat(ends).isEmpty();
    server.pass(seconds(3));
    assertThat(ends).as("P4").singleElement().isInstanceOf(ConnectionClosed.TimedOut.class);
    assertThat(server.failures).isEmpty();
  }

  @Test
  void letsOthersHaveTheirTurnWhileAWriterWrites() {
    var order = new ArrayList<String>();
    var piece = ByteBuffer.allocate(60_000).asReadOnlyBuffer();
    HttpHandler handler =
        request -> {
          order.add(request.path());
          return request.path().equals("/long")
              ? Response.of(200)
                  .withBody(
                      Body.written(sink ->
                          endless(sink, piece, new long[1], 100)
                              .thenRun(() -> order.add("written"))))
              : Response.plain("short");
        };
    var server = VirtualServer.of(handler);
    var greedy = server.connect();
    var modest = server.connect();
    greedy.send("GET /long HTTP/1.1\r\nHost: h\r\n\r\n", () -> modest.sendNow(GET));
    server.pass(seconds(5));
    assertThat(order).containsExactly("/long", "/", "written");
    assertThat(greedy.received()).endsWith("0\r\n\r\n");
  }

  @Test
  void cancelsTheWriterWhenTheClientIsGone() {
    var failures = new ArrayList<Throwable>();
    var server =
        VirtualServer.of(
            writing(sink -> {
              sink.write(ByteBuffer.wrap(new byte[] {'x'}));
              Promise<Void> promise = Promise.create();
              return promise.deferred().whenComplete((_, failure) -> failures.add(failure));
            }));
    var client = server.connect();
    client.send(GET);
    client.abort();
    assertThat(failures).singleElement().isInstanceOf(CancellationException.class);
    assertThat(server.failures).isEmpty();
  }

  @Test
  void doesNotEndAResponseWhoseWriterFails() {
    var server =
        VirtualServer.of(
            writing(sink ->
                sink.send("some")
                    .thenRun(() -> {
                      throw new IllegalStateException("the rows ended");
                    })));
    server.network.clock().expectFailure(IllegalStateException.class);
    assertThat(server.get("/")).doesNotContain("\r\n0\r\n");
    assertThat(server.failures)
        .singleElement()
        .isInstanceOfSatisfying(
            RequestFailed.class, event -> assertThat(event.failure()).hasMessage("the rows ended"));
  }

  @Test
  void doesNotEndAResponseThatIsShorterThanItSaid() {
    var server =
        VirtualServer.of(
            request -> Response.of(200).withBody(Body.written(9, sink -> sink.send("hi"))));
    var client = server.connect();
    client.send(GET + GET);
    server.pass(seconds(1));
    assertThat(client.received().split("HTTP/1.1", -1)).hasSizeLessThan(3);
    assertThat(client.closed()).isTrue();
  }

  @Test
  void refusesToWriteAfterTheEnd() {
    var sinks = new ArrayList<Sink>();
    var server =
        VirtualServer.of(
            writing(sink -> {
              sinks.add(sink);
              return sink.send("hi");
            }));
    assertThat(server.get("/")).endsWith("0\r\n\r\n");
    server.host.run(_ -> {
      assertThat(sinks.getFirst().writable()).isFalse();
      return Deferred.done();
    });
  }

  // ---- Requests -------------------------------------------------------------------------------

  @Test
  void readsTrailersAfterTheContent() {
    var server =
        VirtualServer.of(request -> {
          assertThat(request.body().trailers()).isEqualTo(Headers.empty());
          return Reply.when(
              request
                  .text()
                  .thenApply(text -> Response.plain(text + " " + request.body().trailers())));
        });
    var client = server.connect();
    client.send(CHUNKED + "2\r\nhi\r\n0\r\nA: b\r\nC: d\r\n\r\n");
    assertThat(client.received()).endsWith("hi A: b\nC: d\n");
  }

  @Test
  void passesTrailersOnWithTheContent() {
    var server = VirtualServer.of(request -> new Response(200, Headers.empty(), request.body()));
    var client = server.connect();
    client.send(CHUNKED + "2\r\nhi\r\n0\r\nA: b\r\n\r\n");
    assertThat(client.received()).endsWith("\r\n2\r\nhi\r\n0\r\nA: b\r\n\r\n");
  }

  @Test
  void mirrorsAtThePaceOfTheClient() {
    var server = VirtualServer.of(request -> new Response(200, Headers.empty(), request.body()));
    var client = server.connect();
    client.pause();
    String piece = Integer.toHexString(50_000) + "\r\n" + "x".repeat(50_000) + "\r\n";
    client.send(CHUNKED);
    for (int i = 0; i < 200; i++) {
      client.send(piece);
    }
    client.send("0\r\n\r\n");
    server.pass(seconds(1));
    client.resume();
    server.pass(seconds(20));
    assertThat(client.received()).endsWith("\r\n0\r\n\r\n");
    assertThat(client.received().chars().filter(c -> c == 'x').count()).isEqualTo(10_000_000);
    assertThat(server.failures).isEmpty();
  }

  @Test
  void limitsContentAsTheHandlerSays() {
    HttpLimits limits = HttpLimits.defaults().withBody(10);
    HttpHandler handler =
        request ->
            switch (request.path()) {
              case "/more" -> Reply.when(request.body().text(20).thenApply(Response::plain));
              case "/less" ->
                  Reply.when(request.body().limitedTo(5).text().thenApply(Response::plain));
              case "/flow" -> new Response(200, Headers.empty(), request.body().limitedTo(5));
              default -> Reply.when(request.text().thenApply(Response::plain));
            };
    var server = VirtualServer.of(HttpServer.of(handler).withLimits(limits));
    assertThat(post(server, "/", 11)).startsWith("HTTP/1.1 413 ");
    assertThat(post(server, "/more", 20)).endsWith("x".repeat(20));
    assertThat(post(server, "/more", 21)).startsWith("HTTP/1.1 413 ");
    assertThat(post(server, "/less", 5)).endsWith("xxxxx");
    assertThat(post(server, "/less", 6)).startsWith("HTTP/1.1 413 ");
    assertThat(post(server, "/flow", 6)).startsWith("HTTP/1.1 413 ").doesNotContain("xxx");
  }

  private static String post(VirtualServer server, String target, int length) {
    var client = server.connect();
    client.send(
        ("POST %s HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s")
            .formatted(target, length, "x".repeat(length)));
    server.pass(seconds(3));
    return client.received();
  }

  @Test
  void collectsWhatIsWritten() {
    var bodies = new ArrayList<String>();
    var failures = new ArrayList<Throwable>();
    var server =
        VirtualServer.of(request -> {
          var _ =
              Body.written(sink -> sink.send("a").thenCompose(_ -> sink.send("b")))
                  .text()
                  .thenAccept(bodies::add);
          var large = ByteBuffer.allocate(2 << 20);
          var _ = Body.written(sink -> sink.send(large)).bytes().handle(_ -> null, failures::add);
          return Response.of(204);
        });
    server.get("/");
    assertThat(bodies).containsExactly("ab");
    assertThat(failures)
        .singleElement()
        .isInstanceOfSatisfying(
            HttpFailure.class, failure -> assertThat(failure.status()).isEqualTo(413));
  }

  @Test
  void shoutsBackWhileItReads() {
    HttpHandler shout =
        request ->
            Response.of(200)
                .withBody(
                    Body.written(sink ->
                        ((Body.Stream) request.body())
                            .source()
                            .forEach(data -> {
                              var text = new byte[data.remaining()];
                              data.get(text);
                              sink.write(
                                  ByteBuffer.wrap(
                                      new String(text).toUpperCase(Locale.ROOT).getBytes()));
                            })));
    var server = VirtualServer.of(shout);
    var client = server.connect();
    client.send(CHUNKED + "2\r\nhi\r\n");
    assertThat(client.received()).endsWith("\r\n2\r\nHI\r\n");
    client.send("3\r\nyou\r\n0\r\n\r\n");
    assertThat(client.received()).endsWith("\r\n2\r\nHI\r\n3\r\nYOU\r\n0\r\n\r\n");
  }
}
