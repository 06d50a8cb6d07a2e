package io.tendril.testing.descriptors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.DatagramTransport;
import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.ProcessClientEndpoint;
import io.tendril.core.process.Captured;
import io.tendril.core.process.Command;
import io.tendril.core.process.WindowSize;
import io.tendril.core.process.Wiring;
import io.tendril.core.unix.UnixAddress;
import io.tendril.core.unix.UnixDatagramProtocol;
import io.tendril.core.unix.UnixDatagramTransport;
import io.tendril.spi.SocketSettings;
import io.tendril.testing.OpenDescriptors;
import io.tendril.testing.UringHere;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls that the kernel says a signal has interrupted (EINTR), every third of a name from the
 * second on, under load: what is said over sockets and pipes is the same, nothing spins, and
 * nothing is left.
 */
@Tag("interop")
@EnabledOnOs(OS.LINUX)
class InterruptedCallsTest {
  private static final String OFTEN = ":error=EINTR:when=2+3";
  private static final int CLIENTS = 4;
  private static final int ROUNDS = 30;
  private static final int SIZE = 30_000;

  @TempDir Path directory;

  private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
  private RefusalStage stage;
  private Reactor reactor;

  @BeforeEach
  void load() throws IOException {
    new RefusalStage("nio", directory).close();
    try (var first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      new Socket(first.getInetAddress(), first.getLocalPort()).close(); // the JDK keeps one then
    }
  }

  private void open(String engine) {
    stage = new RefusalStage(engine, directory);
    reactor = stage.reactor;
  }

  @AfterEach
  void end() throws Exception {
    clients.shutdownNow();
    assertThat(clients.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    if (stage != null) {
      stage.close();
      assertThat(stage.failures).isEmpty();
      assertThat(stage.exhausted).isEmpty();
    }
  }

  /** Says back what it hears. */
  private record Echo(Transport transport) implements Protocol {
    @Override
    public void dataReceived(ByteBuffer data) {
      transport.write(data);
    }
  }

  /** Something that threads of clients do. */
  private void withClients(Callable<?> each) throws Exception {
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      all.add(clients.submit(each));
    }
    stage.until(() -> all.stream().allMatch(Future::isDone));
    for (Future<?> one : all) {
      one.get();
    }
    stage.until(() -> reactor.stats().connections() == 0);
  }

  private <T> T get(Deferred<T> deferred) {
    List<T> value = new ArrayList<>();
    List<Throwable> failure = new ArrayList<>();
    var _ = deferred.handle(value::add, failure::add);
    stage.until(() -> value.size() + failure.size() > 0);
    assertThat(failure).isEmpty();
    return value.getFirst();
  }

  /** While nothing happens, a wait is one turn, or two when it is interrupted. */
  private void assertQuiet() {
    long turns = reactor.stats().turns();
    long start = System.nanoTime();
    while (System.nanoTime() - start < 100_000_000) {
      stage.turn(); // of up to 5 ms
    }
    assertThat(reactor.stats().turns() - turns).isLessThan(100);
  }

  private static void converse(SocketChannel peer, Random random) throws IOException {
    byte[] said = new byte[1 + random.nextInt(SIZE)];
    random.nextBytes(said);
    ByteBuffer out = ByteBuffer.wrap(said);
    ByteBuffer in = ByteBuffer.allocate(said.length);
    while (out.hasRemaining()) {
      peer.write(out);
    }
    while (in.hasRemaining() && peer.read(in) >= 0) {}
    assertThat(Arrays.equals(in.array(), said)).isTrue();
  }

  private void echo(Listener listener, java.net.SocketAddress at, String calls) throws Exception {
    OpenDescriptors before = OpenDescriptors.now();
    var strace = Strace.of(List.of(Strace.thread()), calls + OFTEN);
    try (strace) {
      withClients(() -> {
        var random = new Random(7);
        for (int i = 0; i < ROUNDS; i++) {
          try (SocketChannel peer = SocketChannel.open(at)) {
            converse(peer, random);
            converse(peer, random);
          }
        }
        return null;
      });
      assertQuiet();
    }
    assertThat(strace.refused()).hasSizeGreaterThan(2 * ROUNDS);
    stage.turn();
    before.assertNoMore();
    var _ = listener.close();
  }

  private static String allOf(String engine) {
    String waits = "epoll_wait,epoll_pwait,epoll_pwait2,";
    return switch (engine) {
      case "linux" -> waits + "accept4,recvfrom,recvmsg,sendto,sendmsg,connect";
      case "uring" -> waits + "io_uring_enter,recvfrom,sendto,sendmsg";
      default -> waits + "accept,accept4,read,readv,write,writev";
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux", "nio", "uring"})
  void anEchoOverTcp(String engine) throws Exception {
    if (engine.equals("uring")) {
      UringHere.need();
    }
    open(engine);
    Listener listener = get(reactor.listen("tcp:0:interface=127.0.0.1", Echo::new));
    echo(listener, listener.address(), allOf(engine));
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux", "nio"})
  void anEchoOverUnix(String engine) throws Exception {
    open(engine);
    Path path = directory.resolve("e");
    Listener listener = get(reactor.listen("unix:" + path, Echo::new));
    echo(listener, UnixDomainSocketAddress.of(path), allOf(engine));
  }

  /**
   * Connections that are made here; the JDK takes the interruption of such a call for its start.
   */
  @ParameterizedTest
  @CsvSource({
    "linux, 'connect,recvfrom,recvmsg,sendto,sendmsg', tcp",
    "linux, 'connect,recvfrom,recvmsg,sendto,sendmsg', unix",
    "nio, 'read,write', tcp",
    "nio, 'read,write', unix"
  })
  void connections(String engine, String calls, String kind) throws Exception {
    open(engine);
    Path path = directory.resolve("e");
    String at = kind.equals("unix") ? "unix:" + path : "tcp:0:interface=127.0.0.1";
    Listener listener = get(reactor.listen(at, Echo::new));
    String to = kind.equals("unix") ? at : "tcp:127.0.0.1:" + listener.port();
    OpenDescriptors before = OpenDescriptors.now();
    var strace = Strace.of(List.of(Strace.thread()), calls + OFTEN);
    try (strace) {
      for (int i = 0; i < ROUNDS; i++) {
        StringBuilder heard = new StringBuilder();
        Transport made = connect(to, heard);
        made.write("hello");
        stage.until(() -> heard.length() == 5);
        made.loseConnection();
        stage.until(() -> reactor.stats().connections() == 0);
        assertThat(heard).asString().isEqualTo("hello");
      }
    }
    assertThat(strace.refused()).hasSizeGreaterThan(ROUNDS);
    stage.turn();
    before.assertNoMore();
    var _ = listener.close();
  }

  private Transport connect(String to, StringBuilder heard) {
    List<Transport> made = new ArrayList<>();
    Protocol _ =
        get(
            reactor.connect(
                to,
                transport -> {
                  made.add(transport);
                  return listening(transport, heard);
                }));
    return made.getFirst();
  }

  private static Protocol listening(Transport transport, StringBuilder heard) throws Exception {
    return Protocol.onData((_, data) -> heard.append(ISO_8859_1.decode(data))).build(transport);
  }

  @ParameterizedTest
  @CsvSource({
    "linux, 'recvfrom,sendto,recvmmsg,sendmmsg,epoll_pwait2'",
    "nio, 'recvfrom,sendto,read,write,epoll_wait'"
  })
  void datagrams(String engine, String calls) throws Exception {
    open(engine);
    List<DatagramTransport> made = new ArrayList<>();
    DatagramProtocol _ =
        get(
            reactor
                .network()
                .datagram(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    null,
                    SocketSettings.defaults(),
                    transport -> {
                      made.add(transport);
                      return (DatagramProtocol) transport::send;
                    }));
    InetSocketAddress to = made.getFirst().local();
    OpenDescriptors before = OpenDescriptors.now();
    var strace = Strace.of(List.of(Strace.thread()), calls + OFTEN);
    try (strace) {
      withClients(() -> {
        try (var peer = DatagramChannel.open(StandardProtocolFamily.INET).connect(to)) {
          for (int i = 0; i < ROUNDS; i++) {
            exchange(peer, i);
          }
        }
        return null;
      });
      assertQuiet();
    }
    assertThat(strace.refused()).hasSizeGreaterThan(ROUNDS);
    before.assertNoMore();
    made.getFirst().close();
  }

  /** Several, so that they are taken and answered together. */
  private static void exchange(DatagramChannel peer, int round) throws IOException {
    for (int i = 0; i < 8; i++) {
      peer.write(ByteBuffer.wrap(new byte[] {(byte) round, (byte) i}));
    }
    ByteBuffer heard = ByteBuffer.allocate(10);
    for (int i = 0; i < 8; i++) {
      peer.read(heard.clear());
      assertThat(heard.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {(byte) round, (byte) i}));
    }
  }

  @Test
  void datagramsOfUnix() throws Exception {
    open("linux");
    List<String> heard = new ArrayList<>();
    var at = UnixAddress.of(directory.resolve("s"));
    List<UnixDatagramTransport> made = new ArrayList<>();
    UnixDatagramProtocol _ =
        get(
            UnixDatagramProtocol.bind(
                reactor,
                at,
                SocketSettings.defaults(),
                transport -> {
                  made.add(transport);
                  return (UnixDatagramProtocol) transport::send;
                }));
    UnixDatagramProtocol _ =
        get(
            UnixDatagramProtocol.connect(
                reactor,
                at,
                SocketSettings.defaults(),
                transport -> {
                  made.add(transport);
                  return (data, _) -> heard.add(ISO_8859_1.decode(data).toString());
                }));
    OpenDescriptors before = OpenDescriptors.now();
    var strace = Strace.of(List.of(Strace.thread()), "recvfrom,sendto" + OFTEN);
    List<String> said = new ArrayList<>();
    try (strace) {
      for (int i = 0; i < ROUNDS; i++) {
        said.add("datagram " + i);
        made.getLast().send(ByteBuffer.wrap(said.getLast().getBytes(ISO_8859_1)));
        stage.turn();
      }
      stage.until(() -> heard.size() == ROUNDS);
      assertQuiet();
    }
    assertThat(heard).isEqualTo(said);
    assertThat(strace.refused()).hasSizeGreaterThan(ROUNDS / 2);
    before.assertNoMore();
    made.forEach(UnixDatagramTransport::close);
  }

  /** Pipes, terminals and files, also where the pool opens them and reads and writes on them. */
  @Test
  void children() throws Exception {
    open("linux");
    Path file = Files.writeString(directory.resolve("f"), "b\na\n");
    Command sort = Command.of("sort");
    Command terminal = Command.of("sh", "-c", "read x; echo $x").inTerminal(WindowSize.USUAL);
    List<Long> threads = stage.threads();
    Captured _ = get(sort.capture(reactor, ByteBuffer.wrap(new byte[0]), SIZE));
    stage.until(() -> reactor.stats().connections() == 0);
    OpenDescriptors before = OpenDescriptors.now();
    var strace = Strace.of(threads, "read,write,openat,waitid,poll" + OFTEN);
    try (strace) {
      for (int i = 0; i < 10; i++) {
        Captured sorted =
            get(sort.capture(reactor, ByteBuffer.wrap("b\na\n".getBytes(ISO_8859_1)), SIZE));
        assertThat(sorted.status().isSuccess()).isTrue();
        Captured ofFile = get(sort.input(Wiring.fromFile(file)).capture(reactor, SIZE));
        assertThat(ofFile.status().isSuccess()).isTrue();
        StringBuilder heard = new StringBuilder();
        List<Transport> made = new ArrayList<>();
        Protocol _ =
            get(
                reactor.connect(
                    ProcessClientEndpoint.of(terminal),
                    transport -> {
                      made.add(transport);
                      return listening(transport, heard);
                    }));
        made.getFirst().write("said\n");
        stage.until(() -> heard.toString().replaceAll("\r", "").equals("said\nsaid\n"));
        stage.until(() -> reactor.stats().connections() == 0);
      }
      assertQuiet();
    }
    assertThat(strace.refused()).hasSizeGreaterThan(30);
    before.assertNoMore();
  }

  @ParameterizedTest
  @CsvSource({"linux, 'sendfile,sendto,openat'", "nio, 'sendfile,write,pread64'"})
  void files(String engine, String calls) throws Exception {
    open(engine);
    byte[] content = new byte[3_000_000];
    new Random(5).nextBytes(content);
    Path path = Files.write(directory.resolve("sent"), content);
    Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    List<FileChannel> files = new ArrayList<>();
    Listener listener =
        get(
            reactor.listen(
                "tcp:0:interface=127.0.0.1",
                transport -> {
                  FileChannel file = reactor.network().toSend(FileChannel.open(path), path, key);
                  files.add(file);
                  return (Protocol)
                      data -> {
                        data.position(data.limit());
                        var _ =
                            transport
                                .sendFile(file, 0, content.length)
                                .thenRun(transport::loseConnection);
                      };
                }));
    OpenDescriptors before = OpenDescriptors.now();
    var strace = Strace.of(List.of(Strace.thread()), calls + OFTEN);
    try (strace) {
      withClients(() -> {
        try (SocketChannel peer = SocketChannel.open(listener.address())) {
          peer.write(ByteBuffer.wrap(new byte[] {1}));
          ByteBuffer in = ByteBuffer.allocate(content.length + 1);
          while (peer.read(in) >= 0) {}
          assertThat(Arrays.equals(Arrays.copyOf(in.array(), in.position()), content)).isTrue();
        }
        return null;
      });
    }
    assertThat(strace.refused()).isNotEmpty();
    for (FileChannel each : files) {
      each.close();
    }
    stage.turn();
    before.assertNoMore();
    var _ = listener.close();
  }

  /** Linux has closed it; the number may be another file's, of another thread, by then. */
  @Test
  void nothingIsClosedTwice() throws Exception {
    open("linux");
    Listener listener = get(reactor.listen("tcp:0:interface=127.0.0.1", Echo::new));
    OpenDescriptors before = OpenDescriptors.now();
    var strace = Strace.of(List.of(Strace.thread()), "close:error=EINTR:when=1");
    try (strace) {
      var _ = listener.close();
    }
    assertThat(strace.refused()).hasSize(1);
    String refused = strace.refused().getFirst(); // "close(57) = -1 EINTR (...) (INJECTED)"
    String call = refused.substring(0, refused.indexOf(')') + 1);
    assertThat(strace.calls()).filteredOn(line -> line.startsWith(call)).hasSize(1);
    Kernel.close(Integer.parseInt(call.replaceAll("\\D", ""))); // which the kernel has not done
    before.assertNoMore();
    assertThat(stage.failures).noneMatch(ReactorEvent::isFailure);
  }
}
