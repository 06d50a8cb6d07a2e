package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.Source;
import io.tendril.http.Body;
import io.tendril.http.BodySink;
import io.tendril.http.HttpLimits;
import io.tendril.http.Reply;
import io.tendril.http.Response;
import io.tendril.spi.SocketSettings;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Clients that send or take a little now and then, to hold a connection for as long as they can.
 */
class SlowClientsTest {
  private static final HttpHandler ECHO =
      request -> Reply.when(request.text().thenApply(Response::plain));

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static String post(int length) {
    return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n";
  }

  // ---- Content --------------------------------------------------------------------------------

  @Test
  void cutsContentThatComesByTheOctet() {
    var server = VirtualServer.of(ECHO);
    var client = server.connect();
    client.send(post(1_000_000));
    for (int i = 0; i < 19; i++) {
      server.pass(seconds(1));
      client.send("x");
    }
    assertThat(client.received()).isEmpty();
    server.pass(seconds(2));
    assertThat(client.received())
        .startsWith("HTTP/1.1 408 Request Timeout\r\n")
        .contains("Connection: close\r\n");
    server.pass(seconds(3));
    assertThat(client.closed()).isTrue();
    assertThat(server.failures).isEmpty();
  }

  @Test
  void cutsChunksThatComeByTheOctet() {
    var server = VirtualServer.of(ECHO);
    var client = server.connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 25 && !client.closed(); i++) {
      client.send("1\r\nx\r\n");
      server.pass(seconds(1));
    }
    assertThat(client.received()).startsWith("HTTP/1.1 408 ");
  }

  @Test
  void bearsContentAtTheLeastRate() {
    var server = VirtualServer.of(ECHO);
    var client = server.connect();
    client.send(post(100_000));
    for (int i = 0; i < 20; i++) {
      server.pass(seconds(10));
      client.send("x".repeat(5_000));
    }
    assertThat(client.received()).startsWith("HTTP/1.1 200 ").endsWith("x".repeat(100_000));
  }

  @Test
  void cutsContentThatBecomesSlowAfterItWasFast() {
    var server = VirtualServer.of(ECHO);
    var client = server.connect();
    client.send(post(1_000_000));
    client.send("x".repeat(500_000));
    int passed = 0;
    while (client.received().isEmpty() && passed < 100) {
      client.send("x");
      server.pass(seconds(1));
      passed++;
    }
    assertThat(passed).as("what was saved up is the idle time at most").isBetween(60, 62);
    assertThat(client.received()).startsWith("HTTP/1.1 408 ");
  }

  @Test
  void doesNotCountTheTimeInWhichTheHandlerPauses() {
    var sources = new ArrayList<Source>();
    var server =
        VirtualServer.of(request -> {
          Source source = ((Body.Stream) request.body()).source();
          sources.add(source);
          return Reply.when(
              source.forEach(data -> data.position(data.limit())).thenApply(_ -> Response.of(204)));
        });
    var client = server.connect();
    client.send(post(10));
    server.pass(seconds(10));
    server.host.run(_ -> {
      sources.getFirst().pause();
      return Deferred.done();
    });
    server.pass(Duration.ofMinutes(10));
    server.host.run(_ -> {
      sources.getFirst().resume();
      return Deferred.done();
    });
    server.pass(seconds(9));
    assertThat(client.received()).isEmpty();
    client.send("0123456789");
    assertThat(client.received()).startsWith("HTTP/1.1 204 ");
  }

  @Test
  void countsTheTimeBeforeAPause() {
    var sources = new ArrayList<Source>();
    var server =
        VirtualServer.of(request -> {
          Source source = ((Body.Stream) request.body()).source();
          sources.add(source);
          return Reply.when(
              source.forEach(data -> data.position(data.limit())).thenApply(_ -> Response.of(204)));
        });
    var client = server.connect();
    client.send(post(10));
    for (int i = 0; i < 3; i++) {
      server.pass(seconds(7));
      server.host.run(_ -> {
        sources.getFirst().pause();
        sources.getFirst().resume();
        return Deferred.done();
      });
    }
    assertThat(client.received()).startsWith("HTTP/1.1 408 ");
  }

  @Test
  void doesNotCountTheTimeInWhichItDoesNotReadItself() {
    // What is written past the high mark pauses reading until the client takes some of it.
    HttpHandler shout =
        request ->
            Response.of(200)
                .withBody(
                    Body.written(sink -> {
                      sink.write(ByteBuffer.allocate(500_000));
                      return ((Body.Stream) request.body())
                          .source()
                          .forEach(data -> data.position(data.limit()));
                    }));
    var server = VirtualServer.of(shout);
    var client = server.connect();
    client.pause();
    client.send(post(10));
    server.pass(seconds(25));
    client.resume();
    server.pass(seconds(10));
    client.send("0123456789");
    assertThat(client.received()).endsWith("\r\n0\r\n\r\n");
  }

  @Test
  void endsAResponseThatWaitsForContent() {
    var server = VirtualServer.of(request -> Response.of(200).withBody(request.body()));
    var client = server.connect();
    client.send(post(100) + "some");
    server.pass(seconds(25));
    assertThat(client.closed()).isTrue();
    assertThat(client.received()).endsWith("some");
    assertThat(server.failures).isEmpty();
  }

  @Test
  void closesOverContentThatIsSkippedSlowly() {
    var server = VirtualServer.of(request -> Response.of(204));
    var client = server.connect();
    client.send(post(1_000));
    for (int i = 0; i < 25; i++) {
      client.send("x");
      server.pass(seconds(1));
    }
    assertThat(client.received()).startsWith("HTTP/1.1 204 ");
    assertThat(client.closed()).isTrue();
  }

  @Test
  void closesIfTheHandlerPausesContentAndAnswers() {
    var server =
        VirtualServer.of(request -> {
          Source source = ((Body.Stream) request.body()).source();
          var _ = source.forEach(data -> {}).exceptionally(_ -> 0L);
          source.pause();
          return Response.of(204);
        });
    var client = server.connect();
    client.send(post(10));
    assertThat(client.received()).startsWith("HTTP/1.1 204 ");
    server.pass(seconds(58));
    assertThat(client.closed()).isFalse();
    server.pass(seconds(10));
    assertThat(client.closed()).as("nobody would ever read on").isTrue();
    assertThat(server.failures).isEmpty();
  }

  @Test
  void hasNoLeastRateIfToldSo() {
    HttpLimits patient = HttpLimits.defaults().withContentRate(0, seconds(1));
    var server = VirtualServer.of(HttpServer.of(ECHO).withLimits(patient));
    var client = server.connect();
    client.send(post(5));
    for (int i = 0; i < 5; i++) {
      server.pass(seconds(55));
      client.send("x");
    }
    assertThat(client.received()).endsWith("xxxxx");
  }

  // ---- Responses ------------------------------------------------------------------------------

  private static Deferred<Void> pieces(BodySink sink, int count) {
    return count == 0
        ? Deferred.done()
        : sink.send(ByteBuffer.allocate(10_000)).thenCompose(_ -> pieces(sink, count - 1));
  }

  private final List<HttpEvent.ClientTooSlow> told = new ArrayList<>();

  private VirtualServer observed(HttpHandler handler) {
    var server = VirtualServer.of(handler);
    server.network.observe(event -> {
      if (event instanceof HttpEvent.ClientTooSlow slow) {
        told.add(slow);
      }
    });
    return server;
  }

  /** A client with a small window that has sent a request and does not read yet. */
  private static VirtualServer.Client asking(VirtualServer server) {
    var client = server.connect(SocketSettings.defaults().with().receiveBuffer(2_048).build());
    client.pause();
    client.send(GET);
    return client;
  }

  /** Takes so much at each interval, until it is cut or the time has passed. */
  private static int take(
      VirtualServer server, VirtualServer.Client client, int octets, int interval, int longest) {
    int passed = 0;
    while (server.connections() > 0 && passed < longest) {
      client.take(octets);
      server.pass(seconds(interval));
      passed += interval;
    }
    return passed;
  }

  private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

  private static final HttpHandler STREAM =
      request -> Response.of(200).withBody(Body.written(sink -> pieces(sink, 100)));

  @Test
  void cutsAResponseThatIsTakenByTheOctet() {
    // An octet does not open the client's window: this is P4, as nothing is accepted for 30 s.
    var server = observed(STREAM);
    var client = asking(server);
    assertThat(take(server, client, 1, 29, 600)).isBetween(29, 60);
    assertThat(server.failures).isEmpty();
  }

  @Test
  void cutsAResponseThatIsTakenTooSlowly() {
    var server = observed(STREAM);
    var client = asking(server);
    assertThat(take(server, client, 2_000, 5, 1_000)).isBetween(60, 130);
    assertThat(told).singleElement().satisfies(slow -> assertThat(slow.waiting()).isPositive());
    assertThat(server.failures).isEmpty();
  }

  @Test
  void cutsAResponseInMemoryThatIsTakenTooSlowly() {
    Response large = Response.of(200).withBody(Body.of(new byte[1 << 20]));
    var server = observed(request -> large);
    var client = asking(server);
    assertThat(take(server, client, 2_000, 5, 1_000)).isBetween(60, 130);
    assertThat(told).hasSize(1);
  }

  @Test
  void cutsAConnectionThatClosesWhileItIsTakenTooSlowly() {
    Response large =
        Response.of(200).withBody(Body.of(new byte[200_000])).with("Connection", "close");
    var server = observed(request -> large);
    var client = asking(server);
    assertThat(take(server, client, 2_000, 5, 1_000)).isBetween(60, 190);
    assertThat(told).hasSize(1);
  }

  @Test
  void bearsAResponseThatIsTakenAtTheLeastRate() {
    var server = observed(STREAM);
    var client = asking(server);
    assertThat(take(server, client, 3_000, 5, 1_400)).isEqualTo(1_400);
    client.take(2_000_000);
    server.pass(seconds(1));
    assertThat(client.received()).endsWith("\r\n0\r\n\r\n");
    assertThat(told).isEmpty();
  }

  @Test
  void letsAWriterTakeItsTime() {
    var server =
        observed(request ->
            Response.of(200)
                .withBody(
                    Body.written(sink ->
                        sink.send("some")
                            .thenCompose(_ -> Reactor.current().after(Duration.ofHours(1)))
                            .thenCompose(_ -> sink.send("more")))));
    var client = server.connect();
    client.send(GET);
    server.pass(Duration.ofHours(2));
    assertThat(client.received()).contains("some", "more").endsWith("\r\n0\r\n\r\n");
    assertThat(told).isEmpty();
  }
}
