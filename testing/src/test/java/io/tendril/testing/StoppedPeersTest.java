package io.tendril.testing;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A peer whose program stands still, without a word, is the same in memory as a process that has
 * been stopped by a signal: its kernel goes on, so nothing fails, and nothing moves.
 */
class StoppedPeersTest {
  /** As much as no pair of sockets holds. */
  private static final int MUCH = 16_000_000;

  /** A program that sends back what it gets, and can be stopped. */
  private interface Echo extends AutoCloseable {
    Reactor reactor();

    void stop() throws Exception;

    void goOn() throws Exception;

    void kill() throws Exception;

    boolean until(BooleanSupplier condition);

    /** Time enough for what the kernels can do. */
    void moment();

    @Override
    void close() throws IOException;
  }

  private enum Ground {
    MEMORY {
      @Override
      Echo start(List<Heard> connections) {
        return new Simulated(connections);
      }
    },
    KERNEL {
      @Override
      Echo start(List<Heard> connections) throws IOException {
        return new Real(connections);
      }
    };

    abstract Echo start(List<Heard> connections) throws IOException;
  }

  /** The end that does not stand still. */
  private static final class Heard implements Protocol {
    private final Transport transport;
    private final List<String> log = new ArrayList<>();
    private int bytes;

    Heard(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void connectionMade() {
      log.add("made");
      transport.pauseReadingWhenFull(false);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      bytes += data.remaining();
      data.position(data.limit());
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      log.add("lost: " + reason.getClass().getSimpleName());
    }
  }

  /** A host of the network in memory. */
  private static final class Simulated implements Echo {
    private final MemoryNetwork network = new MemoryNetwork();
    private final MemoryHost here = network.host("here");
    private final MemoryHost there = network.host("there");

    Simulated(List<Heard> connections) {
      here.run(reactor ->
          reactor.listen(
              "tcp:7",
              transport -> {
                var made = new Heard(transport);
                connections.add(made);
                return made;
              }));
      there.run(reactor ->
          reactor.connect("tcp:here:7", Protocol.onData((back, data) -> back.write(data))));
    }

    @Override
    public Reactor reactor() {
      return here.reactor();
    }

    @Override
    public void stop() {
      there.pause(ofSeconds(10));
    }

    @Override
    public void goOn() {
      network.clock().advance(ofSeconds(10));
    }

    @Override
    public void kill() {
      there.kill();
    }

    @Override
    public boolean until(BooleanSupplier condition) {
      return network.clock().runUntil(condition, ofMinutes(1));
    }

    @Override
    public void moment() {
      network.clock().advance(ofSeconds(1));
    }

    @Override
    public void close() {
      network.clock().close();
    }
  }

  /** A process of the computer. */
  private static final class Real implements Echo {
    private final Pace.Real pace = Pace.Real.create("kernel");
    private final Program.Running program;

    Real(List<Heard> connections) throws IOException {
      var socat = Program.named("socat");
      List<Listener> listening = new ArrayList<>();
      var _ =
          pace.reactor()
              .listen(
                  "tcp:0:interface=127.0.0.1",
                  transport -> {
                    var made = new Heard(transport);
                    connections.add(made);
                    return made;
                  })
              .thenAccept(listening::add);
      assertThat(until(() -> !listening.isEmpty())).isTrue();
      int port = listening.getFirst().port();
      program = socat.start("TCP:127.0.0.1:" + port, "PIPE");
    }

    private void signal(String name) throws Exception {
      Program.named("kill").run("-" + name, "" + program.process().pid()).succeeded();
    }

    @Override
    public Reactor reactor() {
      return pace.reactor();
    }

    @Override
    public void stop() throws Exception {
      signal("STOP");
    }

    @Override
    public void goOn() throws Exception {
      signal("CONT");
    }

    @Override
    public void kill() throws Exception {
      signal("KILL");
    }

    @Override
    public boolean until(BooleanSupplier condition) {
      return pace.until(condition, ofMinutes(1));
    }

    @Override
    public void moment() {
      pace.settle(() -> false);
    }

    @Override
    public void close() throws IOException {
      program.close();
      pace.stop();
    }
  }

  private static Heard connected(Echo echo, List<Heard> connections) {
    assertThat(echo.until(() -> !connections.isEmpty())).isTrue();
    Heard heard = connections.getFirst();
    echo.reactor().execute(() -> heard.transport.write(new byte[10]));
    assertThat(echo.until(() -> heard.bytes == 10)).isTrue();
    return heard;
  }

  /** Fills what two sockets hold; the rest waits here. */
  private static void fill(Echo echo, Heard heard) {
    echo.reactor()
        .execute(() -> {
          var _ = heard.transport.writeFully(ByteBuffer.allocate(MUCH)).exceptionally(_ -> null);
        });
    assertThat(echo.until(() -> heard.transport.outboundBytes() > 0)).isTrue();
    echo.moment();
  }

  @ParameterizedTest
  @EnumSource
  void nothingFailsAndNothingMovesUntilItGoesOn(Ground ground) throws Exception {
    List<Heard> connections = new ArrayList<>();
    try (Echo echo = ground.start(connections)) {
      Heard heard = connected(echo, connections);
      echo.stop();
      fill(echo, heard);
      assertThat(heard.transport.outboundBytes()).isGreaterThan(100_000);
      assertThat(heard.log).containsExactly("made");
      assertThat(heard.bytes).isEqualTo(10);
      echo.goOn();
      assertThat(echo.until(() -> heard.bytes == MUCH + 10)).isTrue();
      assertThat(heard.log).containsExactly("made");
    }
  }

  @ParameterizedTest
  @EnumSource
  void killedWhileItStandsStillItResets(Ground ground) throws Exception {
    List<Heard> connections = new ArrayList<>();
    try (Echo echo = ground.start(connections)) {
      Heard heard = connected(echo, connections);
      echo.stop();
      fill(echo, heard);
      echo.kill();
      assertThat(echo.until(() -> heard.log.size() == 2)).isTrue();
      assertThat(heard.log).containsExactly("made", "lost: Lost");
      assertThat(heard.bytes).isEqualTo(10);
    }
  }
}
