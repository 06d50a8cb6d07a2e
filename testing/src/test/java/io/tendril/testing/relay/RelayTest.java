package io.tendril.testing.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.Transport;
import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.Engines;
import io.tendril.testing.OpenDescriptors;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams of the kernel that are piped into others: what comes out is what went in, in order. */
@EnabledOnOs(OS.LINUX)
@ParameterizedClass
@CsvSource({"tcp, tcp", "tcp, unix", "unix, tcp"})
class RelayTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MUCH = 3 << 20;

  /** As many as there are pipes, and some more. */
  private static final int MANY = 80;

  @Parameter(0)
  private String front;

  @Parameter(1)
  private String back;

  @TempDir Path directory;

  private final OpenDescriptors before = OpenDescriptors.now();
  private final Reactor reactor =
      Reactor.create(ReactorOptions.defaults().withEngine(Engines.linux())).start();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<SocketChannel> opened = new ArrayList<>();
  private final LinkedBlockingQueue<Transport> fronts = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Transport> backs = new LinkedBlockingQueue<>();

  /** Of each connection, first the way there. */
  private final LinkedBlockingQueue<Deferred<Long>> flows = new LinkedBlockingQueue<>();

  private ServerSocketChannel target;
  private Listener listener;

  /** Pipes a connection into the target, and back. */
  private final class Forwarder implements Protocol {
    private final Transport client;

    Forwarder(Transport client) {
      this.client = client;
    }

    @Override
    public void connectionMade() {
      client.pauseReading();
      fronts.add(client);
      var _ =
          reactor
              .connect(endpoint(back, address(target)), Target::new)
              .thenAccept(server -> {
                carry(client, server.transport());
                carry(server.transport(), client);
              });
    }

    private void carry(Transport from, Transport to) {
      flows.add(
          from.input()
              .pipeTo(to)
              .whenComplete((_, failure) -> {
                if (failure == null) {
                  to.shutdownOutput();
                } else {
                  to.abortConnection();
                }
              })
              .exceptionally(_ -> 0L));
    }

    @Override
    public void dataReceived(ByteBuffer data) {}
  }

  private final class Target implements Protocol {
    private final Transport transport;

    Target(Transport transport) {
      this.transport = transport;
    }

    Transport transport() {
      return transport;
    }

    @Override
    public void connectionMade() {
      transport.pauseReading();
      backs.add(transport);
    }

    @Override
    public void dataReceived(ByteBuffer data) {}
  }

  /** Two ends, far from each other. */
  private record Ends(SocketChannel client, SocketChannel server) {}

  private Ends open() throws Exception {
    if (listener == null) {
      target = listen();
      String name =
          "unix".equals(front) ? "unix:" + directory.resolve("f") : "tcp:0:interface=127.0.0.1";
      listener = in(() -> reactor.listen(name, Forwarder::new));
    }
    SocketAddress address =
        listener.address() instanceof UnixAddress
            ? UnixDomainSocketAddress.of(directory.resolve("f"))
            : listener.address();
    SocketChannel client = SocketChannel.open(address);
    opened.add(client);
    SocketChannel server = target.accept();
    opened.add(server);
    return new Ends(client, server);
  }

  private ServerSocketChannel listen() throws IOException {
    return "unix".equals(back)
        ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(directory.resolve("b")))
        : ServerSocketChannel.open()
            .setOption(StandardSocketOptions.SO_RCVBUF, 64 << 10) // of its connections, too
            .bind(new InetSocketAddress("127.0.0.1", 0));
  }

  private static SocketAddress address(ServerSocketChannel listening) {
    try {
      return listening.getLocalAddress();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String endpoint(String kind, SocketAddress address) {
    return address instanceof InetSocketAddress internet
        ? kind + ":127.0.0.1:" + internet.getPort() + ":send-buffer=65536"
        : kind + ":" + address;
  }

  private <T> T in(Callable<Deferred<T>> body) throws Exception {
    return reactor.blockingCall(body, PATIENCE);
  }

  @AfterEach
  void close() throws Exception {
    for (SocketChannel each : opened) {
      each.close();
    }
    threads.close();
    reactor.stop();
    reactor.awaitStopped(PATIENCE);
    target.close();
    before.assertNoMore();
  }

  // ---- What the far ends do -------------------------------------------------------------------

  private static byte[] bytes(int count, long seed) {
    var bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Writes in pieces of all sizes, small ones among the large. */
  private Future<?> write(SocketChannel to, byte[] bytes, boolean end) {
    return threads.submit(() -> {
      var sizes = new Random(7);
      OutputStream out = Channels.newOutputStream(to);
      for (int at = 0; at < bytes.length; ) {
        int most = sizes.nextInt(4) == 0 ? 200 : 200_000;
        int size = Math.min(bytes.length - at, 1 + sizes.nextInt(most));
        out.write(bytes, at, size);
        at += size;
      }
      if (end) {
        to.shutdownOutput();
      }
      return null;
    });
  }

  private Future<byte[]> read(SocketChannel from) {
    return threads.submit(() -> Channels.newInputStream(from).readAllBytes());
  }

  private static byte[] exactly(SocketChannel from, int count) throws IOException {
    var bytes = new byte[count];
    InputStream in = Channels.newInputStream(from);
    new DataInputStream(in).readFully(bytes);
    return bytes;
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static <T> T next(LinkedBlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private long pipes() {
    return OpenDescriptors.now().files().values().stream()
        .filter(file -> file.startsWith("pipe:"))
        .count();
  }

  // ---- Tests ----------------------------------------------------------------------------------

  @Test
  void muchFlowsBothWaysAtOnce() throws Exception {
    long pipes = pipes();
    Ends ends = open();
    byte[] there = bytes(MUCH, 1);
    byte[] back = bytes(MUCH, 2);
    var _ = write(ends.client(), there, true);
    var _ = write(ends.server(), back, true);
    Future<byte[]> arrived = read(ends.server());
    Future<byte[]> returned = read(ends.client());
    assertThat(get(arrived)).isEqualTo(there);
    assertThat(get(returned)).isEqualTo(back);
    assertThat(pipes()).as("the kernel has moved some of it").isGreaterThan(pipes);
  }

  @Test
  void oneDirectionGoesOnAfterTheEndOfTheOther() throws Exception {
    Ends ends = open();
    byte[] there = bytes(MUCH, 3);
    var _ = write(ends.client(), there, true);
    assertThat(get(read(ends.server()))).isEqualTo(there);
    byte[] back = bytes(MUCH, 4);
    var _ = write(ends.server(), back, true);
    assertThat(get(read(ends.client()))).isEqualTo(back);
  }

  @Test
  void whoDoesNotReadHoldsUpWhoWrites() throws Exception {
    Ends ends = open();
    byte[] there = bytes(4 * MUCH, 5);
    Future<?> written = write(ends.client(), there, true);
    Transport to = next(backs);
    awaitStandstill(to);
    assertThat(written.isDone()).isFalse();
    long waiting = in(() -> Deferred.succeeded(to.outboundBytes()));
    assertThat(waiting).isBetween(1L, 3L * (64 << 10));
    assertThat(get(read(ends.server()))).isEqualTo(there);
  }

  /** Until the sink is full, and nothing of it has moved since. */
  private void awaitStandstill(Transport to) throws Exception {
    long last = -1;
    for (int same = 0; same < 100; ) {
      long now = in(() -> Deferred.succeeded(to.writable() ? -1L : to.outboundBytes()));
      same = now > 0 && now == last ? same + 1 : 0;
      last = now;
    }
  }

  @Test
  void whatIsWrittenInBetweenKeepsItsPlace() throws Exception {
    Ends ends = open();
    byte[] there = bytes(MUCH, 6);
    get(write(ends.client(), bytes(100_000, 8), false));
    assertThat(exactly(ends.server(), 100_000)).isEqualTo(bytes(100_000, 8));
    Transport to = next(backs);
    in(() -> {
      to.write(ByteBuffer.wrap("between".getBytes(US_ASCII)));
      return Deferred.done();
    });
    var _ = write(ends.client(), there, true);
    byte[] arrived = get(read(ends.server()));
    assertThat(new String(arrived, 0, 7, US_ASCII)).isEqualTo("between");
    assertThat(arrived).hasSize(MUCH + 7).endsWith(there);
  }

  @Test
  void aResetIsHandedOn() throws Exception {
    Ends ends = open();
    byte[] there = bytes(300_000, 9);
    get(write(ends.client(), there, false));
    assertThat(exactly(ends.server(), there.length)).isEqualTo(there);
    Transport from = next(fronts);
    reactor.execute(from::abortConnection);
    if ("unix".equals(back)) { // which has none
      assertThat(get(read(ends.server()))).isEmpty();
    } else {
      assertThatThrownBy(() -> ends.server().read(ByteBuffer.allocate(1)))
          .hasMessageContaining("reset");
    }
  }

  @Test
  void aSinkThatBreaksTakesItsPipesWithIt() throws Exception {
    Ends ends = open();
    var _ = write(ends.client(), bytes(4 * MUCH, 10), true);
    awaitStandstill(next(backs));
    if (!"unix".equals(back)) {
      ends.server().setOption(StandardSocketOptions.SO_LINGER, 0);
    }
    ends.server().close();
    // The end of the source, in whatever way; what is left open is found in the end.
    assertThatThrownBy(() -> exactly(ends.client(), 1)).isInstanceOf(IOException.class);
  }

  @Test
  void aFlowThatIsCancelledMovesNoMore() throws Exception {
    Ends ends = open();
    byte[] there = bytes(4 * MUCH, 12);
    var _ = write(ends.client(), there, true);
    awaitStandstill(next(backs));
    Deferred<Long> flow = next(flows);
    reactor.execute(flow::cancel);
    assertThat(countToTheEnd(ends.server())).isLessThan(there.length);
  }

  /** Of whatever kind that is. */
  private static long countToTheEnd(SocketChannel from) {
    ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
    long sum = 0;
    try {
      for (int count; (count = from.read(buffer.clear())) >= 0; sum += count) {}
    } catch (IOException e) {
      return sum; // a reset
    }
    return sum;
  }

  @Test
  void whereAllPipesAreLentTheRestIsCopied() throws Exception {
    var all = new ArrayList<Ends>();
    byte[] there = bytes(MUCH / 2, 11);
    for (int i = 0; i < MANY; i++) {
      Ends ends = open();
      all.add(ends);
      var _ = write(ends.client(), there, true);
      awaitStandstill(next(backs));
    }
    assertThat(pipes()).isBetween(2L * 64, 2L * 64 + 40);
    for (Ends ends : all) {
      assertThat(get(read(ends.server()))).isEqualTo(there);
    }
  }
}
