package io.tendril.testing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What can happen to hosts and links, and what protocols see of it. */
class HostFaultsTest {
  private static final ProtocolFactory<Protocol> ECHO =
      Protocol.onData((transport, data) -> transport.write(data));

  /** Writes down what it sees; sends a byte when told to. */
  private static final class Watching implements Protocol {
    final Transport transport;
    final List<String> seen = new ArrayList<>();
    int bytes;
    long lastAt;

    Watching(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      bytes += data.remaining();
      data.position(data.limit());
      lastAt = transport.reactor().clock().nanoTime();
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      seen.add(reason.getClass().getSimpleName() + " " + reason.getMessage());
    }

    void send(int count) {
      transport.write(new byte[count]);
    }
  }

  private static Watching connected(Simulation net, MemoryHost server, MemoryHost client) {
    return connected(net, server, client, "tcp:server:7");
  }

  private static Watching connected(
      Simulation net, MemoryHost server, MemoryHost client, String endpoint) {
    server.run(reactor -> reactor.listen("tcp:7", ECHO));
    var made = new ArrayList<Watching>();
    client.run(reactor -> reactor.connect(endpoint, Watching::new).thenAccept(made::add));
    assertThat(net.runUntil(() -> !made.isEmpty(), ofSeconds(20))).isTrue();
    return made.getFirst();
  }

  @SimulationTest(
      seeds = 10,
      expect = {Fault.KILL})
  void aProgramThatIsKilledEndsItsConnections(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    Watching watching = connected(net, server, client);
    server.kill();
    net.runFor(ofSeconds(5));
    assertThat(watching.seen).hasSize(1);
    assertThat(failureOfConnecting(net, client)).isInstanceOf(ConnectFailed.Refused.class);
    server.restart();
    assertThat(failureOfConnecting(net, client)).isNull();
  }

  private static Throwable failureOfConnecting(Simulation net, MemoryHost client) {
    var outcome = new ArrayList<Throwable>();
    var reactor = client.reactor();
    reactor.execute(() -> {
      var _ =
          reactor
              .connect("tcp:server:7", Watching::new)
              .handle((_, failure) -> outcome.add(failure));
    });
    assertThat(net.runUntil(() -> !outcome.isEmpty(), ofMinutes(2))).isTrue();
    return outcome.getFirst();
  }

  @SimulationTest(
      seeds = 10,
      expect = {Fault.POWER_LOSS})
  void aHostThatLosesPowerTellsNobody(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    Watching watching = connected(net, server, client);
    server.powerOff();
    net.runFor(ofMinutes(10));
    assertThat(watching.seen).isEmpty();
    assertThat(failureOfConnecting(net, client)).isInstanceOf(ConnectFailed.TimedOut.class);

    server.restart();
    net.runFor(ofMinutes(10));
    assertThat(watching.seen).as("half open").isEmpty();
    client.reactor().execute(() -> watching.send(1));
    net.runFor(ofSeconds(5));
    assertThat(watching.seen).singleElement().asString().startsWith("Lost ").contains("reset");
  }

  @SimulationTest(seeds = 10)
  void probesFindOutThatAHostHasLostPower(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    Watching watching =
        connected(
            net,
            server,
            client,
            "tcp:server:7:keepalive-idle=60:keepalive-interval=10:keepalive-count=3");
    net.runFor(ofMinutes(10));
    assertThat(watching.seen).as("all is well").isEmpty();
    server.powerOff();
    if (net.seed() % 2 == 0) {
      net.runFor(ofSeconds(100));
      assertThat(watching.seen).singleElement().asString().contains("timed out");
    } else {
      server.restart();
      net.runFor(ofSeconds(80));
      assertThat(watching.seen).singleElement().asString().contains("reset");
    }
  }

  @SimulationTest(seeds = 5)
  void whatAHostWithoutPowerIsSentIsSentAgainUntilItIsBack(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    Watching watching = connected(net, server, client);
    server.powerOff();
    client.reactor().execute(() -> watching.send(1));
    net.runFor(ofSeconds(20));
    assertThat(watching.seen).isEmpty();
    server.restart();
    net.runFor(ofSeconds(60));
    assertThat(watching.seen).singleElement().asString().contains("reset");
  }

  @SimulationTest(
      seeds = 10,
      expect = {Fault.PAUSE})
  void aProgramThatStandsStillAnswersLater(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    Watching watching = connected(net, server, client);
    long start = net.clock().nanoTime();
    server.pause(ofSeconds(3));
    client.reactor().execute(() -> watching.send(200_000));
    net.runFor(ofSeconds(2));
    assertThat(watching.bytes).isZero();
    assertThat(watching.transport.outboundBytes()).as("a slow reader").isBetween(60_000L, 120_000L);
    net.runFor(ofSeconds(2));
    assertThat(watching.bytes).isEqualTo(200_000);
    assertThat(watching.lastAt - start).isGreaterThanOrEqualTo(ofSeconds(3).toNanos());
  }

  @SimulationTest(
      seeds = 30,
      expect = {Fault.KILL, Fault.POWER_LOSS, Fault.PAUSE, Fault.UNKNOWN_NAME})
  void hostsCrashAndComeBackByThemselves(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    net.link(server, client).latency(ofMillis(1), ofMillis(10));
    net.network().unknownNames(0.05);
    var starts = new ArrayList<Duration>();
    server.run(reactor -> {
      starts.add(Duration.ofNanos(net.clock().nanoTime()));
      return reactor.listen("tcp:7", ECHO);
    });
    server.crashes().pauses();
    client.pauses();
    var connected = new ArrayList<Watching>();
    client.run(reactor -> {
      connectAgain(client, connected);
      return Deferred.done();
    });
    net.runFor(ofMinutes(5));
    assertThat(starts.size()).isGreaterThan(1);
    assertThat(connected).hasSizeGreaterThan(50);
    net.heal();
    net.runFor(ofSeconds(40));
    int before = connected.size();
    net.runFor(ofSeconds(10));
    assertThat(connected).hasSizeGreaterThan(before + 5);
  }

  @SimulationTest(seeds = 100)
  void aHostThatTheTestKillsStaysDownWhateverElseHappensToIt(Simulation net) {
    var server = net.host("server");
    var starts = new ArrayList<Duration>();
    server.run(reactor -> {
      starts.add(Duration.ofNanos(net.clock().nanoTime()));
      return Deferred.done();
    });
    server.crashes();
    net.runFor(ofMillis(net.random().nextInt(120_000)));
    server.kill();
    int before = starts.size();
    net.runFor(ofMinutes(10));
    assertThat(starts).hasSize(before);
    server.restart();
    net.runFor(ofMillis(1));
    assertThat(starts).hasSize(before + 1);
  }

  private static void connectAgain(MemoryHost client, List<Watching> connected) {
    var reactor = client.reactor();
    reactor
        .connect("tcp:server:7", Watching::new)
        .thenAccept(connected::add)
        .exceptionally(ConnectFailed.class, _ -> null)
        .thenCompose(_ -> reactor.after(ofSeconds(1)))
        .thenRun(() -> connectAgain(client, connected))
        .exceptionally(_ -> null);
  }

  @SimulationTest(seeds = 5)
  void aClockThatGoesWrongIsThatOfItsHostOnly(Simulation net) {
    var fast = net.host("fast");
    var slow = net.host("slow");
    fast.clockRate(1.5);
    slow.clockRate(0.5);
    var log = new ArrayList<String>();
    for (var host : List.of(fast, slow)) {
      host.run(reactor -> {
        long start = reactor.clock().nanoTime();
        return reactor
            .after(ofSeconds(3))
            .thenRun(() -> {
              log.add(host.name() + " " + net.clock().nanoTime() / 1_000_000);
              assertThat(reactor.clock().nanoTime() - start)
                  .isCloseTo(ofSeconds(3).toNanos(), within(1_000L));
            });
      });
    }
    net.runFor(ofSeconds(7));
    assertThat(log).containsExactly("fast 2000", "slow 6000");
  }

  @SimulationTest(
      seeds = 3,
      expect = {Fault.CLOCK_JUMP})
  void aWallClockJumpsAndTimersDoNot(Simulation net) {
    var host = net.host("one");
    var log = new ArrayList<String>();
    host.run(reactor -> reactor.after(ofSeconds(3)).thenRun(() -> log.add("three")));
    var before = host.reactor().clock().now();
    host.jumpClock(ofMinutes(60));
    assertThat(Duration.between(before, host.reactor().clock().now())).isEqualTo(ofMinutes(60));
    assertThat(Duration.between(before, net.host("other").reactor().clock().now())).isZero();
    net.runFor(ofSeconds(2));
    assertThat(log).isEmpty();
    net.runFor(ofSeconds(1));
    assertThat(log).hasSize(1);
  }

  @SimulationTest(seeds = 5)
  void blockingCallsTakeAsLongAsIsSaid(Simulation net) {
    var host = net.host("one");
    host.blockingTakes(ofSeconds(1), ofSeconds(2));
    var took = new ArrayList<Long>();
    host.run(reactor ->
        reactor
            .deferToThread(() -> "done")
            .thenAccept(_ -> took.add(net.clock().nanoTime() / 1_000_000)));
    net.runFor(ofSeconds(3));
    assertThat(took).singleElement().satisfies(ms -> assertThat(ms).isBetween(1_000L, 2_000L));
  }

  // ---- Links ----------------------------------------------------------------------------------

  @SimulationTest(seeds = 5)
  void bandwidthDelaysWhatIsMuch(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    net.link(server, client).bandwidth(100_000);
    Watching watching = connected(net, server, client);
    long start = net.clock().nanoTime();
    client.reactor().execute(() -> watching.send(200_000));
    assertThat(net.runUntil(() -> watching.bytes == 200_000, ofMinutes(1))).isTrue();
    assertThat(Duration.ofNanos(watching.lastAt - start)).isBetween(ofSeconds(2), ofSeconds(5));
  }

  @SimulationTest(
      seeds = 10,
      expect = {Fault.PARTITION})
  void aLinkThatIsCutOneWayCarriesTheOther(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    Watching watching = connected(net, server, client);
    net.link(client, server).cutFrom(server);
    client.reactor().execute(() -> watching.send(10));
    net.runFor(ofSeconds(10));
    assertThat(watching.bytes).isZero();
    assertThat(net.timeline()).anyMatch(line -> line.matches(".*server:7 has \\d+ bytes.*"));
    net.link(client, server).mend();
    net.runFor(ofMinutes(1));
    assertThat(watching.bytes).isEqualTo(10);
  }

  @SimulationTest(
      seeds = 50,
      expect = {Fault.RESET, Fault.REFUSAL, Fault.STALL})
  void connectionsAreResetAnywhereAndRefused(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    net.link(server, client).latency(ofMillis(1), ofMillis(5)).resets(0.05).refusals(0.3).stalls();
    server.run(reactor -> reactor.listen("tcp:7", ECHO));
    var connected = new ArrayList<Watching>();
    client.run(reactor -> {
      connectAgain(client, connected);
      return Deferred.done();
    });
    net.runFor(ofSeconds(20));
    var busy = List.copyOf(connected);
    for (Watching watching : busy) {
      client.reactor().execute(() -> watching.send(20_000));
    }
    net.runFor(ofSeconds(20));
    for (Watching watching : busy) {
      boolean whole = watching.bytes == 20_000 && watching.seen.isEmpty();
      assertThat(whole || watching.seen.size() == 1).isTrue();
    }
  }

  @SimulationTest(
      seeds = 5,
      expect = {Fault.NO_DESCRIPTORS})
  void aHostRunsOutOfDescriptors(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    Watching watching = connected(net, server, client);
    client.limitDescriptors(1);
    assertThat(failureOfConnecting(net, client))
        .isInstanceOf(ConnectFailed.class)
        .hasMessageContaining("Too many open files");
    assertThat(watching.seen).isEmpty();
  }
}
