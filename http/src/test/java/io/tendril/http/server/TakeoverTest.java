package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.http.Headers;
import io.tendril.http.Reply;
import io.tendril.http.Response;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Connections that go on in another protocol: RFC 9110, sections 7.8 and 9.3.6. */
class TakeoverTest {
  private static final ProtocolFactory<Protocol> ECHO =
      Protocol.onData((transport, data) -> transport.write(data));

  private static final HttpHandler UPGRADING =
      request -> Reply.upgrade("echo", Headers.of("A", "b"), ECHO);

  private static String get(String fields) {
    return "GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
  }

  private static final String OFFER = get("Connection: keep-alive, Upgrade\r\nUpgrade: echo\r\n");

  @Test
  void handsTheConnectionOver() {
    var server = VirtualServer.of(UPGRADING);
    var client = server.connect();
    client.send(OFFER + "early");
    assertThat(client.received())
        .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
        .contains("A: b\r\n", "Upgrade: echo\r\n", "Connection: upgrade\r\n")
        .doesNotContain("Content-Length", "Transfer-Encoding")
        .endsWith("\r\n\r\nearly");
    client.send("late");
    assertThat(client.received()).endsWith("earlylate");
    server.pass(Duration.ofMinutes(10));
    assertThat(client.closed()).as("no limit of HTTP's counts any more").isFalse();
  }

  @Test
  void doesNotUpgradeWhatWasNotOffered() {
    for (String fields :
        new String[] {
          "",
          "Upgrade: echo\r\n",
          "Connection: upgrade\r\n",
          "Connection: upgrade\r\nUpgrade: other\r\n",
          "Connection: close\r\nUpgrade: echo\r\n"
        }) {
      var server = VirtualServer.of(UPGRADING);
      server.network.clock().expectFailure(IllegalStateException.class);
      var client = server.connect();
      client.send(get(fields));
      assertThat(client.received()).as(fields).startsWith("HTTP/1.1 500 ");
      assertThat(server.failures).hasSize(1);
    }
  }

  @Test
  void doesNotUpgradeTheOldVersion() {
    var server = VirtualServer.of(UPGRADING);
    server.network.clock().expectFailure(IllegalStateException.class);
    var client = server.connect();
    client.send("GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
    assertThat(client.received()).startsWith("HTTP/1.1 500 ");
    assertThat(server.failures).hasSize(1);
  }

  @Test
  void takesTheContentOutOfTheWayFirst() {
    var server = VirtualServer.of(UPGRADING);
    var client = server.connect();
    client.send(
        "POST / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: echo\r\n"
            + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    assertThat(client.received())
        .as("100 comes before 101")
        .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    client.send("helloover");
    assertThat(client.received()).contains("HTTP/1.1 101 ").endsWith("\r\n\r\nover");
  }

  @Test
  void upgradesLater() {
    var server =
        VirtualServer.of(request ->
            Reply.when(
                Reactor.current()
                    .after(Duration.ofSeconds(1))
                    .thenApply(_ -> Reply.upgrade("echo", Headers.empty(), ECHO))));
    var client = server.connect();
    client.send(OFFER + "early");
    server.pass(Duration.ofSeconds(2));
    assertThat(client.received()).contains("HTTP/1.1 101 ").endsWith("early");
  }

  @Test
  void tellsTheEndToTheOtherProtocolOnly() {
    var reasons = new ArrayList<ConnectionClosed>();
    ProtocolFactory<Protocol> listening =
        transport ->
            new Protocol() {
              @Override
              public void dataReceived(ByteBuffer data) {
                data.position(data.limit());
              }

              @Override
              public void connectionLost(ConnectionClosed reason) {
                reasons.add(reason);
              }
            };
    var server = VirtualServer.of(request -> Reply.upgrade("echo", Headers.empty(), listening));
    var client = server.connect();
    client.send(OFFER);
    client.abort();
    assertThat(reasons).hasSize(1);
    assertThat(server.failures).isEmpty();
  }

  @Test
  void closesIfTheOtherProtocolCannotBeBuilt() {
    var server =
        VirtualServer.of(request ->
            Reply.upgrade(
                "echo",
                Headers.empty(),
                transport -> {
                  throw new IllegalStateException("not today");
                }));
    server.network.clock().expectFailure(IllegalStateException.class);
    var client = server.connect();
    client.send(OFFER);
    server.pass(Duration.ofSeconds(1));
    assertThat(client.closed()).isTrue();
    assertThat(server.failures).hasSize(1);
  }

  @Test
  void namesWhatItWouldUpgradeTo() {
    var server = VirtualServer.of(request -> Response.of(426).with("Upgrade", "echo"));
    assertThat(server.get("/")).contains("Upgrade: echo\r\n", "Connection: upgrade\r\n");
  }

  // ---- Tunnels --------------------------------------------------------------------------------

  private static final String CONNECT = "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n";

  @Test
  void doesNotKnowConnectUnlessTold() {
    var server = VirtualServer.of(request -> Response.plain("not reached"));
    var client = server.connect();
    client.send(CONNECT);
    assertThat(client.received()).startsWith("HTTP/1.1 501 Not Implemented\r\n");
  }

  @Test
  void opensATunnel() {
    var asked = new ArrayList<String>();
    var server =
        VirtualServer.of(
            HttpServer.of(request -> Response.of(404))
                .withTunnels(request -> {
                  asked.add(request.host());
                  return Reply.tunnel(ECHO);
                }));
    var client = server.connect();
    client.send(CONNECT + "through");
    assertThat(asked).containsExactly("a:443");
    assertThat(client.received())
        .startsWith("HTTP/1.1 200 OK\r\n")
        .doesNotContain("Content-Length", "Transfer-Encoding", "Connection")
        .endsWith("\r\n\r\nthrough");
  }

  @Test
  void doesNotSayYesToATunnelByMistake() {
    var server =
        VirtualServer.of(
            HttpServer.of(request -> Response.of(404))
                .withTunnels(request -> Response.plain("yes")));
    server.network.clock().expectFailure(IllegalStateException.class);
    var client = server.connect();
    client.send(CONNECT);
    assertThat(client.received()).startsWith("HTTP/1.1 500 ");
    assertThat(server.failures).hasSize(1);
  }

  @Test
  void refusesATunnel() {
    var server =
        VirtualServer.of(
            HttpServer.of(request -> Response.of(404))
                .withTunnels(request -> Response.failure(403)));
    var client = server.connect();
    client.send(CONNECT + get(""));
    assertThat(client.received()).startsWith("HTTP/1.1 403 ").contains("HTTP/1.1 404 ");
  }
}
