package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Reactor;
import io.tendril.http.Body;
import io.tendril.http.HttpLimits;
import io.tendril.http.Reply;
import io.tendril.http.Response;
import io.tendril.testing.MemoryNetwork;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long a connection may take: the times of contract line H1, and draining. */
class HttpTimesTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

  private final VirtualServer server = VirtualServer.of(request -> Response.plain("hello"));

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test
  void closesAConnectionThatSaysNothingForAMinute() {
    var client = server.connect();
    server.pass(seconds(59));
    assertThat(client.closed()).isFalse();
    server.pass(seconds(4));
    assertThat(client.closed()).isTrue();
    assertThat(client.received()).isEmpty();
  }

  @Test
  void countsIdleTimeFromTheLastResponse() {
    var client = server.connect();
    for (int i = 0; i < 5; i++) {
      server.pass(seconds(50));
      client.send(GET);
    }
    server.pass(seconds(59));
    assertThat(client.closed()).isFalse();
    server.pass(seconds(4));
    assertThat(client.closed()).isTrue();
    assertThat(client.received().split("hello", -1)).hasSize(6);
  }

  @Test
  void answers408ToAHeadThatTakesTooLong() {
    var client = server.connect();
    client.send("GET / HTTP/1.1\r\n");
    server.pass(seconds(29));
    assertThat(client.received()).isEmpty();
    server.pass(seconds(2));
    assertThat(client.received())
        .startsWith("HTTP/1.1 408 Request Timeout\r\n")
        .contains("Connection: close\r\n");
    server.pass(seconds(3));
    assertThat(client.closed()).isTrue();
  }

  @Test
  void cutsAHeadThatComesByTheByte() {
    var client = server.connect();
    for (int i = 0; i < 10; i++) {
      client.send(GET.substring(i, i + 1));
      server.pass(seconds(10));
    }
    assertThat(client.received()).startsWith("HTTP/1.1 408 ");
    assertThat(client.closed()).isTrue();
  }

  @Test
  void cutsAHeadThatComesByAByteAMinute() {
    var client = server.connect();
    client.send("G");
    for (int i = 1; i < 5; i++) {
      server.pass(seconds(60));
      client.send(GET.substring(i, i + 1));
    }
    assertThat(client.received()).startsWith("HTTP/1.1 408 ").endsWith("408 Request Timeout\n");
    assertThat(client.closed()).isTrue();
  }

  @Test
  void discardsWhatIsSentAfterARefusalForTenSecondsAtMost() {
    var client = server.connect();
    client.keepOpen();
    client.send("nonsense\r\n\r\n");
    assertThat(client.received()).startsWith("HTTP/1.1 400 ");
    for (int i = 0; i < 9; i++) {
      server.pass(seconds(1));
      client.send("more");
    }
    assertThat(server.host.reactor().stats().connections()).isEqualTo(1);
    server.pass(seconds(4));
    assertThat(server.host.reactor().stats().connections()).isZero();
    assertThat(server.failures).isEmpty();
  }

  @Test
  void allowsEachHeadItsTime() {
    var client = server.connect();
    for (int i = 0; i < 4; i++) {
      client.send(GET.substring(0, 10));
      server.pass(seconds(20));
      client.send(GET.substring(10));
    }
    assertThat(client.received().split("hello", -1)).hasSize(5);
  }

  @Test
  void answers408ToContentThatStopsComing() {
    var echo = VirtualServer.of(request -> Reply.when(request.text().thenApply(Response::plain)));
    var client = echo.connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\n");
    for (int i = 0; i < 5; i++) {
      client.send("x".repeat(100_000));
      echo.pass(seconds(50));
    }
    assertThat(client.received()).isEmpty();
    echo.pass(seconds(11));
    assertThat(client.received()).startsWith("HTTP/1.1 408 ");
    echo.pass(seconds(3));
    assertThat(client.closed()).isTrue();
    assertThat(echo.failures).isEmpty();
  }

  @Test
  void letsAHandlerTakeItsTime() {
    var slow =
        VirtualServer.of(request ->
            Reply.when(
                Reactor.current().after(seconds(600)).thenApply(_ -> Response.plain("at last"))));
    var client = slow.connect();
    client.send(GET);
    slow.pass(seconds(599));
    assertThat(client.closed()).isFalse();
    slow.pass(seconds(1));
    assertThat(client.received()).endsWith("at last");
  }

  @Test
  void makesTheDateOnceASecond() {
    var client = server.connect();
    client.send(GET);
    assertThat(client.received()).contains("Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n");
    server.pass(Duration.ofMillis(999));
    client.send(GET);
    assertThat(client.received()).doesNotContain("00:00:01");
    server.pass(Duration.ofMillis(1));
    client.send(GET);
    assertThat(client.received()).contains("Date: Thu, 01 Jan 2026 00:00:01 GMT\r\n");
  }

  @Test
  void cancelsTheHandlerWhenTheClientIsGone() {
    boolean[] cancelled = new boolean[1];
    var slow =
        VirtualServer.of(request ->
            Reply.when(
                Reactor.current()
                    .after(seconds(600))
                    .whenComplete((_, failure) -> cancelled[0] = failure != null)
                    .thenApply(_ -> Response.plain("never"))));
    var client = slow.connect();
    client.send(GET);
    client.abort();
    slow.pass(seconds(1));
    assertThat(cancelled[0]).isTrue();
    assertThat(slow.failures).isEmpty();
  }

  // ---- Draining -------------------------------------------------------------------------------

  @Test
  void closesIdleConnectionsWhenItDrains() {
    var client = server.connect();
    server.host.reactor().stop();
    server.pass(seconds(3));
    assertThat(client.closed()).isTrue();
  }

  @Test
  void waitsForAHeadThatHasBegunWhenItDrains() {
    var client = server.connect();
    client.send(GET.substring(0, 10));
    server.host.reactor().stop();
    server.pass(seconds(2));
    client.send(GET.substring(10));
    assertThat(client.received()).contains("Connection: close\r\n").endsWith("hello");
    server.pass(seconds(3));
    assertThat(client.closed()).isTrue();
  }

  @Test
  void answersARequestThatIsInTheSocketWhenItDrains() {
    var client = server.connect();
    Reactor stopping = server.host.reactor();
    client.send(GET, stopping::stop);
    server.pass(seconds(3));
    assertThat(client.received()).contains("Connection: close\r\n").endsWith("hello");
  }

  @Test
  void finishesWhatIsUnderWayWhenItDrains() {
    var slow =
        VirtualServer.of(request ->
            Reply.when(
                Reactor.current().after(seconds(10)).thenApply(_ -> Response.plain("done"))));
    var client = slow.connect();
    client.send(GET + GET);
    slow.host.reactor().stop();
    slow.pass(seconds(15));
    assertThat(client.received()).contains("Connection: close\r\n").endsWith("done");
    assertThat(client.closed()).isTrue();
    assertThat(slow.failures).isEmpty();
  }

  @Test
  void answersWhatTheKernelHasWhenItDrainsLate() {
    var client = server.connect();
    Reactor stopping = server.host.reactor();
    stopping.stop();
    client.send(GET);
    server.pass(seconds(3));
    assertThat(client.received()).contains("Connection: close\r\n").endsWith("hello");
  }

  // ---- How many -------------------------------------------------------------------------------

  private static HttpServer few() {
    return HttpServer.of(request -> Response.plain("hello"))
        .withLimits(HttpLimits.defaults().withConnections(2));
  }

  @Test
  void pausesAcceptingAtTheLimitOfConnections() {
    var network = new MemoryNetwork();
    var few = VirtualServer.listening(network, few());
    var first = few.connect();
    var second = few.connect();
    var third = few.connect();
    third.send(GET);
    few.pass(seconds(1));
    assertThat(third.received()).as("it waits in the backlog").isEmpty();
    assertThat(third.closed()).isFalse();
    first.abort();
    few.pass(seconds(1));
    assertThat(third.received()).endsWith("hello");
    second.send(GET);
    assertThat(second.received()).endsWith("hello");
  }

  @Test
  void refusesConnectionsPastTheLimitWhereItCannotPause() {
    var few = VirtualServer.of(few());
    var first = few.connect();
    few.connect();
    var third = few.connect();
    few.pass(seconds(1));
    assertThat(third.closed()).isTrue();
    first.abort();
    few.pass(seconds(1));
    var fourth = few.connect();
    fourth.send(GET);
    assertThat(fourth.received()).endsWith("hello");
  }

  // ---- Backpressure ---------------------------------------------------------------------------

  @Test
  void stopsAnsweringAPipelineThatIsNotRead() {
    int[] asked = new int[1];
    var large = Body.of("x".repeat(60_000));
    var greedy =
        VirtualServer.of(request -> {
          asked[0]++;
          return Response.of(200).withBody(large);
        });
    var client = greedy.connect();
    client.pause();
    client.send(GET.repeat(2_000));
    greedy.pass(seconds(1));
    assertThat(asked[0]).isLessThan(10);
    client.resume();
    greedy.pass(seconds(10));
    assertThat(asked[0]).isEqualTo(2_000);
  }

  @Test
  void bearsAnyCutOfItsTraffic() {
    for (long seed = 0; seed < 50; seed++) {
      var network = new MemoryNetwork(seed);
      network.chopping(true);
      var echo =
          new VirtualServer(
              network,
              HttpServer.of(request -> Reply.when(request.text().thenApply(Response::plain))));
      var client = echo.connect();
      client.send(
          "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "5\r\nfirst\r\n1;a=b\r\n!\r\n0\r\nT: u\r\n\r\n"
              + "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nsecond"
              + "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nConnection: close\r\n\r\nthird");
      echo.pass(seconds(5));
      assertThat(client.received().replaceAll("(?s)HTTP/1.1 200.*?\r\n\r\n", " "))
          .as("seed %s", seed)
          .isEqualTo(" first! second third");
      assertThat(echo.failures).isEmpty();
    }
  }
}
