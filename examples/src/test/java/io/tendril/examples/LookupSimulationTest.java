package io.tendril.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.DatagramTransport;
import io.tendril.core.Reactor;
import io.tendril.testing.Fault;
import io.tendril.testing.Simulation;
import io.tendril.testing.SimulationTest;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** The UDP client on a bad network: its own answer or none, in time, and nothing left over. */
class LookupSimulationTest {

  /** Answers each question with itself in capital letters, perhaps late. */
  private record Oracle(DatagramTransport transport, Simulation net) implements DatagramProtocol {
    @Override
    public void datagramReceived(ByteBuffer data, InetSocketAddress from) {
      ByteBuffer answer = ByteBuffer.allocate(data.remaining()).putInt(data.getInt());
      while (data.hasRemaining()) {
        answer.put((byte) Character.toUpperCase(data.get()));
      }
      answer.flip();
      int late = net.random().nextInt(4) == 0 ? net.random().nextInt(2_000) : 0;
      var _ = transport.reactor().callLater(ofMillis(late), () -> transport.send(answer, from));
    }
  }

  private int asked;
  private final List<String> outcomes = new ArrayList<>();

  private void ask(Simulation net, Reactor reactor, Lookup lookup) {
    String question = "question " + asked++ + "x".repeat(net.random().nextInt(500));
    long begun = reactor.clock().nanoTime();
    var _ =
        lookup
            .ask(question)
            .thenApply(answer -> answer.equals(question.toUpperCase()) ? "answered" : answer)
            .exceptionally(TimeoutException.class, _ -> "given up")
            .exceptionally(failure -> "failed")
            .thenAccept(outcome -> {
              outcomes.add(outcome);
              long took = reactor.clock().nanoTime() - begun;
              assertThat(took).isBetween(0L, ofMillis(2_501).toNanos());
            });
    if (asked < 40) {
      var _ =
          reactor.callLater(ofMillis(net.random().nextInt(1_500)), () -> ask(net, reactor, lookup));
    }
  }

  @SimulationTest(
      seeds = 100,
      expect = {
        Fault.LOSS,
        Fault.DUPLICATION,
        Fault.REORDERING,
        Fault.PARTITION,
        Fault.KILL,
        Fault.POWER_LOSS
      })
  void eachQuestionHasItsOwnAnswerOrNone(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    net.link(server, client)
        .latency(ofMillis(1), ofMillis(300))
        .loss(0.2)
        .duplication(0.2)
        .reordering(0.1)
        .partitions();
    server.run(reactor -> reactor.bindDatagram("udp:53", t -> new Oracle(t, net)));
    server.crashes();
    List<Lookup> lookups = new ArrayList<>();
    List<DatagramTransport> open = new ArrayList<>();
    client.run(reactor ->
        reactor
            .connectDatagram(
                "udp:server:53",
                transport -> {
                  open.add(transport);
                  return new Lookup(transport);
                })
            .thenAccept(lookup -> {
              lookups.add(lookup);
              ask(net, reactor, lookup);
            }));
    net.runFor(ofMinutes(3));
    net.heal();
    net.runFor(ofSeconds(10));
    assertThat(outcomes).hasSize(40);
    assertThat(outcomes).allMatch(List.of("answered", "given up", "failed")::contains);
    assertThat(outcomes).contains("answered");
    assertThat(lookups).allMatch(lookup -> lookup.waiting() == 0);
    server.kill();
    client.reactor().execute(() -> open.getFirst().close());
    net.assertNothingLeft();
  }
}
