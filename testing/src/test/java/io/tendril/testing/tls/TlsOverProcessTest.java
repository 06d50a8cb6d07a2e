package io.tendril.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.Transport;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.descriptor.Interest;
import io.tendril.core.endpoint.ClientEndpoint;
import io.tendril.core.endpoint.ProcessClientEndpoint;
import io.tendril.core.endpoint.ServerEndpoint;
import io.tendril.core.endpoint.TcpServerEndpoint;
import io.tendril.core.endpoint.TlsClientEndpoint;
import io.tendril.core.endpoint.TlsServerEndpoint;
import io.tendril.core.process.ChildProcess;
import io.tendril.core.process.Command;
import io.tendril.core.process.ExitStatus;
import io.tendril.core.process.ProcessEnded;
import io.tendril.spi.Descriptors;
import io.tendril.spi.Engine;
import io.tendril.spi.Engines;
import io.tendril.spi.SocketSettings;
import io.tendril.testing.OpenDescriptors;
import io.tendril.testing.Program;
import io.tendril.testing.conformance.ForwardingEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** S6: TLS in TLS through the pipes of a process, which hands all on to a server. */
@EnabledOnOs(OS.LINUX)
class TlsOverProcessTest {
  private static final Certificates CERTIFICATES = Certificates.on("JDK");
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final long LONGEST = Duration.ofSeconds(30).toNanos();
  private static final int MUCH = 2 << 20;

  /** Counts what is read from pipes. */
  private static final class CountingPipes extends ForwardingEngine {
    private final Descriptors below;
    long read;

    CountingPipes(Engine engine) {
      super(engine);
      below = Objects.requireNonNull(engine.descriptors());
    }

    @Override
    public Descriptors descriptors() {
      return new Descriptors() {
        @Override
        public Watched watch(Descriptor descriptor, Interest interest, Watcher watcher) {
          return below.watch(descriptor, interest, watcher);
        }

        @Override
        public Engine.StreamSocket stream(
            @Nullable Descriptor input, @Nullable Descriptor output, Aside aside)
            throws IOException {
          return new ForwardingStream(below.stream(input, output, aside)) {
            @Override
            public int read(ByteBuffer into) throws IOException {
              int count = super.read(into);
              read += Math.max(0, count);
              return count;
            }
          };
        }

        @Override
        public Engine.StreamSocket connected(Descriptor socket, SocketSettings options)
            throws IOException {
          return below.connected(socket, options);
        }

        @Override
        public Engine.ListenSocket listening(Descriptor socket, Engine.Ready ready)
            throws IOException {
          return below.listening(socket, ready);
        }

        @Override
        public Engine.DatagramSocket datagram(Descriptor socket, Engine.Ready ready)
            throws IOException {
          return below.datagram(socket, ready);
        }
      };
    }
  }

  /** Says much at once. */
  private record Lecturer(Transport transport) implements Protocol {
    @Override
    public void connectionMade() {
      var _ =
          transport
              .writeFully(ByteBuffer.allocate(MUCH))
              .thenRun(transport::loseConnection)
              .exceptionally(ConnectionClosed.class, closed -> null);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      data.position(data.limit());
    }
  }

  /** Hears nothing until it is told to. */
  private static final class Listening implements Protocol {
    final Transport transport;
    long heard;
    ConnectionClosed reason;

    Listening(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void connectionMade() {
      transport.pauseReading();
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      heard += data.remaining();
      data.position(data.limit());
    }

    @Override
    public void connectionLost(ConnectionClosed lost) {
      reason = lost;
    }
  }

  private final List<CountingPipes> engines = new ArrayList<>();
  private Reactor reactor;

  @Test
  void aPausedReaderHoldsLittle() throws Exception {
    Program.need(Files.isExecutable(Path.of("/usr/bin/socat")), "socat");
    talk(); // which loads all classes
    OpenDescriptors before = OpenDescriptors.now();
    talk();
    before.assertNoMore();
  }

  private void talk() {
    reactor =
        Reactor.create(
            ReactorOptions.defaults()
                .withEngine(() -> {
                  engines.add(new CountingPipes(Engines.linux().open()));
                  return engines.getLast();
                }));
    List<Listener> listeners = new ArrayList<>();
    List<Listening> made = new ArrayList<>();
    ServerEndpoint server =
        TlsServerEndpoint.over(
            TlsServerEndpoint.over(
                TcpServerEndpoint.port(0).on("127.0.0.1"), CERTIFICATES.server()),
            CERTIFICATES.server());
    var _ = reactor.listen(server, Lecturer::new).thenAccept(listeners::add);
    until(() -> !listeners.isEmpty());
    Command socat = Command.of("socat", "-", "TCP:127.0.0.1:" + listeners.getFirst().port());
    ClientEndpoint client =
        TlsClientEndpoint.over(
            TlsClientEndpoint.over(
                ProcessClientEndpoint.of(socat), CERTIFICATES.clientOf("server.test")),
            CERTIFICATES.clientOf("server.test"));
    var _ = reactor.connect(client, Listening::new).thenAccept(made::add);
    until(() -> !made.isEmpty());
    Listening listening = made.getFirst();
    CountingPipes pipes = engines.getLast();
    for (int quiet = 0; quiet < 40; ) {
      long before = pipes.read;
      reactor.turn(LOOK);
      quiet = pipes.read == before ? quiet + 1 : 0;
    }
    assertThat(pipes.read).as("taken in, handshakes and all").isBetween(1_000L, 64L << 10);
    assertThat(listening.heard).isZero();
    assertThat(listening.transport.has(ChildProcess.class)).isTrue();
    listening.transport.resumeReading();
    until(() -> listening.reason != null);
    assertThat(listening.heard).isEqualTo(MUCH);
    reactor.stop();
    until(() -> reactor.state() == Reactor.State.STOPPED);
  }

  /** T5: what the process has to say is more than that the TLS above it has ended in order. */
  @ParameterizedTest
  @CsvSource({"0, true, 1", "3, false, 1", "3, false, 2"})
  void theProcessesStatusIsTheReason(int status, boolean clean, int layers) {
    Program.need(Files.isExecutable(Path.of("/usr/bin/socat")), "socat");
    reactor = Reactor.create(ReactorOptions.defaults().withEngine(Engines.linux()));
    ServerEndpoint server = TcpServerEndpoint.port(0).on("127.0.0.1");
    for (int i = 0; i < layers; i++) {
      server = TlsServerEndpoint.over(server, CERTIFICATES.server());
    }
    List<Listener> listeners = new ArrayList<>();
    var _ = reactor.listen(server, Lecturer::new).thenAccept(listeners::add);
    until(() -> !listeners.isEmpty());
    String script = "socat - TCP:127.0.0.1:" + listeners.getFirst().port() + "; exit " + status;
    ClientEndpoint client = ProcessClientEndpoint.of(Command.of("sh", "-c", script));
    for (int i = 0; i < layers; i++) {
      client = TlsClientEndpoint.over(client, CERTIFICATES.clientOf("server.test"));
    }
    List<Listening> made = new ArrayList<>();
    var _ = reactor.connect(client, Listening::new).thenAccept(made::add);
    until(() -> !made.isEmpty());
    Listening listening = made.getFirst();
    listening.transport.resumeReading();
    until(() -> listening.reason != null);
    assertThat(listening.heard).isEqualTo(MUCH);
    assertThat(listening.reason)
        .isInstanceOfSatisfying(
            ProcessEnded.class,
            ended -> assertThat(ended.status()).isEqualTo(new ExitStatus.Code(status)));
    assertThat(listening.reason.isClean()).isEqualTo(clean);
    reactor.stop();
    until(() -> reactor.state() == Reactor.State.STOPPED);
  }

  private void until(BooleanSupplier condition) {
    long end = System.nanoTime() + LONGEST;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it has not happened").isLessThan(end);
      reactor.turn(LOOK);
    }
  }
}
