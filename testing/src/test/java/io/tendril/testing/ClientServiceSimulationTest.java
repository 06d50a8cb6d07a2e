package io.tendril.testing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ClientService;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A service that keeps a connection, on a network and to a host that do not: there is never more
 * than one connection, there is one again when there can be, whoever waits is answered, and nothing
 * is left of it when it has stopped.
 */
class ClientServiceSimulationTest {
  private static final ProtocolFactory<Protocol> ECHO =
      Protocol.onData((transport, data) -> transport.write(data));

  /** Says something each half second, and gives up when nothing came back for five seconds. */
  private final class Uplink implements Protocol {
    private final Transport transport;
    private boolean made;
    private boolean lost;
    private long heardAt;

    Uplink(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void connectionMade() {
      assertThat(made).isFalse();
      made = true;
      open++;
      heardAt = transport.reactor().clock().nanoTime();
      beat();
    }

    private void beat() {
      if (transport.reactor().clock().nanoTime() - heardAt > ofSeconds(5).toNanos()) {
        transport.abortConnection();
        return;
      }
      transport.write(new byte[] {1});
      var _ = transport.callLater(ofMillis(500), this::beat);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      data.position(data.limit());
      heardAt = transport.reactor().clock().nanoTime();
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      assertThat(made && !lost).isTrue();
      lost = true;
      open--;
    }
  }

  private int open;
  private int waiting;
  private final List<Object> told = new ArrayList<>();

  private void ask(ClientService<Uplink> service, int mostFailures) {
    waiting++;
    var _ =
        service
            .whenConnected(mostFailures)
            .handle((uplink, failure) -> {
              waiting--;
              if (uplink != null) {
                assertThat(uplink.made).isTrue();
                assertThat(uplink.lost).isFalse();
              }
              return told.add(uplink != null ? uplink : failure);
            });
  }

  private ClientService<Uplink> start(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    net.link(server, client)
        .latency(ofMillis(1), ofMillis(200))
        .loss(0.02)
        .resets(0.002)
        .refusals(0.2)
        .partitions();
    net.network().unknownNames(0.1);
    server.run(reactor -> reactor.listen("tcp:7", ECHO));
    server.crashes();
    var service = ClientService.of("tcp:server:7", Uplink::new);
    client.pauses();
    net.always("one connection at most", () -> open == 0 || open == 1);
    client.run(reactor -> {
      askNowAndThen(net, reactor, service);
      return service.start(reactor);
    });
    return service;
  }

  private void askNowAndThen(Simulation net, Reactor reactor, ClientService<Uplink> service) {
    var _ =
        reactor.callLater(
            ofMillis(1 + net.random().nextInt(20_000)),
            () -> {
              ask(service, net.random().nextBoolean() ? 1 + net.random().nextInt(3) : 1_000_000);
              if (told.size() + waiting < 30) {
                askNowAndThen(net, reactor, service);
              }
            });
  }

  @SimulationTest(
      seeds = 100,
      expect = {
        Fault.RESET,
        Fault.REFUSAL,
        Fault.KILL,
        Fault.POWER_LOSS,
        Fault.PARTITION,
        Fault.UNKNOWN_NAME,
        Fault.PAUSE
      })
  void isConnectedAgainWhenThatIsPossible(Simulation net) {
    var service = start(net);
    net.runFor(ofMinutes(5));
    net.heal();
    net.runFor(ofMinutes(3));
    assertThat(open).as("a minute at most, and a quarter, is between two attempts").isEqualTo(1);
    assertThat(waiting).isZero();
    assertThat(told).hasSizeGreaterThan(5);
    stop(net, service);
    assertThat(open).isZero();
    end(net);
  }

  @SimulationTest(seeds = 100)
  void stopsInAnyState(Simulation net) {
    var service = start(net);
    net.runFor(ofMillis(net.random().nextInt(30_000)));
    var reactor = net.host("client").reactor();
    List<Deferred<Void>> stopping = new ArrayList<>();
    var order = new ArrayList<String>();
    reactor.execute(() -> {
      ask(service, 1_000_000);
      stopping.add(service.stop());
      if (net.random().nextBoolean()) {
        stopping.add(service.stop());
      }
      stopping.forEach(each -> each.thenRun(() -> order.add("stopped")).exceptionally(_ -> null));
    });
    net.runFor(ofSeconds(40)); // it may stand still meanwhile
    assertThat(order).hasSameSizeAs(stopping);
    assertThat(open).isZero();
    assertThat(waiting).isZero();
    int before = told.size();
    @Nullable Object last = before == 0 ? null : told.getLast();
    assertThat(last).isInstanceOfAny(CancellationException.class, Uplink.class);
    net.heal();
    net.runFor(ofMinutes(2));
    assertThat(open).as("it has stopped").isZero();
    net.runFor(ofMinutes(10)); // who asks now and then has asked
    end(net);
  }

  /** Stopped and started again at any moment, it is in the end what it was told last. */
  @SimulationTest(seeds = 100)
  void startsAndStopsAgainAndAgain(Simulation net) {
    var service = start(net);
    var reactor = net.host("client").reactor();
    for (int i = 0; i < 10; i++) {
      net.runFor(ofMillis(net.random().nextInt(5_000)));
      stop(net, service);
      assertThat(open).isZero();
      reactor.execute(() -> {
        var _ = service.start(reactor);
      });
    }
    net.heal();
    net.runFor(ofMinutes(3));
    assertThat(open).isEqualTo(1);
    stop(net, service);
    assertThat(open).isZero();
    net.runFor(ofMinutes(10)); // who asks now and then has asked
    assertThat(waiting).isZero();
    end(net);
  }

  private static void end(Simulation net) {
    net.host("server").kill();
    net.runFor(ofSeconds(5));
    net.assertNothingLeft();
  }

  private static void stop(Simulation net, ClientService<Uplink> service) {
    var stopped = new ArrayList<String>();
    net.host("client")
        .reactor()
        .execute(() -> {
          var _ = service.stop().thenRun(() -> stopped.add("stopped"));
        });
    assertThat(net.runUntil(() -> !stopped.isEmpty(), ofSeconds(60))).isTrue();
  }
}
