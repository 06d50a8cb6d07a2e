package io.tendril.testing.tls;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Transport;
import io.tendril.core.endpoint.TcpClientEndpoint;
import io.tendril.core.endpoint.TcpServerEndpoint;
import io.tendril.core.endpoint.TlsClientEndpoint;
import io.tendril.core.endpoint.TlsServerEndpoint;
import io.tendril.testing.MemoryHost;
import io.tendril.testing.Simulation;
import io.tendril.testing.SimulationTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * TLS in TLS over links that take their time. The end of the inner layer is there before that of
 * the outer one, whose close_notify is octets to what lies below it.
 */
class TlsInTlsSimulationTest {
  private static final byte[] QUESTION = new byte[3_000];
  private static final byte[] ANSWER = new byte[150_000];

  /** Answers when the question has come to its end, and closes. */
  private static final class Answering extends Talker {
    Answering(Transport transport) {
      super(transport, null);
    }

    @Override
    public boolean endReceived() {
      assertThat(bytes()).hasSameSizeAs(QUESTION);
      transport.write(ByteBuffer.wrap(ANSWER));
      return false;
    }
  }

  private static final class Asking extends Talker {
    private final boolean leaves;

    Asking(Transport transport, boolean leaves) {
      super(transport, null);
      this.leaves = leaves;
    }

    @Override
    public void connectionMade() {
      transport.write(ByteBuffer.wrap(QUESTION));
      if (leaves) {
        transport.loseConnection();
      } else {
        transport.shutdownOutput();
      }
    }
  }

  private final List<Talker> servers = new ArrayList<>();
  private final List<Talker> clients = new ArrayList<>();

  private void converse(Simulation net, boolean leaves) {
    MemoryHost server = net.host("server");
    MemoryHost client = net.host("client");
    net.link(server, client).latency(ofMillis(5), ofMillis(80));
    server.run(reactor ->
        reactor.listen(
            TlsServerEndpoint.over(
                TlsServerEndpoint.over(TcpServerEndpoint.port(443), Certificates.SERVER),
                Certificates.SERVER),
            transport -> {
              var talker = new Answering(transport);
              servers.add(talker);
              return talker;
            }));
    client.run(reactor ->
        TlsClientEndpoint.over(
                TlsClientEndpoint.over(TcpClientEndpoint.to("server", 443), Certificates.CLIENT),
                Certificates.CLIENT)
            .connect(reactor, transport -> new Asking(transport, leaves))
            .thenAccept(clients::add));
    net.runFor(ofMinutes(2));
    assertThat(servers).singleElement().satisfies(talker -> assertClean(talker));
    assertThat(clients).singleElement().satisfies(talker -> assertClean(talker));
    server.kill();
    net.assertNothingLeft();
  }

  private static void assertClean(Talker talker) {
    assertThat(talker.lost).isNotNull();
    assertThat(talker.lost.isClean()).as(String.valueOf(talker.lost)).isTrue();
  }

  @SimulationTest(seeds = 200)
  void theLastBytesArriveThoughTheOuterEndComesLater(Simulation net) {
    converse(net, /* leaves= */ false);
    assertThat(clients.getFirst().bytes()).hasSameSizeAs(ANSWER);
  }

  @SimulationTest(seeds = 200)
  void bothMayCloseAtAnyTime(Simulation net) {
    converse(net, /* leaves= */ true);
  }
}
