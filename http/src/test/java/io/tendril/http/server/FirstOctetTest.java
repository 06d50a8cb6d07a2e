package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.http.Body;
import io.tendril.http.BodySink;
import io.tendril.http.HttpFailure;
import io.tendril.http.HttpLimits;
import io.tendril.http.Reply;
import io.tendril.http.Response;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses whose content flows: what can still be said before the first octet is out. */
class FirstOctetTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  /** A response that is written with a length, or without one if that is negative. */
  private static HttpHandler writing(long length, Body.Writer writer) {
    return request ->
        Response.of(200).withBody(length < 0 ? Body.written(writer) : Body.written(length, writer));
  }

  private static VirtualServer failing(HttpHandler handler) {
    var server = VirtualServer.of(handler);
    server.network.clock().expectFailure(IllegalStateException.class);
    return server;
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 5})
  void answersAFailureBeforeTheFirstOctet(long length) {
    var server =
        failing(
            writing(
                length,
                sink ->
                    Reactor.current()
                        .after(seconds(1))
                        .thenRun(() -> {
                          throw new IllegalStateException("secret");
                        })));
    server.network.clock().expectFailure(IllegalStateException.class);
    var client = server.connect();
    client.send(GET + GET);
    assertThat(client.received()).isEmpty();
    server.pass(seconds(1));
    assertThat(client.received())
        .startsWith("HTTP/1.1 500 Internal Server Error\r\n")
        .contains("Content-Length: 26\r\n")
        .doesNotContain("secret", "chunked")
        .endsWith("\r\n\r\n500 Internal Server Error\n");
    server.pass(seconds(1));
    assertThat(client.received().split("HTTP/1.1 500 ", -1)).as("it stays open").hasSize(3);
    assertThat(server.failures).hasSize(2).allMatch(RequestFailed.class::isInstance);
  }

  @Test
  void answersAWriterThatThrows() {
    var server =
        failing(
            writing(
                -1,
                sink -> {
                  throw new IllegalStateException("no");
                }));
    assertThat(server.get("/")).startsWith("HTTP/1.1 500 ");
    assertThat(server.failures).hasSize(1);
  }

  @Test
  void answersWithTheStatusOfTheFailure() {
    var server =
        VirtualServer.of(writing(-1, sink -> Deferred.failed(new HttpFailure(404, "no such row"))));
    assertThat(server.get("/"))
        .startsWith("HTTP/1.1 404 Not Found\r\n")
        .endsWith("\r\n\r\n404 Not Found\n");
    assertThat(server.failures).isEmpty();
  }

  @Test
  void answersContentThatIsTooLongToMirror() {
    var server =
        VirtualServer.of(request -> Response.of(200).withBody(request.body().limitedTo(5)));
    var client = server.connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n123456");
    assertThat(client.received())
        .startsWith("HTTP/1.1 413 Content Too Large\r\n")
        .contains("Connection: close\r\n");
  }

  @Test
  void answersContentThatBreaksTheRules() {
    var server = VirtualServer.of(request -> Response.of(200).withBody(request.body()));
    var client = server.connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    assertThat(client.received()).startsWith("HTTP/1.1 400 ").endsWith("400 Bad Request\n");
    assertThat(client.received().split("HTTP/1.1", -1)).hasSize(2);
    assertThat(server.failures).isEmpty();
  }

  @Test
  void answersContentThatDoesNotCome() {
    var server = VirtualServer.of(request -> Response.of(200).withBody(request.body()));
    var client = server.connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n");
    server.pass(seconds(21));
    assertThat(client.received()).startsWith("HTTP/1.1 408 ").endsWith("408 Request Timeout\n");
    server.pass(seconds(3));
    assertThat(client.closed()).isTrue();
    assertThat(server.failures).isEmpty();
  }

  @Test
  void answersAPromiseOfWhichNothingWasKept() {
    var server = failing(writing(5, sink -> Deferred.done()));
    assertThat(server.get("/")).startsWith("HTTP/1.1 500 ");
    assertThat(server.failures).hasSize(1);
  }

  @Test
  void answersMoreThanWasPromised() {
    var server = failing(writing(2, sink -> sink.send("three")));
    assertThat(server.get("/")).startsWith("HTTP/1.1 500 ").doesNotContain("three");
    assertThat(server.failures).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0})
  void sendsTheHeadAtTheEndOfNothing(long length) {
    var server = VirtualServer.of(writing(length, sink -> Deferred.done()));
    assertThat(server.get("/"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .endsWith(length < 0 ? "chunked\r\nConnection: close\r\n\r\n0\r\n\r\n" : "\r\n\r\n");
  }

  @Test
  void sendsNothingAndClosesToAnOldClient() {
    var server = VirtualServer.of(writing(-1, sink -> Deferred.done()));
    var client = server.connect();
    client.send("GET / HTTP/1.0\r\n\r\n");
    server.pass(seconds(3));
    assertThat(client.received()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n");
    assertThat(client.closed()).isTrue();
  }

  @Test
  void sendsTheHeadAheadIfAsked() {
    List<BodySink> sinks = new ArrayList<>();
    var server =
        VirtualServer.of(
            writing(
                -1,
                sink -> {
                  sinks.add(sink);
                  sink.write(ByteBuffer.allocate(0));
                  return Reactor.current().after(seconds(5)).thenCompose(_ -> sink.send("event"));
                }));
    var client = server.connect();
    client.send(GET);
    assertThat(client.received()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n");
    server.pass(seconds(5));
    assertThat(client.received()).endsWith("\r\n5\r\nevent\r\n0\r\n\r\n");
  }

  @Test
  void saysContinueToAClientWhoseContentTheResponseIsMadeOf() {
    var server = VirtualServer.of(request -> Response.of(200).withBody(request.body()));
    var client = server.connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    assertThat(client.received()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello" + GET.replace("GET", "POST"));
    assertThat(client.received())
        .contains("Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
        .contains("\r\n\r\nhelloHTTP/1.1 200 OK\r\n")
        .doesNotContain("Connection: close");
  }

  @Test
  void doesNotSayContinueOnceTheHeadIsOut() {
    var server =
        VirtualServer.of(request ->
            Response.of(200)
                .withBody(
                    Body.written(sink -> sink.send("first").thenCompose(_ -> request.text()))));
    var client = server.connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    assertThat(client.received())
        .doesNotContain("100 Continue")
        .contains("Connection: close\r\n")
        .endsWith("first\r\n");
  }

  @Test
  void isSilentToAClientThatIsGone() {
    var server = VirtualServer.of(writing(-1, sink -> Reactor.current().after(seconds(60))));
    var client = server.connect();
    client.send(GET);
    client.abort();
    server.pass(seconds(1));
    assertThat(server.connections()).isZero();
    assertThat(server.failures).isEmpty();
  }

  @Test
  void tellsTheLogWhatWasAnswered() {
    List<Exchange> exchanges = new ArrayList<>();
    var server =
        VirtualServer.of(
            HttpServer.of(writing(-1, sink -> Deferred.failed(new HttpFailure(503, "not now"))))
                .withLimits(HttpLimits.defaults())
                .withLog(exchanges::add));
    server.get("/");
    assertThat(exchanges).singleElement().extracting(Exchange::status).isEqualTo(503);
  }

  // ---- What routers answer --------------------------------------------------------------------

  private static final class NoSuchRow extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static VirtualServer site(Body.Writer writer) {
    HttpHandler flowing = request -> Response.of(200).withBody(Body.written(writer));
    return VirtualServer.of(
        Router.of(routes ->
            routes
                .get("/now", flowing)
                .get(
                    "/later",
                    request ->
                        Reply.when(
                            Reactor.current()
                                .after(seconds(1))
                                .thenApply(_ -> flowing.handle(request))))
                .group(
                    "/group",
                    group ->
                        group
                            .around((request, next) ->
                                next.handle(request).map(response -> response.with("A", "b")))
                            .onFailure(NoSuchRow.class, (_, _) -> Response.failure(410))
                            .get("/now", flowing))
                .onFailure(NoSuchRow.class, (_, _) -> Response.plain("none").withStatus(404))
                .errorPage((_, bare) -> bare.withBody(Body.of("page " + bare.status())))));
  }

  @Test
  void answersAsTheNearestGroupSays() {
    var site = site(sink -> Deferred.failed(new NoSuchRow()));
    assertThat(site.get("/now")).startsWith("HTTP/1.1 404 ").endsWith("\r\n\r\nnone");
    assertThat(site.get("/later")).startsWith("HTTP/1.1 404 ").endsWith("\r\n\r\nnone");
    assertThat(site.get("/group/now")).startsWith("HTTP/1.1 410 ");
    assertThat(site.failures).isEmpty();
  }

  @Test
  void dressesUpWhatNobodyAnswers() {
    var site = site(sink -> Deferred.failed(new HttpFailure(403, "not yours")));
    assertThat(site.get("/now")).startsWith("HTTP/1.1 403 ").endsWith("\r\n\r\npage 403");
    assertThat(site.failures).isEmpty();
    var broken =
        site(sink -> {
          throw new IllegalStateException("secret");
        });
    broken.network.clock().expectFailure(IllegalStateException.class);
    assertThat(broken.get("/group/now")).startsWith("HTTP/1.1 500 ").endsWith("\r\n\r\npage 500");
    assertThat(broken.failures)
        .singleElement()
        .isInstanceOfSatisfying(
            RequestFailed.class, event -> assertThat(event.failure()).hasMessage("secret"));
  }

  @Test
  void asksNobodyOnceAnOctetIsOut() {
    var site =
        site(sink ->
            sink.send("some")
                .thenCompose(_ -> Reactor.current().after(seconds(1)))
                .thenRun(() -> {
                  throw new NoSuchRow();
                }));
    site.network.clock().expectFailure(NoSuchRow.class);
    assertThat(site.get("/now")).startsWith("HTTP/1.1 200 ").doesNotContain("404");
    assertThat(site.failures).hasSize(1);
  }

  @Test
  void answersAsTheResponseSays() {
    var server =
        VirtualServer.of(request ->
            Response.of(200)
                .withBody(Body.written(sink -> Deferred.failed(new NoSuchRow())))
                .onFailure(failure -> Response.plain("instead").withStatus(503))
                .with("A", "b"));
    assertThat(server.get("/")).startsWith("HTTP/1.1 503 ").endsWith("\r\n\r\ninstead");
    assertThat(server.failures).isEmpty();
  }
}
