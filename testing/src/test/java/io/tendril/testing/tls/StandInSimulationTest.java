package io.tendril.testing.tls;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.ReactorEvent;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.TcpClientEndpoint;
import io.tendril.core.endpoint.TcpServerEndpoint;
import io.tendril.core.endpoint.TlsClientEndpoint;
import io.tendril.core.endpoint.TlsServerEndpoint;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import io.tendril.testing.Simulation;
import io.tendril.testing.SimulationTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** TLS in simulations: programs as they are, on the stand-in. */
class StandInSimulationTest {
  private static final int SIZE = 50_000;

  /** Sends back what it hears, and closes after the end of it. */
  private static final class Echo extends Talker {
    Echo(Transport transport) {
      super(transport, null);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      transport.write(data);
    }
  }

  /** Sends much, and keeps a diary. */
  private final class Asking extends Talker {
    Asking(Transport transport) {
      super(transport, null);
      diary.add("session " + transport.query(TlsSession.class).cipherSuite());
    }

    @Override
    public void connectionMade() {
      transport.write(ByteBuffer.wrap(new byte[SIZE]));
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      diary.add(transport.reactor().clock().nanoTime() + ": " + data.remaining());
      super.dataReceived(data);
      if (bytes().length == SIZE) {
        transport.loseConnection();
      }
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      super.connectionLost(reason);
      diary.add("lost: " + reason.getClass().getSimpleName());
    }
  }

  private final List<String> diary = new ArrayList<>();

  private void converse(Simulation net, TlsOptions with) {
    var server = net.host("server");
    var client = net.host("client");
    net.link(server, client).latency(ofMillis(5), ofMillis(80));
    server.run(reactor ->
        reactor.listen(
            TlsServerEndpoint.over(TcpServerEndpoint.port(443), Certificates.SERVER), Echo::new));
    client.run(reactor -> {
      reactor.observe(event -> {
        if (event instanceof ReactorEvent.Chosen chosen) {
          diary.add(chosen.toString());
        }
      });
      return TlsClientEndpoint.over(TcpClientEndpoint.to("server", 443), with)
          .connect(reactor, Asking::new)
          .thenAccept(_ -> {})
          .exceptionally(
              ConnectFailed.class,
              failure -> {
                diary.add(String.valueOf(failure.getMessage()));
                return null;
              });
    });
    net.runFor(ofMinutes(2));
  }

  @SimulationTest(seeds = 50)
  void speaksOnABadNetwork(Simulation net) {
    converse(net, Certificates.CLIENT);
    assertThat(diary)
        .anyMatch(line -> line.contains("stand-in"))
        .contains("session TLS_NULL_WITH_NULL_NULL", "lost: Done");
  }

  @SimulationTest(seeds = 10)
  void verifiesByTheRulesOfEveryEngine(Simulation net) {
    converse(net, Certificates.client("elsewhere.test"));
    assertThat(diary)
        .anyMatch(line -> line.contains("it is not for 'elsewhere.test' but for server.test"));
  }

  @Test
  void theSameSeedIsTheSameRun() {
    var runs = new ArrayList<List<String>>();
    for (int i = 0; i < 2; i++) {
      diary.clear();
      try (var net = new Simulation(7)) {
        converse(net, Certificates.CLIENT);
      }
      runs.add(List.copyOf(diary));
    }
    assertThat(runs.getFirst()).contains("lost: Done").isEqualTo(runs.getLast());
  }
}
