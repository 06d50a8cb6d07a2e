package io.tendril.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.DatagramTransport;
import io.tendril.testing.Fault;
import io.tendril.testing.MemoryHost;
import io.tendril.testing.Simulation;
import io.tendril.testing.SimulationTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Neighbours on a network that loses some of what they say. */
class NeighboursSimulationTest {
  private static final List<String> ALL =
      List.of("alice at 10.0.0.1", "bob at 10.0.0.2", "carol at 10.0.0.3");

  @SimulationTest(
      seeds = 50,
      expect = {Fault.LOSS, Fault.DUPLICATION, Fault.REORDERING})
  void allFindEachOtherAndMissWhoHasGone(Simulation net) {
    Map<String, Neighbours> neighbours = new TreeMap<>();
    List<MemoryHost> hosts = List.of(net.host("alice"), net.host("bob"), net.host("carol"));
    List<DatagramTransport> open = new ArrayList<>();
    for (MemoryHost host : hosts) {
      for (MemoryHost other : hosts) {
        if (host != other) {
          net.link(host, other).latency(ofMillis(1), ofMillis(50)).loss(0.1).duplication(0.1);
          net.link(host, other).reordering(0.1);
        }
      }
      host.run(reactor ->
          reactor
              .bindDatagram(
                  "udp:4711:group=239.255.71.7",
                  transport -> {
                    open.add(transport);
                    return new Neighbours(transport, host.name());
                  })
              .thenAccept(mine -> neighbours.put(host.name(), mine)));
    }
    net.runFor(ofSeconds(30));
    net.heal();
    net.runFor(ofSeconds(4));
    for (MemoryHost host : hosts) {
      host.reactor()
          .execute(() ->
              assertThat(neighbours.get(host.name()).present()).containsExactlyElementsOf(ALL));
    }
    net.runFor(ofSeconds(1));
    hosts.get(2).kill();
    net.runFor(ofSeconds(4));
    for (MemoryHost host : hosts.subList(0, 2)) {
      host.reactor()
          .execute(() ->
              assertThat(neighbours.get(host.name()).present())
                  .containsExactlyElementsOf(ALL.subList(0, 2)));
    }
    net.runFor(ofSeconds(1));
    hosts.get(0).reactor().execute(open.get(0)::close);
    hosts.get(1).reactor().execute(open.get(1)::close);
    net.assertNothingLeft();
  }
}
