package io.tendril.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tendril.core.ConnectFailed;
import io.tendril.core.DatagramProtocol;
import io.tendril.core.DatagramTransport;
import io.tendril.core.Deferred;
import io.tendril.core.ListenFailed;
import io.tendril.core.Listener;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.Transport;
import io.tendril.core.framing.LineProtocol;
import io.tendril.spi.Resolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Endpoints on real sockets of this machine. */
class EndpointsOverLoopbackTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Reactor reactor =
      Reactor.create(ReactorOptions.defaults().withResolver(names())).start();

  private static Resolver names() {
    Map<String, List<String>> known =
        Map.of(
            "v4.example", List.of("127.0.0.1"),
            "both.example", List.of("127.0.0.2", "127.0.0.1"));
    return (host, found) -> {
      List<String> addresses = known.get(host);
      if (addresses == null) {
        return Deferred.failed(new UnknownHostException(host));
      }
      addresses.forEach(address -> found.accept(InetAddress.ofLiteral(address)));
      return Deferred.done();
    };
  }

  @AfterEach
  void stop() throws Exception {
    reactor.stop();
    reactor.awaitStopped(PATIENCE);
  }

  private <T> T in(Callable<Deferred<T>> body) throws Exception {
    return reactor.blockingCall(body, PATIENCE);
  }

  /** Asks one line. */
  private static final class Asker extends LineProtocol {
    private final Promise<String> answer = Promise.create();

    Asker(Transport transport) {
      super(transport);
    }

    @Override
    public void connectionMade() {
      writeLine("ping");
    }

    @Override
    protected void lineReceived(String line) {
      answer.succeed(line + " of " + transport().peer());
      transport().loseConnection();
    }
  }

  private int listen() throws Exception {
    Listener listener =
        in(() ->
            reactor.listen(
                "tcp:0:interface=127.0.0.1",
                Protocol.onData((transport, data) -> transport.write(data))));
    return listener.port();
  }

  @Test
  void aClientReachesAServer() throws Exception {
    int port = listen();
    String answer =
        in(() ->
            reactor
                .connect("tcp:127.0.0.1:" + port, Asker::new)
                .thenCompose(asker -> asker.answer.deferred()));
    assertThat(answer).isEqualTo("ping of /127.0.0.1:" + port);
  }

  @Test
  void aNameIsResolvedAndItsAddressesTriedUntilOneAnswers() throws Exception {
    int port = listen();
    String answer =
        in(() ->
            reactor
                .connect(TcpClientEndpoint.to("both.example", port), Asker::new)
                .thenCompose(asker -> asker.answer.deferred()));
    assertThat(answer).isEqualTo("ping of /127.0.0.1:" + port);
  }

  @Test
  void aClientBindsItsOwnAddress() throws Exception {
    Promise<Object> peer = reactor.promise();
    Listener listener =
        in(() ->
            reactor.listen(
                TcpServerEndpoint.port(0).on("127.0.0.1"),
                transport -> {
                  peer.succeed(((InetSocketAddress) transport.peer()).getHostString());
                  return data -> {};
                }));
    Object seen =
        in(() ->
            reactor
                .connect(
                    "tcp:v4.example:" + listener.port() + ":bind=127.0.0.3",
                    transport -> data -> {})
                .thenCompose(protocol -> peer.deferred()));
    assertThat(seen).isEqualTo("127.0.0.3");
  }

  @Test
  void failuresNameThePeerAndThePhase() throws Exception {
    int closed;
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      closed = socket.getLocalPort();
    }
    assertThatExceptionOfType(ConnectFailed.Refused.class)
        .isThrownBy(() -> in(() -> reactor.connect("tcp:127.0.0.1:" + closed, Asker::new)))
        .withMessageContaining("127.0.0.1:" + closed);
    assertThatExceptionOfType(ConnectFailed.AllFailed.class)
        .isThrownBy(() -> in(() -> reactor.connect("tcp:both.example:" + closed, Asker::new)))
        .withMessageContaining("both.example:" + closed)
        .satisfies(failed -> assertThat(failed.attempts()).hasSize(2));
    assertThatExceptionOfType(ConnectFailed.UnknownHost.class)
        .isThrownBy(() -> in(() -> reactor.connect("tcp:none.example:80", Asker::new)));
    assertThatExceptionOfType(EndpointSyntax.class)
        .isThrownBy(() -> in(() -> reactor.connect("tcp:none.example", Asker::new)));
  }

  @Test
  void aPortInUseIsAListenFailure() throws Exception {
    int port = listen();
    assertThatExceptionOfType(ListenFailed.class)
        .isThrownBy(() ->
            in(() ->
                reactor.listen("tcp:" + port + ":interface=127.0.0.1", transport -> data -> {})))
        .withMessageContaining("127.0.0.1:" + port);
  }

  /** Says back what it hears; as a client, says something first. */
  private static final class Echo implements DatagramProtocol {
    private final DatagramTransport transport;
    private final Promise<String> heard = Promise.create();

    Echo(DatagramTransport transport) {
      this.transport = transport;
    }

    Deferred<String> ask() {
      transport.send(ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8)));
      return heard.deferred();
    }

    @Override
    public void datagramReceived(ByteBuffer data, InetSocketAddress from) {
      if (from.equals(peerOrNull())) {
        heard.succeed(StandardCharsets.UTF_8.decode(data).toString());
      } else {
        transport.send(data, from);
      }
    }

    private InetSocketAddress peerOrNull() {
      try {
        return transport.peer();
      } catch (IllegalStateException notConnected) {
        return null;
      }
    }
  }

  @Test
  void datagramsReachAServerByAddressAndByName() throws Exception {
    Echo server = in(() -> reactor.bindDatagram("udp:0:interface=127.0.0.1", Echo::new));
    int port = in(() -> Deferred.succeeded(server.transport.local().getPort()));
    for (String host : List.of("127.0.0.1", "v4.example")) {
      String answer =
          in(() ->
              reactor
                  .connectDatagram("udp:" + host + ":" + port, Echo::new)
                  .thenCompose(Echo::ask));
      assertThat(answer).isEqualTo("hello");
    }
  }

  @Test
  void aDatagramServerOnAllAddressesHearsBothFamilies() throws Exception {
    Echo server = in(() -> reactor.bindDatagram("udp:0", Echo::new));
    int port = in(() -> Deferred.succeeded(server.transport.local().getPort()));
    for (String host : List.of("127.0.0.1", "[::1]")) {
      String answer =
          in(() ->
              reactor
                  .connectDatagram("udp:" + host + ":" + port, Echo::new)
                  .thenCompose(Echo::ask));
      assertThat(answer).isEqualTo("hello");
    }
  }

  @Test
  void aDatagramClientWithoutAnAddressFails() {
    assertThatExceptionOfType(ConnectFailed.UnknownHost.class)
        .isThrownBy(() -> in(() -> reactor.connectDatagram("udp:none.example:53", Echo::new)));
    assertThatExceptionOfType(ConnectFailed.BindFailed.class)
        .isThrownBy(
            () -> in(() -> reactor.connectDatagram("udp:127.0.0.1:53:bind=192.0.2.1", Echo::new)));
  }
}
