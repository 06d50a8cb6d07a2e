package io.tendril.testing;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a protocol sees of a fault is the same in memory as over the kernel's own sockets: each
 * story is played with both, and its callbacks are compared with those written here.
 */
class KernelFaultsTest {
  /** Writes down its callbacks; may pause, and may close when the peer ends. */
  private static final class Logging implements Protocol {
    final Transport transport;
    final List<String> log = new ArrayList<>();
    int bytes;

    Logging(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void connectionMade() {
      log.add("made");
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      bytes += data.remaining();
      data.position(data.limit());
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      log.add("lost after " + bytes + ": " + reason.getClass().getSimpleName() + cause(reason));
    }

    private static String cause(Throwable reason) {
      return reason.getCause() == null
          ? ""
          : ", "
              + reason
                  .getCause()
                  .getMessage()
                  .replace("Connection reset by peer", "Connection reset");
    }
  }

  /** A peer that the test plays. */
  private interface Peer {
    void send(int bytes) throws Exception;

    /** The process ends; what it has not read makes the kernel send a reset. */
    void die() throws Exception;

    /** A reset. */
    void reset() throws Exception;

    void end() throws Exception;
  }

  /** Where the story is played. */
  private interface Stage extends AutoCloseable {
    Reactor reactor();

    String address();

    String deadAddress();

    /** Where a listener has as many connections that it has not accepted as it may have. */
    String fullAddress() throws Exception;

    Peer peer() throws Exception;

    /** The reactor has no turn before the next {@link #until}. */
    void standStill();

    boolean until(BooleanSupplier condition);

    @Override
    void close() throws Exception;
  }

  private enum Ground {
    MEMORY {
      @Override
      Stage open() {
        return new Memory();
      }
    },
    KERNEL {
      @Override
      Stage open() throws IOException {
        return new Kernel();
      }
    };

    abstract Stage open() throws IOException;
  }

  /** The network in memory, with a peer in a host of its own. */
  private static final class Memory implements Stage {
    private final MemoryNetwork network = new MemoryNetwork();
    private final MemoryHost here = network.host("here");
    private final MemoryHost there = network.host("there");
    private final List<Transport> accepted = new ArrayList<>();

    Memory() {
      there.run(reactor ->
          reactor.listen(
              "tcp:7",
              transport -> {
                accepted.add(transport);
                transport.pauseReading();
                return (Protocol) (_ -> {});
              }));
    }

    @Override
    public Reactor reactor() {
      return here.reactor();
    }

    @Override
    public String address() {
      return "tcp:there:7";
    }

    @Override
    public String deadAddress() {
      return "tcp:there:8";
    }

    @Override
    public String fullAddress() {
      there.run(reactor ->
          reactor
              .listen("tcp:9:backlog=1", Protocol.onData((_, _) -> {}))
              .thenAccept(Listener::pauseAccepting));
      network
          .host("first")
          .run(reactor -> reactor.connect("tcp:there:9", Protocol.onData((_, _) -> {})));
      return "tcp:there:9";
    }

    @Override
    public Peer peer() {
      return new Peer() {
        @Override
        public void send(int bytes) {
          act(() -> accepted.getFirst().write(new byte[bytes]));
        }

        @Override
        public void die() {
          there.kill();
        }

        @Override
        public void reset() {
          act(() -> accepted.getFirst().abortConnection());
        }

        @Override
        public void end() {
          act(() -> accepted.getFirst().shutdownOutput());
        }
      };
    }

    private void act(Runnable action) {
      there.reactor().execute(action);
      network.clock().runCurrent();
    }

    @Override
    public void standStill() {
      here.pause(ofSeconds(1));
    }

    @Override
    public boolean until(BooleanSupplier condition) {
      return network.clock().runUntil(condition, ofSeconds(20));
    }

    @Override
    public void close() {
      network.clock().close();
    }
  }

  /** Loopback, with a blocking socket as the peer. */
  private static final class Kernel implements Stage {
    private final Pace.Real pace = Pace.Real.create("kernel");
    private final ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

    private final List<Closeable> open = new ArrayList<>();

    Kernel() throws IOException {}

    @Override
    public Reactor reactor() {
      return pace.reactor();
    }

    @Override
    public String address() {
      return "tcp:127.0.0.1:" + listener.getLocalPort();
    }

    @Override
    public String deadAddress() {
      try (var free = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
        return "tcp:127.0.0.1:" + free.getLocalPort();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public String fullAddress() throws IOException {
      var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      open.add(full);
      for (int i = 0; i < 2; i++) { // Linux lets one more in than it is told
        open.add(new Socket(full.getInetAddress(), full.getLocalPort()));
      }
      return "tcp:127.0.0.1:" + full.getLocalPort();
    }

    @Override
    public Peer peer() throws IOException {
      Socket socket = listener.accept();
      return new Peer() {
        @Override
        public void send(int bytes) throws IOException {
          socket.getOutputStream().write(new byte[bytes]);
        }

        @Override
        public void die() throws IOException {
          socket.close();
        }

        @Override
        public void reset() throws IOException {
          socket.setSoLinger(true, 0);
          socket.close();
        }

        @Override
        public void end() throws IOException {
          socket.shutdownOutput();
        }
      };
    }

    @Override
    public void standStill() {}

    @Override
    public boolean until(BooleanSupplier condition) {
      return pace.until(condition, ofSeconds(20));
    }

    @Override
    public void close() throws IOException {
      for (Closeable each : open) {
        each.close();
      }
      listener.close();
      pace.stop();
    }
  }

  private static Logging connect(Stage stage) {
    var made = new ArrayList<Logging>();
    var _ = stage.reactor().connect(stage.address(), Logging::new).thenAccept(made::add);
    assertThat(stage.until(() -> !made.isEmpty())).isTrue();
    return made.getFirst();
  }

  private static void expectLog(Stage stage, Logging logging, String... expected) {
    boolean _ = stage.until(() -> logging.log.size() >= expected.length);
    assertThat(logging.log).containsExactly(expected);
  }

  @ParameterizedTest
  @EnumSource
  void aResetBehindBytes(Ground ground) throws Exception {
    try (var stage = ground.open()) {
      Logging logging = connect(stage);
      Peer peer = stage.peer();
      stage.standStill();
      peer.send(100);
      peer.reset();
      expectLog(stage, logging, "made", "lost after 100: Lost, Connection reset");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPeerThatDiesWithNothingToRead(Ground ground) throws Exception {
    try (var stage = ground.open()) {
      Logging logging = connect(stage);
      Peer peer = stage.peer();
      peer.send(10);
      boolean _ = stage.until(() -> logging.bytes == 10);
      peer.die();
      expectLog(stage, logging, "made", "lost after 10: Done");
    }
  }

  @ParameterizedTest
  @EnumSource
  void nobodyListens(Ground ground) throws Exception {
    try (var stage = ground.open()) {
      var failures = new ArrayList<Throwable>();
      var _ =
          stage
              .reactor()
              .connect(stage.deadAddress(), Logging::new)
              .handle((_, failure) -> failures.add(failure));
      assertThat(stage.until(() -> !failures.isEmpty())).isTrue();
      assertThat(failures.getFirst())
          .isInstanceOf(ConnectFailed.Refused.class)
          .hasRootCauseMessage("Connection refused");
    }
  }

  @ParameterizedTest
  @EnumSource
  void nobodyAnswers(Ground ground) throws Exception {
    try (var stage = ground.open()) {
      var failures = new ArrayList<Throwable>();
      String address = stage.fullAddress();
      var _ =
          stage
              .reactor()
              .connect(address + ":timeout=1", Logging::new)
              .handle((_, failure) -> failures.add(failure));
      assertThat(stage.until(() -> !failures.isEmpty())).isTrue();
      assertThat(failures.getFirst())
          .isInstanceOf(ConnectFailed.TimedOut.class)
          .hasMessageContaining("connect")
          .hasMessageContaining("no answer after 1000 ms")
          .hasNoCause();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aReaderThatDoesNotRead(Ground ground) throws Exception {
    try (var stage = ground.open()) {
      Logging logging = connect(stage);
      Peer peer = stage.peer();
      int length = 8_000_000;
      logging.transport.write(new byte[length]);
      var writable = new ArrayList<String>();
      logging.transport.onWritable(() -> writable.add("writable"));
      boolean _ = stage.until(() -> logging.transport.outboundBytes() < length);
      assertThat(logging.transport.outboundBytes()).isGreaterThan(500_000);
      assertThat(writable).isEmpty();
      peer.reset();
      expectLog(stage, logging, "made", "lost after 0: Lost, Connection reset");
      assertThat(writable).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWriteAfterTheReset(Ground ground) throws Exception {
    try (var stage = ground.open()) {
      Logging logging = connect(stage);
      Peer peer = stage.peer();
      peer.reset();
      stage.reactor().execute(() -> logging.transport.write(new byte[10]));
      expectLog(stage, logging, "made", "lost after 0: Lost, Connection reset");
    }
  }
}
