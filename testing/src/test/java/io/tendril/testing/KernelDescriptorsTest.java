package io.tendril.testing;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import java.io.Closeable;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * What a program sees of a want of descriptors is the same in memory as in a process that really
 * has none left: one of its own, under {@code prlimit}.
 */
class KernelDescriptorsTest {
  private static final int LIMIT = 200;

  /** Where the story is played. */
  private interface Stage {
    Reactor reactor();

    String listensAt();

    String address(Listener listener);

    /** A peer is about to connect. */
    void prepare(Listener listener) throws IOException;

    /** All descriptors are taken. */
    void takeAll() throws IOException;

    /** The peer connects. */
    void connect(Listener listener) throws IOException;

    /** The descriptors are given back. */
    void giveBack() throws IOException;

    boolean until(BooleanSupplier condition);
  }

  private static final class Memory implements Stage {
    private final MemoryNetwork network = new MemoryNetwork();
    private final MemoryHost here = network.host("here");

    @Override
    public Reactor reactor() {
      return here.reactor();
    }

    @Override
    public String listensAt() {
      return "tcp:7";
    }

    @Override
    public String address(Listener listener) {
      return "tcp:here:7";
    }

    @Override
    public void prepare(Listener listener) {}

    @Override
    public void takeAll() {
      here.limitDescriptors(1);
    }

    @Override
    public void connect(Listener listener) {
      network.host("there").run(reactor -> reactor.connect("tcp:here:7", SILENT));
    }

    @Override
    public void giveBack() {
      here.limitDescriptors(LIMIT);
    }

    @Override
    public boolean until(BooleanSupplier condition) {
      return network.clock().runUntil(condition, ofSeconds(20));
    }
  }

  private static final class Kernel implements Stage {
    private final Pace.Real pace = Pace.Real.create("kernel");
    private final List<Closeable> taken = new ArrayList<>();
    private SocketChannel peer;

    @Override
    public Reactor reactor() {
      return pace.reactor();
    }

    @Override
    public String listensAt() {
      return "tcp:0:interface=127.0.0.1";
    }

    @Override
    public String address(Listener listener) {
      return "tcp:127.0.0.1:" + listener.port();
    }

    @Override
    public void prepare(Listener listener) throws IOException {
      peer = SocketChannel.open();
      peer.bind(new InetSocketAddress("127.0.0.1", 0));
    }

    @Override
    public void takeAll() {
      try {
        while (taken.size() < LIMIT) {
          taken.add(FileChannel.open(Path.of("/dev/null")));
        }
      } catch (IOException e) {
        return;
      }
      throw new IllegalStateException("there is no limit");
    }

    @Override
    public void connect(Listener listener) throws IOException {
      peer.connect(new InetSocketAddress("127.0.0.1", listener.port()));
    }

    @Override
    public void giveBack() throws IOException {
      for (Closeable each : taken) {
        each.close();
      }
    }

    @Override
    public boolean until(BooleanSupplier condition) {
      return pace.until(condition, ofSeconds(20));
    }
  }

  private static final io.tendril.core.ProtocolFactory<Protocol> SILENT =
      Protocol.onData((_, _) -> {});

  /** A listener, an attempt to connect and a connection to accept, without descriptors or with. */
  private static List<String> play(Stage stage, boolean shortage) throws IOException {
    List<String> log = new ArrayList<>();
    List<Listener> listening = new ArrayList<>();
    Reactor reactor = stage.reactor();
    reactor.observe(event -> {
      if (event instanceof ReactorEvent.DescriptorsExhausted exhausted) {
        log.add("exhausted: " + exhausted.failure().getMessage());
      }
    });
    Deferred<Listener> listen =
        reactor.listen(
            stage.listensAt(),
            transport -> {
              log.add("built");
              return SILENT.build(transport);
            });
    var _ = listen.thenAccept(listening::add);
    check(stage.until(() -> !listening.isEmpty()));
    Listener listener = listening.getFirst();
    String address = stage.address(listener);
    stage.prepare(listener);
    if (shortage) {
      stage.takeAll();
    }
    var _ =
        reactor
            .connect(address, SILENT)
            .handle((_, failure) ->
                log.add(failure == null ? "connected" : "failed: " + words(failure)));
    check(stage.until(() -> !log.isEmpty()));
    stage.connect(listener);
    check(stage.until(() -> log.size() > 1));
    if (shortage) {
      stage.giveBack();
      check(stage.until(() -> log.contains("built")));
    }
    return log;
  }

  private static String words(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return failure.getClass().getName() + ", " + root.getMessage();
  }

  private static void check(boolean happened) {
    if (!happened) {
      throw new IllegalStateException("it has not happened in time");
    }
  }

  /**
   * For the process with the limit. The first two times load all classes, for which there must be
   * descriptors; what they have opened is kept, for a collector that closed it in the middle of the
   * third would give descriptors back.
   */
  static void main() throws IOException {
    // What some thread of the JDK's reads at a moment of its own.
    var _ = TimeZone.getTimeZone("Europe/Berlin");
    var _ = ZoneId.of("Europe/Berlin").getRules();
    List<String> memory = play(new Memory(), true);
    var before = new Kernel();
    List<String> _ = play(before, false);
    List<String> kernel = play(new Kernel(), true);
    Reference.reachabilityFence(before);
    IO.println(memory);
    IO.println(kernel);
    System.exit(0);
  }

  @Test
  void aProgramWithoutDescriptors() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> lines =
        Program.named("prlimit")
            .run(
                "--nofile=" + LIMIT,
                java,
                // Which reads files of the system's at any time, to see whether there is memory.
                "-XX:-UseDynamicNumberOfCompilerThreads",
                "-XX:-UseContainerSupport",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                KernelDescriptorsTest.class.getName())
            .succeeded()
            .lines()
            .toList();
    assertThat(lines.getFirst())
        .isEqualTo(
            "[failed: io.tendril.core.ConnectFailed$Other, Too many open files,"
                + " exhausted: Too many open files, built]");
    assertThat(lines.get(1)).isEqualTo(lines.getFirst());
  }
}
