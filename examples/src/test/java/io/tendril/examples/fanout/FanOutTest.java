package io.tendril.examples.fanout;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tendril.core.ClientService;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.framing.LineProtocol;
import io.tendril.testing.Fault;
import io.tendril.testing.MemoryHost;
import io.tendril.testing.Simulation;
import io.tendril.testing.SimulationTest;
import java.util.ArrayList;
import java.util.List;

/**
 * What a message costs between many gateways: with members spread at random, a room of s members is
 * on g (1 - (1 - 1/g)^s) of g gateways, and that is how often the bus has to send what is said in
 * it. docs/scale.md reckons with that.
 */
class FanOutTest {
  private final Bus bus = new Bus();
  private final List<Gateway> gateways = new ArrayList<>();
  private final List<MemoryHost> hosts = new ArrayList<>();
  private final List<Person> people = new ArrayList<>();
  private final List<ClientService<Person>> visits = new ArrayList<>();

  /** Somebody in a room, who counts what is said there. */
  private final class Person extends LineProtocol {
    private final String room;
    private int heard;

    Person(Transport transport, String room) {
      super(transport);
      this.room = room;
    }

    @Override
    public void connectionMade() {
      people.add(this);
      writeLine("join " + room);
    }

    @Override
    protected void lineReceived(String line) {
      assertThat(line).startsWith(room + " ");
      heard++;
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      people.remove(this);
    }
  }

  /** Somebody who says one thing, and notes when the connection is gone. */
  private static final class Stranger extends LineProtocol {
    private final String line;
    private final List<String> gone;

    Stranger(Transport transport, String line, List<String> gone) {
      super(transport);
      this.line = line;
      this.gone = gone;
    }

    @Override
    public void connectionMade() {
      writeLine(line);
    }

    @Override
    protected void lineReceived(String answer) {
      throw new AssertionError(answer);
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      gone.add(line);
    }
  }

  private void serve(Simulation net, int count) {
    MemoryHost middle = net.host("bus");
    middle.run(reactor -> reactor.listen("tcp:7000", bus.factory()));
    for (int i = 0; i < count; i++) {
      int number = i;
      MemoryHost host = net.host("gateway" + i);
      net.link(host, middle).latency(ofMillis(1));
      gateways.add(new Gateway("tcp:bus:7000"));
      host.run(reactor -> {
        gateways.set(number, new Gateway("tcp:bus:7000"));
        return gateways.get(number).start(reactor, "tcp:7001");
      });
      hosts.add(host);
    }
  }

  /** Has people come to any of the gateways, and come back to it when it is gone. */
  private void visit(Simulation net, int rooms, int each) {
    MemoryHost homes = net.host("homes");
    for (MemoryHost host : hosts) {
      net.link(homes, host).latency(ofMillis(5), ofMillis(20));
    }
    homes.run(reactor -> {
      for (int i = 0; i < rooms * each; i++) {
        visit(reactor, "room" + i % rooms, net.random().nextInt(gateways.size()));
      }
      return Deferred.succeeded(null);
    });
  }

  private void visit(Reactor reactor, String room, int gateway) {
    var visit =
        ClientService.of(
            "tcp:gateway" + gateway + ":7001", transport -> new Person(transport, room));
    visit.runIn(reactor);
    visits.add(visit);
  }

  private void everybodySays(Simulation net, String text) {
    net.host("homes").reactor().execute(() -> people.forEach(each -> each.writeLine(text)));
  }

  private long heard() {
    return people.stream().mapToLong(each -> each.heard).sum();
  }

  @SimulationTest(seeds = 5)
  void aMessageIsSentOnceToEachGatewayThatHasAMember(Simulation net) {
    int count = 8;
    int rooms = 20;
    int each = 10;
    serve(net, count);
    visit(net, rooms, each);
    net.runFor(ofSeconds(5));
    assertThat(people).hasSize(rooms * each);
    everybodySays(net, "say hello");
    net.runFor(ofSeconds(5));
    long said = (long) rooms * each;
    assertThat(bus.published()).isEqualTo(said);
    assertThat(heard()).isEqualTo(said * each);
    assertThat(gateways.stream().mapToLong(Gateway::delivered).sum()).isEqualTo(said * each);
    assertThat(gateways.stream().mapToLong(Gateway::heard).sum()).isEqualTo(bus.forwarded());
    double reckoned = count * (1 - Math.pow(1 - 1.0 / count, each));
    assertThat((double) bus.forwarded() / said).isCloseTo(reckoned, within(0.35));
  }

  @SimulationTest(seeds = 5, expect = Fault.KILL)
  void whoWasOnAGatewayThatDiesHearsAgainWhenItIsBack(Simulation net) {
    serve(net, 4);
    visit(net, 5, 8);
    net.runFor(ofSeconds(5));
    hosts.get(0).kill();
    net.runFor(ofSeconds(1));
    int left = people.size();
    assertThat(left).isLessThan(40);
    hosts.get(0).restart();
    net.runFor(ofSeconds(30));
    assertThat(people).hasSize(40);
    everybodySays(net, "say again");
    net.runFor(ofSeconds(5));
    assertThat(heard()).isEqualTo(40 * 8);
  }

  @SimulationTest(seeds = 2)
  void whoTalksNonsenseIsShownOut(Simulation net) {
    serve(net, 1);
    MemoryHost homes = net.host("homes");
    List<String> gone = new ArrayList<>();
    for (String line : List.of("say hello", "join", "join +room", "join a b", "what?")) {
      homes.run(reactor ->
          reactor.connect("tcp:gateway0:7001", transport -> new Stranger(transport, line, gone)));
    }
    net.runFor(ofSeconds(5));
    assertThat(gone).hasSize(5);
    assertThat(bus.published()).isZero();
  }
}
