package io.tendril.testing.groups;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorGroup;
import io.tendril.core.ReactorGroup.Spreading;
import io.tendril.core.ReactorOptions;
import io.tendril.spi.EngineFactory;
import io.tendril.spi.Engines;
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
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Groups of reactors with threads of their own, over the kernel's sockets. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class GroupOverSocketsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final String PLACE = "tcp:0:interface=127.0.0.1:backlog=4096";

  private final Visits visits = new Visits();
  private final Queue<ReactorEvent> failures = new ConcurrentLinkedQueue<>();
  private final List<Socket> clients = new ArrayList<>();
  private OpenDescriptors before;
  private ReactorGroup group;

  static Stream<Arguments> ways() {
    return engines()
        .flatMap(
            engine -> Stream.of(Spreading.values()).map(way -> Arguments.of(engine.get()[0], way)));
  }

  static Stream<Arguments> engines() {
    Stream<Named<EngineFactory>> all =
        Stream.of(
            Named.of("nio", Engines.nio()),
            Named.of("linux", Engines.linux()),
            Named.of("uring", Engines.uring()));
    return all.limit(UringHere.isToBeTested() ? 3 : 2).map(Arguments::of);
  }

  @BeforeEach
  void look() throws Exception {
    start(2, Engines.nio(), Spreading.FEWEST); // what classes open while they are loaded, stays
    exchange(listen(PLACE).port());
    stop();
    start(1, Engines.linux(), Spreading.BY_KERNEL);
    stop();
    visits.made.clear();
    before = OpenDescriptors.now();
  }

  @AfterEach
  void end() throws Exception {
    stop();
    before.assertNoMore();
  }

  private void start(int reactors, EngineFactory engine, Spreading way) {
    group =
        ReactorGroup.start(
            new ReactorGroup.Options(
                reactors,
                way,
                ReactorOptions.defaults()
                    .withEngine(engine)
                    .withShutdownDeadline(Duration.ofMillis(500))));
    group.observe(event -> {
      if (event.isFailure()) {
        failures.add(event);
      }
    });
  }

  private void stop() throws Exception {
    for (Socket client : clients) {
      client.close();
    }
    clients.clear();
    group.stop();
    group.awaitStopped(PATIENCE);
  }

  private <T> T call(Callable<Deferred<T>> function) throws Exception {
    return group.first().blockingCall(function, PATIENCE);
  }

  private Listener listen(String place) throws Exception {
    return call(() -> group.listen(place, visits));
  }

  private void resize(int size) throws Exception {
    call(() -> group.resize(size).thenApply(_ -> "done"));
  }

  private static void exchange(Socket client) throws IOException {
    client.getOutputStream().write("hello".getBytes(US_ASCII));
    assertThat(new String(client.getInputStream().readNBytes(5), US_ASCII)).isEqualTo("hello");
  }

  private static void exchange(int port) throws IOException {
    try (var client = connect(port)) {
      exchange(client);
    }
  }

  private static Socket connect(int port) throws IOException {
    var client = new Socket();
    client.setSoTimeout((int) PATIENCE.toMillis());
    client.connect(new InetSocketAddress(HERE, port), (int) PATIENCE.toMillis());
    return client;
  }

  // ---- Spreading ------------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("ways")
  void connectionsAreSpread(EngineFactory engine, Spreading way) throws Exception {
    int connections = way == Spreading.BY_KERNEL ? 2_000 : 1_000; // a hash is even on the average
    start(2, engine, way);
    int port = listen(PLACE).port();
    for (int i = 0; i < connections; i++) {
      clients.add(connect(port));
    }
    for (Socket client : clients) {
      exchange(client);
    }
    int one = visits.of(group, 0);
    int other = visits.of(group, 1);
    assertThat(one + other).isEqualTo(connections);
    assertThat(Math.abs(one - other)).isLessThan(Math.max(one, other) / 5);
    assertThat(group.connections())
        .extracting(ReactorGroup.Connections::accepted)
        .containsExactly((long) one, (long) other);
    assertThat(group.allConnections().open()).isEqualTo(connections);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void allShardsHaveThePortThatTheKernelHasChosen(EngineFactory engine, Spreading way)
      throws Exception {
    start(3, engine, way);
    int port = listen(PLACE).port();
    List<Integer> sockets =
        call(() -> group.inEach(shard -> Deferred.succeeded(shard.stats().listeners())));
    assertThat(sockets).containsExactly(1, 1, 1);
    for (int i = 0; i < 200; i++) {
      exchange(port);
    }
    assertThat(group.connections()).allMatch(each -> each.accepted() > 0);
  }

  // ---- Giving way to another process ----------------------------------------------------------

  @ParameterizedTest
  @MethodSource("engines")
  void noneOfThoseThatWaitIsLostWhenAllClose(EngineFactory engine) throws Exception {
    start(2, engine, Spreading.FEWEST);
    Reactor first = group.first();
    Reactor second = group.shards().get(1);
    int port = listen(PLACE).port();
    var stands = new CountDownLatch(1);
    second.execute(() -> awaitQuietly(stands));
    for (int i = 0; i < 400; i++) {
      clients.add(connect(port));
    }
    await(() -> group.connections().getFirst().open() >= 200);
    // What waits for the second one goes to the first one, which then closes itself.
    first.execute(() -> first.network().retire(PATIENCE));
    stands.countDown();
    for (Socket client : clients) {
      exchange(client);
    }
    assertThat(visits.of(group, 0) + visits.of(group, 1)).isEqualTo(400);
    for (Socket client : clients) {
      client.close();
    }
    group.awaitStopped(PATIENCE);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aConnectionMadeAsAClientHoldsNothingUp(EngineFactory engine) throws Exception {
    start(2, engine, Spreading.FEWEST);
    Reactor first = group.first();
    int port = listen(PLACE).port();
    try (var other = new ServerSocket(0, 9, HERE)) {
      call(() ->
          group.inEach(shard ->
              shard
                  .connect("tcp:127.0.0.1:" + other.getLocalPort(), transport -> data -> {})
                  .thenApply(_ -> "made")));
      try (var one = other.accept();
          var two = other.accept();
          var client = connect(port)) {
        exchange(client);
        first.execute(() -> first.network().retire(PATIENCE.multipliedBy(10)));
        exchange(client);
        assertThat(one.isConnected() && two.isConnected()).isTrue();
        client.close();
        group.awaitStopped(PATIENCE);
      }
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  // ---- Growing and shrinking ------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("ways")
  void resizingWhileClientsConnectLosesNone(EngineFactory engine, Spreading way) throws Exception {
    start(4, engine, way);
    int port = listen(PLACE).port();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> callers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        callers.add(
            threads.submit(() -> {
              int count = 0;
              while (!Thread.currentThread().isInterrupted() && count < 3_000) {
                exchange(port);
                count++;
              }
              return count;
            }));
      }
      for (int size : new int[] {2, 1, 3, 1, 4, 2}) {
        resize(size);
      }
      for (Future<Integer> caller : callers) {
        assertThat(caller.get(60, TimeUnit.SECONDS)).isEqualTo(3_000);
      }
    }
    assertThat(group.shards()).hasSize(2);
    assertThat(group.allConnections().accepted()).isEqualTo(6_000);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aQueueMovesWithItsSocket(EngineFactory engine, Spreading way) throws Exception {
    start(3, engine, way);
    Listener listener = listen(PLACE);
    int port = listener.port();
    call(() -> {
      listener.pauseAccepting();
      return group.inEach(Deferred::succeeded); // it is so in all of them
    });
    for (int i = 0; i < 60; i++) {
      clients.add(connect(port));
    }
    resize(1);
    call(() -> {
      listener.resumeAccepting();
      return Deferred.succeeded("");
    });
    for (Socket client : clients) {
      exchange(client);
    }
    assertThat(group.connections().getFirst().open()).isEqualTo(60);
  }

  // ---- Other places ---------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("ways")
  void unixSocketsAreHandedOver(EngineFactory engine, Spreading way, @TempDir Path directory)
      throws Exception {
    Path path = directory.resolve("socket");
    start(2, engine, way);
    Listener listener = listen("unix:" + path);
    List<SocketChannel> open = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      var client = SocketChannel.open(StandardProtocolFamily.UNIX);
      open.add(client);
      client.connect(UnixDomainSocketAddress.of(path));
      client.write(ByteBuffer.wrap(new byte[] {1}));
      assertThat(client.read(ByteBuffer.allocate(1))).isOne();
    }
    assertThat(visits.of(group, 0)).isEqualTo(5);
    assertThat(visits.of(group, 1)).isEqualTo(5);
    for (SocketChannel client : open) {
      client.close();
    }
    call(() -> listener.close().thenApply(_ -> ""));
    assertThat(path).doesNotExist();
  }

  // ---- The end --------------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("ways")
  void connectionsThatStayAreCutOffAtTheDeadline(EngineFactory engine, Spreading way)
      throws Exception {
    start(3, engine, way);
    List<Reactor> shards = group.shards();
    int port = listen(PLACE).port();
    for (int i = 0; i < 30; i++) {
      clients.add(connect(port));
      exchange(clients.getLast());
    }
    long began = System.nanoTime();
    group.stop();
    group.awaitStopped(PATIENCE);
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isBetween(Duration.ofMillis(490), Duration.ofSeconds(10));
    assertThat(shards).allMatch(shard -> shard.state() == Reactor.State.STOPPED);
    assertThat(visits.open).isEmpty();
    assertThat(failures).allMatch(ReactorEvent.ShutdownOverdue.class::isInstance);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aShardThatIsLostStopsTheGroup(EngineFactory engine) throws Exception {
    start(3, engine, Spreading.FEWEST);
    List<Reactor> shards = group.shards();
    exchange(listen(PLACE).port());
    shards
        .get(1)
        .execute(() -> {
          throw new OutOfMemoryError("on purpose");
        });
    for (Reactor shard : shards) {
      shard.awaitStopped(PATIENCE);
    }
    group.awaitStopped(PATIENCE);
    assertThat(failures)
        .anySatisfy(event ->
            assertThat(event)
                .isInstanceOfSatisfying(
                    ReactorGroup.ShardLost.class,
                    lost -> {
                      assertThat(lost.shard()).isEqualTo("shard-1");
                      assertThat(lost.failure()).hasMessage("on purpose");
                    }));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theOthersStopWhenTheFirstIsLost(EngineFactory engine) throws Exception {
    start(3, engine, Spreading.FEWEST);
    List<Reactor> shards = group.shards();
    exchange(listen(PLACE).port());
    group
        .first()
        .execute(() -> {
          throw new OutOfMemoryError("on purpose");
        });
    for (Reactor shard : shards) {
      shard.awaitStopped(PATIENCE);
    }
  }

  // ---- Threads --------------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("engines")
  void whatIsAskedBelongsToTheReactorThatHasAsked(EngineFactory engine) throws Exception {
    start(2, engine, Spreading.FEWEST);
    Reactor other = group.shards().get(1);
    Listener listener = other.blockingCall(() -> group.listen(PLACE, visits), PATIENCE);
    assertThatThrownBy(() -> call(listener::close))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("this Listener belongs to shard-1 and was used from thread");
    assertThatThrownBy(listener::pauseAccepting).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> group.listen(PLACE, visits))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no reactor runs in thread");
    exchange(listener.port());
    other.blockingCall(() -> listener.close().thenApply(_ -> ""), PATIENCE);
    assertThatThrownBy(() -> exchange(listener.port())).isInstanceOf(IOException.class);
  }
}
