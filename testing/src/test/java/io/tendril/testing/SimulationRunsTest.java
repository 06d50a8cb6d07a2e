package io.tendril.testing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.DatagramProtocol;
import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import io.tendril.core.framing.LineProtocol;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationRunsTest {
  private static final ProtocolFactory<Protocol> ECHO =
      Protocol.onData((transport, data) -> transport.write(data));

  /** Sends a line when the one before has come back. */
  private static final class Asking extends LineProtocol {
    private final List<String> log;
    private int next;

    Asking(Transport transport, List<String> log) {
      super(transport);
      this.log = log;
    }

    @Override
    public void connectionMade() {
      writeLine("line " + next++);
    }

    @Override
    protected void lineReceived(String line) {
      log.add(line + " at " + transport().reactor().clock().nanoTime());
      if (next < 10) {
        writeLine("line " + next++);
      } else {
        transport().loseConnection();
      }
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      log.add(reason.getMessage());
    }
  }

  @Test
  void aSocketThatNobodyHoldsIsLeftBehind() throws IOException {
    try (var net = new Simulation(1)) {
      var reactor = net.host("here").reactor();
      var address = new InetSocketAddress(MemoryHost.LOOPBACK, 7);
      var socket =
          net.network().engineOf(reactor).listen(address, SocketSettings.defaults(), (_, _) -> {});
      assertThatThrownBy(net::assertNothingLeft)
          .hasMessageContaining("left behind at host 'here': sockets of [/127.0.0.1:7]");
      reactor.stop();
      net.runFor(ofSeconds(1));
      assertThatThrownBy(net::assertNothingLeft).hasMessageContaining("/127.0.0.1:7");
      socket.close();
    }
  }

  @Test
  void aCallThatIsNotAnsweredIsAConnectionLeftBehind() {
    try (var net = new Simulation(1)) {
      var pending = new ArrayList<Deferred<?>>();
      net.host("here")
          .run(reactor -> {
            pending.add(reactor.connect("tcp:192.0.2.1:80", ECHO).exceptionally(_ -> null));
            return Deferred.done();
          });
      assertThatThrownBy(net::assertNothingLeft)
          .hasMessageContaining("a connection that is being made: connecting to 192.0.2.1:80");
      net.runFor(ofMinutes(1));
      net.assertNothingLeft();
    }
  }

  private static List<String> conversation(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    net.link(server, client).latency(ofMillis(5), ofMillis(80)).loss(0.05).partitions();
    server.run(reactor -> reactor.listen("tcp:8007", ECHO));
    List<String> log = new ArrayList<>();
    client.run(reactor -> reactor.connect("tcp:server:8007", t -> new Asking(t, log)));
    net.runFor(ofMinutes(5));
    return log;
  }

  @SimulationTest(seeds = 50)
  void aConversationSurvivesABadNetwork(Simulation net) {
    List<String> log = conversation(net);
    assertThat(log).hasSize(11);
    assertThat(log.getLast()).endsWith("closed");
    for (int i = 0; i < 10; i++) {
      assertThat(log.get(i)).startsWith("line " + i + " at ");
    }
  }

  @SimulationTest(seeds = 20)
  void theSameSeedIsTheSameRun(Simulation net) {
    List<String> log = conversation(net);
    try (var again = new Simulation(net.seed());
        var other = new Simulation(net.seed() + 1)) {
      assertThat(conversation(again)).isEqualTo(log);
      assertThat(conversation(other)).isNotEqualTo(log);
    }
  }

  @SimulationTest(seeds = 20)
  void datagramsAreLostAndLate(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    net.link(server, client).latency(ofMillis(1), ofMillis(100)).loss(0.3);
    List<Integer> heard = new ArrayList<>();
    server.run(reactor ->
        reactor.bindDatagram(
            "udp:53", transport -> (DatagramProtocol) (data, from) -> heard.add(data.getInt())));
    client.run(reactor ->
        reactor.connectDatagram("udp:server:53", t -> new Counting(t)).thenAccept(Counting::send));
    net.runFor(ofSeconds(10));
    assertThat(heard).hasSizeBetween(40, 90).doesNotHaveDuplicates();
    assertThat(heard).isNotEqualTo(heard.stream().sorted().toList());
  }

  private record Counting(io.tendril.core.DatagramTransport transport) implements DatagramProtocol {
    void send() {
      for (int i = 0; i < 100; i++) {
        transport.send(ByteBuffer.allocate(4).putInt(i).flip());
      }
    }

    @Override
    public void datagramReceived(ByteBuffer data, java.net.InetSocketAddress from) {}
  }

  @SimulationTest(seeds = 5)
  void namesOfHostsResolve(Simulation net) {
    net.host("server", "10.1.0.1", "fd00::1").run(reactor -> reactor.listen("tcp:80", ECHO));
    List<String> log = new ArrayList<>();
    net.host("client", "10.1.0.2", "fd00::2")
        .run(reactor ->
            reactor
                .connect("tcp:nowhere:80", ECHO)
                .<Object>thenApply(protocol -> protocol)
                .exceptionally(
                    ConnectFailed.UnknownHost.class, failure -> log.add(failure.getMessage())));
    net.runFor(ofSeconds(1));
    assertThat(log).singleElement().asString().contains("nowhere").contains("unknown host");
  }

  @SimulationTest(seeds = 3)
  void aHostStartsAgain(Simulation net) {
    var server = net.host("server");
    server.run(reactor -> reactor.listen("tcp:80", ECHO));
    server.reactor().stop();
    net.runFor(ofSeconds(1));
    server.run(reactor -> reactor.listen("tcp:80", ECHO));
    List<String> log = new ArrayList<>();
    net.host("client").run(r -> r.connect("tcp:server:80", t -> new Asking(t, log)));
    net.runFor(ofSeconds(10));
    assertThat(log).hasSize(11);
  }

  @SimulationTest(seed = {7, 8})
  void runsTheSeedsThatItIsGiven(Simulation net) {
    assertThat(net.seed()).isIn(7L, 8L);
  }

  @SimulationTest(seeds = 3)
  void anExpectedFailureIsNone(Simulation net) {
    net.expectFailure(IllegalStateException.class);
    net.host("one").run(reactor -> Deferred.failed(new IllegalStateException("as expected")));
    net.runFor(ofSeconds(1));
  }

  @Test
  void aFailureOfAProgramComesOut() {
    var net = new Simulation(1);
    assertThatThrownBy(
            () -> net.host("one").run(_ -> Deferred.failed(new IllegalStateException("no"))))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the program of host 'one' failed")
        .hasRootCauseMessage("no");
  }

  @Test
  void aFailureThatNobodyHandledComesOutAtTheEnd() {
    var net = new Simulation(1);
    net.host("one")
        .run(reactor -> {
          reactor
              .after(ofSeconds(1))
              .thenRun(() -> {
                throw new IllegalStateException("unnoticed");
              });
          return Deferred.done();
        });
    net.runFor(ofSeconds(2));
    assertThatThrownBy(net::close)
        .hasMessageContaining("nobody handled it")
        .hasRootCauseMessage("unnoticed");
  }

  @Test
  void anExpectedFailureThatDoesNotComeIsOne() {
    var net = new Simulation(1);
    net.expectFailure(IllegalStateException.class);
    assertThatThrownBy(net::close).hasMessageContaining("none was reported");
  }
}
