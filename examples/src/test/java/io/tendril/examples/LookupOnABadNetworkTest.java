package io.tendril.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Protocol;
import io.tendril.testing.Simulation;
import io.tendril.testing.SimulationTest;
import java.util.ArrayList;
import java.util.List;

/** Protocols as they are, on a network that loses things, in virtual time. */
class LookupOnABadNetworkTest {

  @SimulationTest(seeds = 100)
  void everyQuestionIsAnsweredInTheEnd(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    net.link(server, client).latency(ofMillis(5), ofMillis(80)).loss(0.1);

    server.run(
        reactor ->
            reactor.bindDatagram(
                "udp:5300",
                transport -> (data, from) -> transport.send(data, from)));
    List<String> answers = new ArrayList<>();
    client.run(
        reactor ->
            reactor
                .connectDatagram("udp:server:5300", Lookup::new)
                .thenCompose(lookup -> lookup.ask("ping"))
                .thenAccept(answers::add));

    net.runFor(ofMinutes(1));

    assertThat(answers).containsExactly("ping");
  }

  @SimulationTest(seeds = 100)
  void aConnectionSurvivesAPartition(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    var link = net.link(server, client).latency(ofMillis(5), ofMillis(80));
    server.run(reactor -> reactor.listen("tcp:8007", Echo.factory()));
    var heard = new StringBuilder();
    client.run(
        reactor ->
            reactor
                .connect(
                    "tcp:server:8007",
                    Protocol.direct(
                        connection -> {
                          for (int i = 0; i < 10; i++) {
                            connection.writeLine("line " + i);
                            heard.append(connection.readLine()).append('\n');
                          }
                        })));

    link.partition(ofMillis(100), ofMillis(3_000));
    net.runFor(ofMinutes(1));

    assertThat(heard.toString().lines()).hasSize(10);
  }
}
