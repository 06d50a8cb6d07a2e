package io.tendril.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.DatagramTransport;
import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import io.tendril.testing.Simulation;
import io.tendril.testing.SimulationTest;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** The same programs, unchanged, on a network that loses, delays and cuts; one seed, one run. */
class BadNetworkTest {

  /** Answers each question with itself in capital letters. */
  private record Oracle(DatagramTransport transport) implements DatagramProtocol {
    @Override
    public void datagramReceived(ByteBuffer data, InetSocketAddress from) {
      ByteBuffer answer = ByteBuffer.allocate(data.remaining()).putInt(data.getInt());
      while (data.hasRemaining()) {
        answer.put((byte) Character.toUpperCase(data.get()));
      }
      transport.send(answer.flip(), from);
    }
  }

  @SimulationTest(seeds = 200)
  void lookupGetsItsOwnAnswerOrGivesUpInTime(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    net.link(server, client).latency(ofMillis(5), ofMillis(700)).loss(0.2).duplication(0.2);
    server.run(reactor -> reactor.bindDatagram("udp:53", Oracle::new));

    List<String> outcomes = new ArrayList<>();
    client.run(reactor ->
        reactor
            .connectDatagram("udp:server:53", Lookup::new)
            .thenAccept(lookup -> {
              for (String question : List.of("who", "where", "when", "why")) {
                lookup
                    .ask(question)
                    .exceptionally(TimeoutException.class, _ -> "GIVEN UP")
                    .thenAccept(answer -> outcomes.add(question + " " + answer));
              }
            }));
    net.runFor(ofSeconds(3));

    assertThat(outcomes).hasSize(4);
    assertThat(outcomes)
        .allMatch(outcome -> {
          String[] words = outcome.split(" ", 2);
          return words[1].equals(words[0].toUpperCase()) || words[1].equals("GIVEN UP");
        });
  }

  /** Says something long, and listens until the other side has said all of it. */
  private static final class LongTalk implements Protocol {
    private static final int LENGTH = 50_000;
    private final Transport transport;
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

    LongTalk(Transport transport) {
      this.transport = transport;
    }

    static byte[] words() {
      byte[] words = new byte[LENGTH];
      for (int i = 0; i < LENGTH; i++) {
        words[i] = (byte) (i * 31 + i / 251);
      }
      return words;
    }

    @Override
    public void connectionMade() {
      transport.write(words());
      transport.shutdownOutput();
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      while (data.hasRemaining()) {
        heard.write(data.get());
      }
    }
  }

  @SimulationTest(seeds = 100)
  void proxyLosesNoByteWhileTheNetworkComesAndGoes(Simulation net) {
    var client = net.host("client");
    var proxy = net.host("proxy");
    var server = net.host("server");
    net.link(client, proxy).latency(ofMillis(1), ofMillis(50)).loss(0.05).partitions();
    net.link(proxy, server).latency(ofMillis(1), ofMillis(50)).loss(0.05).partitions();
    server.run(reactor -> reactor.listen("tcp:7", Echo.factory()));
    proxy.run(reactor -> reactor.listen("tcp:80", Proxy.factory("tcp:server:7")));

    List<LongTalk> talks = new ArrayList<>();
    client.run(reactor -> reactor.connect("tcp:proxy:80", LongTalk::new).thenAccept(talks::add));
    boolean ended =
        net.runUntil(
            () -> !talks.isEmpty() && talks.getFirst().heard.size() == LongTalk.LENGTH,
            ofMinutes(30));

    assertThat(ended).isTrue();
    assertThat(talks.getFirst().heard.toByteArray()).isEqualTo(LongTalk.words());
  }
}
