package io.tendril.cli;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import io.tendril.testing.Fault;
import io.tendril.testing.Simulation;
import io.tendril.testing.SimulationTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code tendril portforward} with several targets, of which some come and go. */
class BalancingSimulationTest {
  private static final List<String> SERVERS = List.of("one", "two", "three");

  private final Map<String, Integer> served = new TreeMap<>();
  private final List<String> said = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private final List<String> heard = new ArrayList<>();
  private int broken;

  /** Says its host's name, and hangs up. */
  private final class Server implements Protocol {
    private final Transport transport;
    private final String name;

    Server(Transport transport, String name) {
      this.transport = transport;
      this.name = name;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      data.position(data.limit());
      served.merge(name, 1, Integer::sum);
      transport.write(name);
      transport.loseConnection();
    }
  }

  /** Asks for the name. */
  private final class Client implements Protocol {
    private final Transport transport;
    private final StringBuilder name = new StringBuilder();

    Client(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void connectionMade() {
      transport.write("who?");
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      while (data.hasRemaining()) {
        name.append((char) data.get());
      }
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      if (SERVERS.contains(name.toString())) {
        heard.add(name.toString());
      } else {
        broken++;
      }
    }
  }

  private void start(Simulation net) {
    var proxy = net.host("proxy");
    for (String name : SERVERS) {
      net.host(name).run(reactor -> reactor.listen("tcp:7", t -> new Server(t, name)));
      net.link(proxy, net.host(name)).latency(ofMillis(1), ofMillis(5));
    }
    net.link(proxy, net.host("client")).latency(ofMillis(1), ofMillis(5));
    proxy.run(reactor -> {
      var targets =
          Targets.of(
              SERVERS.stream().map(name -> "tcp:" + name + ":7:timeout=2").toList(),
              Balance.ROUND_ROBIN);
      var checks = new HealthChecks(ofSeconds(2), ofSeconds(1), said::add);
      checks.start(reactor, targets);
      return reactor.listen("tcp:80", new Forwarding(targets, checks, line -> log.add(line.get())));
    });
  }

  private void ask(Simulation net, int times) {
    for (int i = 0; i < times; i++) {
      net.after(
          ofMillis(100L * i),
          () ->
              net.host("client")
                  .reactor()
                  .execute(() -> {
                    var _ =
                        net.host("client")
                            .reactor()
                            .connect("tcp:proxy:80", Client::new)
                            .exceptionally(ConnectFailed.class, _ -> null);
                  }));
    }
  }

  @SimulationTest(seeds = 20, expect = Fault.KILL)
  void whoIsDownIsLeftOutAndComesBack(Simulation net) {
    start(net);
    net.host("client").run(_ -> Deferred.done());
    net.runFor(ofSeconds(1));
    ask(net, 9);
    net.runFor(ofSeconds(5));
    assertThat(served.values()).containsExactly(3, 3, 3);

    net.host("two").kill();
    net.runFor(ofSeconds(8));
    assertThat(said).singleElement().asString().startsWith("tcp:two:7:timeout=2 is down: ");
    served.clear();
    ask(net, 10);
    net.runFor(ofSeconds(5));
    assertThat(served).containsOnlyKeys("one", "three");
    assertThat(served.values()).containsExactly(5, 5);

    net.host("two").restart();
    net.runFor(ofSeconds(5));
    assertThat(said).last().isEqualTo("tcp:two:7:timeout=2 is up again");
    served.clear();
    ask(net, 9);
    net.runFor(ofSeconds(5));
    assertThat(served.values()).containsExactly(3, 3, 3);
    assertThat(heard).hasSize(28);
    assertThat(broken).isZero();
  }

  @SimulationTest(seeds = 20, expect = Fault.KILL)
  void aConnectionGoesToTheNextWhenATargetIsNotThere(Simulation net) {
    start(net);
    net.host("client").run(_ -> Deferred.done());
    net.runFor(ofSeconds(1));
    net.host("one").kill();
    net.host("three").kill();
    ask(net, 10);
    net.runFor(ofSeconds(10));
    assertThat(served).containsOnly(Map.entry("two", 10));
    assertThat(heard).hasSize(10);
    assertThat(log).hasSize(10).allMatch(line -> line.contains(" to tcp:two:7"));
  }
}
