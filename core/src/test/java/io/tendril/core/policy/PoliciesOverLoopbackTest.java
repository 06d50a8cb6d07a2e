package io.tendril.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.TcpServerEndpoint;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Policies around real connections. */
class PoliciesOverLoopbackTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final TcpServerEndpoint ANY_PORT = TcpServerEndpoint.port(0).on("127.0.0.1");

  private final Reactor reactor = Reactor.create().start();

  @AfterEach
  void stop() throws Exception {
    reactor.stop();
    reactor.awaitStopped(PATIENCE);
  }

  private <T> T in(Callable<Deferred<T>> body) throws Exception {
    return reactor.blockingCall(body, PATIENCE);
  }

  /** Sends bytes, and collects as many; tells of the end. */
  private static final class Client implements Protocol {
    private final Transport transport;
    private final ByteBuffer collected;
    private final Promise<ByteBuffer> all = Promise.create();
    private final Promise<ConnectionClosed> end = Promise.create();

    Client(Transport transport, int expected) {
      this.transport = transport;
      this.collected = ByteBuffer.allocate(expected);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      collected.put(data);
      if (!collected.hasRemaining()) {
        all.succeed(collected.flip());
      }
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      end.succeed(reason);
    }
  }

  private Client connect(Listener listener, int expected) throws Exception {
    return in(() ->
        reactor.connect(
            "tcp:127.0.0.1:" + listener.port(), transport -> new Client(transport, expected)));
  }

  private ByteBuffer exchange(Client client, byte[] bytes) throws Exception {
    return in(() -> {
      client.transport.write(bytes);
      return client.all.deferred();
    });
  }

  private static final ProtocolFactory<Protocol> ECHO =
      Protocol.onData((transport, data) -> transport.write(data));

  @Test
  void aRefusedConnectionIsClosedAndCounted() throws Exception {
    Listener listener = in(() -> reactor.listen(ANY_PORT, PeerLimit.of(1).wrap(ECHO)));
    Client first = connect(listener, 1);
    exchange(first, new byte[1]);
    Client second = connect(listener, 1);
    in(() -> second.end.deferred());
    assertThat(in(() -> Deferred.succeeded(reactor.stats().refused()))).isOne();
  }

  @Test
  void atTheLimitOfAnEndpointConnectionsWaitUntilOneLeaves() throws Exception {
    Listener listener = in(() -> reactor.listen(ConnectionLimit.of(1).wrap(ANY_PORT), ECHO));
    Client first = connect(listener, 2);
    exchangeOne(first);
    Client second = connect(listener, 2);
    in(() -> {
      second.transport.write("ab");
      return Deferred.done();
    });
    assertThat(in(() -> Deferred.succeeded(reactor.stats().accepted()))).isOne();
    in(() -> {
      first.transport.loseConnection();
      return second.all.deferred();
    });
    assertThat(in(() -> Deferred.succeeded(reactor.stats().accepted()))).isEqualTo(2);
  }

  private void exchangeOne(Client client) throws Exception {
    assertThat(exchange(client, new byte[] {1, 2}).remaining()).isEqualTo(2);
  }

  @Test
  void policiesComposeAndPassEveryByte() throws Exception {
    long[] logged = {0};
    ProtocolFactory<?> factory =
        PeerLimit.of(9)
            .wrap(
                TrafficLog.to(entry -> logged[0] += entry.bytes())
                    .wrap(
                        RateLimit.of(20_000_000, 20_000_000)
                            .wrap(IdleTimeout.of(Duration.ofMinutes(1)).wrap(ECHO))));
    Listener listener = in(() -> reactor.listen(ANY_PORT, factory));
    byte[] bytes = new byte[3_000_000];
    new Random(1).nextBytes(bytes);
    Client client = connect(listener, bytes.length);
    assertThat(exchange(client, bytes)).isEqualTo(ByteBuffer.wrap(bytes));
    assertThat(in(() -> Deferred.succeeded(logged[0]))).isEqualTo(2L * bytes.length);
  }
}
