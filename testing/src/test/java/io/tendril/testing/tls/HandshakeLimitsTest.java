package io.tendril.testing.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorOptions;
import io.tendril.core.ReactorStats;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.ServerEndpoint;
import io.tendril.core.endpoint.TcpClientEndpoint;
import io.tendril.core.endpoint.TcpServerEndpoint;
import io.tendril.core.endpoint.TlsClientEndpoint;
import io.tendril.core.endpoint.TlsServerEndpoint;
import io.tendril.core.tls.TlsSession;
import io.tendril.spi.SocketSettings;
import io.tendril.testing.MemoryHost;
import io.tendril.testing.MemoryNetwork;
import io.tendril.testing.MemoryPair;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What handshakes may cost: in number, in time, in memory, and while the pool is full. */
class HandshakeLimitsTest {
  private static final Certificates JDK = Certificates.on("JDK");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int LIMIT = 1_000;

  /** Of a socket in memory, each way. */
  private static final int SOCKET_BUFFER = 65_536;

  // ---- Number and time ------------------------------------------------------------------------

  /** Begins a handshake, and says no more. */
  private static final class Silent implements Protocol {
    private final Transport transport;

    Silent(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void connectionMade() {
      transport.write(ByteBuffer.wrap(new byte[] {22, 3, 1, 1, 0, 1, 0, 0, (byte) 252, 3, 3}));
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      data.position(data.limit());
    }
  }

  /** A server in virtual time, and what happens there. */
  private static final class Crowded {
    private final MemoryNetwork network = new MemoryNetwork();
    private final MemoryHost server = network.host("server");
    private final MemoryHost clients = network.host("clients");
    private final InetSocketAddress address = new InetSocketAddress(server.address(), 443);
    private final List<ReactorEvent> failed = new ArrayList<>();

    Crowded() {
      network.observe(event -> {
        if (event instanceof ReactorEvent.HandshakeFailed) {
          failed.add(event);
        }
      });
      ServerEndpoint below =
          (reactor, factory) ->
              reactor.network().listen(address, SocketSettings.defaults(), factory);
      server.run(reactor ->
          TlsServerEndpoint.over(below, JDK.server())
              .listen(reactor, transport -> new Talker(transport, null)));
    }

    void begin(int count) {
      for (int i = 0; i < count; i++) {
        clients.run(reactor ->
            reactor
                .network()
                .connect(address, "server", SocketSettings.defaults(), PATIENCE, Silent::new));
      }
      pass(Duration.ofMillis(100));
    }

    void pass(Duration time) {
      network.clock().advance(time);
    }

    ReactorStats stats() {
      return server.reactor().stats();
    }
  }

  @Test
  void handshakesThatStandStillAreBoundedInNumberAndTime() {
    var crowded = new Crowded();
    crowded.begin(LIMIT);
    assertThat(crowded.stats().connections()).isEqualTo(LIMIT);
    assertThat(crowded.failed).isEmpty();
    crowded.begin(200);
    assertThat(crowded.stats().connections()).isEqualTo(LIMIT);
    assertThat(crowded.failed)
        .hasSize(200)
        .allMatch(event ->
            ((ReactorEvent.HandshakeFailed) event).cause()
                instanceof ConnectionClosed.LimitExceeded);
    crowded.pass(Duration.ofSeconds(29));
    assertThat(crowded.stats().connections()).isEqualTo(LIMIT);
    crowded.pass(Duration.ofSeconds(1));
    assertThat(crowded.stats().connections()).isZero();
    assertThat(crowded.stats().failedHandshakes()).isEqualTo(LIMIT + 200);
    assertThat(crowded.failed.getLast())
        .asString()
        .contains("no end of the TLS handshake for 30000 ms");
  }

  @Test
  void whoShakesHandsGetsThroughTheCrowd() {
    var crowded = new Crowded();
    crowded.begin(LIMIT);
    var sessions = new ArrayList<TlsSession>();
    crowded.clients.run(reactor ->
        TlsClientEndpoint.over(
                new TcpClientEndpoint("server", 443, PATIENCE, SocketSettings.defaults()),
                JDK.clientOf("server.test"))
            .connect(reactor, transport -> new Talker(transport, null))
            .thenAccept(talker -> sessions.add(talker.transport.query(TlsSession.class))));
    crowded.pass(Duration.ofSeconds(1));
    assertThat(sessions).hasSize(1);
    assertThat(crowded.stats().connections()).isEqualTo(LIMIT);
  }

  /** A thousand of them are the most that a peer can have for nothing. */
  @Test
  void aHandshakeThatStandsStillIsCheap() {
    var first = new Crowded();
    first.begin(10); // what is made once
    long before = used();
    var crowded = new Crowded();
    crowded.begin(LIMIT);
    long each = (used() - before) / LIMIT;
    assertThat(each).as("octets of both sides of one").isLessThan(64 << 10);
    assertThat(crowded.stats().connections()).isEqualTo(LIMIT);
    assertThat(first.stats().connections()).isEqualTo(10);
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  // ---- The pool -------------------------------------------------------------------------------

  @Test
  void aPoolThatIsFullFailsTheHandshakeAndNothingElse() throws Exception {
    var release = new CountDownLatch(1);
    var options = ReactorOptions.defaults().withBlocking(1, 1);
    Reactor server = Reactor.create(options).start();
    try {
      int port =
          server.blockingCall(
              () ->
                  TlsServerEndpoint.over(TcpServerEndpoint.port(0).on("127.0.0.1"), JDK.server())
                      .listen(server, transport -> new Talker(transport, null))
                      .thenApply(Listener::port),
              PATIENCE);
      server.blockingCall(
          () -> {
            for (int i = 0; i < 2; i++) {
              var _ = server.deferToThread(() -> release.await(60, TimeUnit.SECONDS));
            }
            return Deferred.succeeded(true);
          },
          PATIENCE);
      assertThatThrownBy(() -> shake(port)).isInstanceOf(ConnectFailed.class);
      assertThat(server.blockingCall(() -> failures(server), PATIENCE)).isEqualTo(1);
      release.countDown();
      server.blockingCall(() -> idle(server), PATIENCE);
      assertThat(shake(port)).isEqualTo("TLSv1.3");
    } finally {
      release.countDown();
      server.stop();
      server.awaitStopped(PATIENCE);
    }
  }

  private static Deferred<Long> failures(Reactor reactor) {
    long failures = reactor.stats().failedHandshakes();
    return failures > 0
        ? Deferred.succeeded(failures)
        : reactor.after(Duration.ofMillis(1)).thenCompose(soon -> failures(reactor));
  }

  /** Waits until the pool takes a call again. */
  private static Deferred<Boolean> idle(Reactor reactor) {
    return reactor
        .<Boolean>deferToThread(() -> true)
        .exceptionallyCompose(
            full -> reactor.after(Duration.ofMillis(1)).thenCompose(soon -> idle(reactor)));
  }

  private static String shake(int port) throws Exception {
    return Reactor.runUntil(reactor ->
        TlsClientEndpoint.over(TcpClientEndpoint.to("127.0.0.1", port), JDK.clientOf("server.test"))
            .connect(reactor, transport -> new Talker(transport, null))
            .thenApply(talker -> talker.transport.query(TlsSession.class).version())
            .orTimeout(PATIENCE));
  }

  // ---- S6 -------------------------------------------------------------------------------------

  @Test
  void tlsInTlsHoldsLittleForAPausedReader() {
    var pair =
        MemoryPair.connect(
            transport -> new Talker(transport, JDK.client()),
            transport -> new Talker(transport, JDK.server()));
    pair.pump();
    pair.client().secure(JDK.client());
    pair.server().secure(JDK.server());
    pair.pump();
    Transport client = pair.client().transport;
    Transport server = pair.server().transport;
    server.pauseReading();
    long written = 0;
    long moved = 0;
    // What the wire takes from here on, the reader's side holds.
    for (int quiet = 0; quiet < 50; ) {
      if (client.writable()) {
        client.write(ByteBuffer.wrap(new byte[8_192]));
        written += 8_192;
      }
      boolean more = pair.pumpToServer(1_000);
      pair.pumpToClient(Integer.MAX_VALUE);
      moved += more ? 1_000 : 0;
      quiet = more || client.writable() ? 0 : quiet + 1;
    }
    assertThat(client.outboundBytes()).as("waits at the writer").isLessThan(96 << 10);
    assertThat(written - client.outboundBytes() - 2 * SOCKET_BUFFER)
        .as("held by the layers of both sides, beside two sockets that are full")
        .isLessThan(64 << 10);
    assertThat(moved - SOCKET_BUFFER).as("held by the reader's layers").isBetween(0L, 32L << 10);
    assertThat(server.reading()).isFalse();
    server.resumeReading();
    pair.pump();
    assertThat(pair.server().bytes()).hasSize((int) written);
    client.loseConnection();
    pair.pump();
    assertThat(pair.server().lost).isInstanceOf(ConnectionClosed.Done.class);
  }

  // ---- P4 -------------------------------------------------------------------------------------

  /** Says much as soon as it can, in a way that no limit of one connection counts. */
  private static final class Lecturer extends Talker {
    private final int greeting;

    Lecturer(Transport transport, int greeting) {
      super(transport, null);
      this.greeting = greeting;
    }

    @Override
    public void connectionMade() {
      var _ =
          transport
              .writeFully(ByteBuffer.allocate(greeting))
              .thenCompose(_ -> transport.writeFully(ByteBuffer.allocate(1 << 20)))
              .exceptionally(_ -> null);
    }
  }

  /** Hears nothing. */
  private static final class Deaf extends Talker {
    Deaf(Transport transport) {
      super(transport, null);
    }

    @Override
    public void connectionMade() {
      transport.pauseReading();
    }
  }

  @Test
  void whatTheLayersKeepCountsAgainstTheBudget() {
    int budget = 200_000;
    var network = new MemoryNetwork();
    var server = network.host("server");
    var clients = network.host("clients");
    var address = new InetSocketAddress(server.address(), 443);
    Reactor reactor = server.newReactor(server.options().withOutboundBudget(budget));
    var lecturers = new ArrayList<Lecturer>();
    reactor.execute(() -> {
      var _ =
          TlsServerEndpoint.over(
                  (r, factory) -> r.network().listen(address, SocketSettings.defaults(), factory),
                  JDK.server())
              .listen(
                  reactor,
                  transport -> {
                    // So the peer's last read ends elsewhere in what each has encrypted.
                    lecturers.add(new Lecturer(transport, 1 + 2_000 * lecturers.size()));
                    return lecturers.getLast();
                  });
    });
    network.clock().advance(Duration.ofMillis(1));
    for (int i = 0; i < 20; i++) {
      clients.run(r ->
          TlsClientEndpoint.over(
                  new TcpClientEndpoint("server", 443, PATIENCE, SocketSettings.defaults()),
                  JDK.clientOf("server.test"))
              .connect(r, Deaf::new));
    }
    network.clock().advance(Duration.ofSeconds(1));
    assertThat(lecturers).hasSize(20);
    var lost = lecturers.stream().filter(each -> each.lost != null).toList();
    assertThat(lost)
        .isNotEmpty()
        .hasSizeLessThan(20)
        .allMatch(each -> each.lost instanceof ConnectionClosed.LimitExceeded);
    assertThat(lost.getFirst().lost).hasMessageContaining("200000");
    assertThat(reactor.stats().outboundBytes()).isBetween(budget / 2L, (long) budget);
    reactor.execute(() -> lecturers.forEach(each -> each.transport.abortConnection()));
    network.clock().advance(Duration.ofSeconds(1));
    assertThat(reactor.stats().outboundBytes()).isZero();
  }
}
