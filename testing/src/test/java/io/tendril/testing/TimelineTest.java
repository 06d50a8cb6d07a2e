package io.tendril.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.DatagramProtocol;
import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.framing.LineProtocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same seed is the same run, to the last event, wherever it runs. */
class TimelineTest {
  private static final int SEEDS = 5;

  /** Answers each line, after a blocking call. */
  private static final class Server extends LineProtocol {
    Server(Transport transport) {
      super(transport);
    }

    @Override
    protected void lineReceived(String line) {
      transport().reactor().deferToThread(() -> line.toUpperCase()).thenAccept(this::writeLine);
    }
  }

  /** Asks, again and again. */
  private static final class Client extends LineProtocol {
    private int asked;

    Client(Transport transport) {
      super(transport);
    }

    @Override
    public void connectionMade() {
      writeLine("question " + asked++);
    }

    @Override
    protected void lineReceived(String line) {
      if (asked < 30) {
        writeLine("question " + asked++);
      } else {
        transport().loseConnection();
      }
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {}
  }

  /** A run with all that a network can do; the hash of its timeline. */
  private static long run(long seed) {
    try (var net = new Simulation(seed)) {
      var server = net.host("server");
      server.run(reactor -> reactor.listen("tcp:7", Server::new));
      server.run(reactor ->
          reactor.bindDatagram(
              "udp:7", t -> (DatagramProtocol) (data, from) -> t.send(data, from)));
      Path file = server.disk().writeErrors(0.01).root().resolve("file");
      server.crashes();
      server.run(reactor -> {
        write(reactor, file);
        return Deferred.done();
      });
      for (int i = 0; i < 4; i++) {
        var client = net.host("client " + i);
        net.link(server, client)
            .latency(ofMillis(1), ofMillis(80))
            .bandwidth(100_000)
            .loss(0.05)
            .duplication(0.1)
            .reordering(0.1)
            .resets(0.002)
            .refusals(0.1)
            .partitions()
            .stalls();
        client.run(reactor -> {
          again(reactor);
          return reactor.connectDatagram(
              "udp:server:7",
              t -> {
                t.send(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                return (DatagramProtocol) (data, from) -> {};
              });
        });
      }
      net.runFor(ofSeconds(40));
      net.note(Files.exists(file) ? Files.readString(file) : "nothing");
      return net.timelineHash();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes to a file, forces it now and then, and again. */
  private static void write(Reactor reactor, Path file) {
    int number = reactor.random().nextInt(1_000);
    reactor
        .deferToThread(() -> {
          try (var channel = FileChannel.open(file, CREATE, APPEND)) {
            channel.write(ByteBuffer.wrap(Integer.toString(number).repeat(300).getBytes(UTF_8)));
            if (number % 4 == 0) {
              channel.force(true);
            }
          }
          return number;
        })
        .handle((_, _) -> null)
        .thenCompose(_ -> reactor.after(ofSeconds(1)))
        .thenRun(() -> write(reactor, file))
        .exceptionally(_ -> null);
  }

  private static void again(Reactor reactor) {
    reactor
        .connect("tcp:server:7", Client::new)
        .handle((_, _) -> null)
        .thenCompose(_ -> reactor.after(ofSeconds(5)))
        .thenRun(() -> again(reactor))
        .exceptionally(_ -> null);
  }

  /** For a virtual machine of its own: prints the hashes. */
  static void main() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      IO.println(Long.toHexString(run(seed)));
    }
  }

  private static List<String> hashes() {
    var hashes = new ArrayList<String>();
    for (int seed = 1; seed <= SEEDS; seed++) {
      hashes.add(Long.toHexString(run(seed)));
    }
    return hashes;
  }

  @Test
  void theSameSeedHasTheSameHash() {
    List<String> hashes = hashes();
    assertThat(hashes()).isEqualTo(hashes);
    assertThat(hashes).doesNotHaveDuplicates();
  }

  @Test
  void theSameSeedHasTheSameHashInAnotherVirtualMachine() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String printed =
        Program.named(java)
            .run("-cp", System.getProperty("java.class.path"), TimelineTest.class.getName())
            .succeeded();
    assertThat(printed.lines()).containsExactlyElementsOf(hashes());
  }

  @Test
  void theTimelineCanBeRead() {
    try (var net = new Simulation(3)) {
      var server = net.host("server");
      var client = net.host("client");
      net.link(server, client).latency(ofMillis(10)).loss(0.1);
      server.run(reactor -> reactor.listen("tcp:7", Server::new));
      client.run(reactor -> reactor.connect("tcp:server:7", Client::new));
      net.note("here we go");
      net.runFor(ofSeconds(20));
      assertThat(net.timeline())
          .anyMatch(line -> line.matches(" *0\\.000000  client:49152 calls server:7"))
          .anyMatch(line -> line.endsWith("  here we go"))
          .anyMatch(line -> line.matches(" *\\d+\\.\\d{6}  fault \\d+: server - client loses"))
          .anyMatch(line -> line.contains("client:49152 sends "))
          .anyMatch(line -> line.matches(".*server:7 has \\d+ bytes from client:49152"))
          .anyMatch(line -> line.endsWith("server a blocking call runs"))
          .anyMatch(line -> line.endsWith("server:7 has the end of client:49152"));
    }
  }

  @Test
  void onlyTheLastEventsAreKept() {
    try (var net = new Simulation(1)) {
      net.host("one")
          .run(reactor -> {
            tick(reactor, Duration.ofMillis(10));
            return Deferred.done();
          });
      net.runFor(ofMinutes(2));
      assertThat(net.timeline()).hasSize(4_096);
      assertThat(net.timeline().getLast()).contains("120.000000  one a timer is due");
    }
  }

  private static void tick(Reactor reactor, Duration pause) {
    var _ = reactor.callLater(pause, () -> tick(reactor, pause));
  }

  private static final ProtocolFactory<Protocol> SILENT = Protocol.onData((_, _) -> {});

  @Test
  void whatAProgramSaysIsPartOfTheHash() {
    assertThat(hashOf("one word")).isEqualTo(hashOf("one word")).isNotEqualTo(hashOf("two word"));
  }

  private static long hashOf(String text) {
    try (var net = new Simulation(5)) {
      net.host("server").run(reactor -> reactor.listen("tcp:7", SILENT));
      net.host("client")
          .run(reactor ->
              reactor.connect(
                  "tcp:server:7",
                  t -> {
                    return new LineProtocol(t) {
                      @Override
                      public void connectionMade() {
                        writeLine(text);
                      }

                      @Override
                      protected void lineReceived(String line) {}
                    };
                  }));
      net.runFor(ofSeconds(1));
      return net.timelineHash();
    }
  }
}
