package io.tendril.testing;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.DatagramTransport;
import io.tendril.core.Reactor;
import io.tendril.spi.SocketSettings;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A datagram socket for the test of one protocol: it records what the protocol sends, and delivers
 * what the test says. The protocol has a real transport, over a socket that the test holds; time is
 * virtual.
 *
 * <pre>{@code
 * var socket = new RecordingDatagramTransport();
 * var lookup = socket.connect(Lookup::new);
 * var answer = lookup.ask("ping");
 * socket.clock().advance(ofMillis(500));
 * assertThat(socket.sent()).hasSize(2);                 // it has asked again
 * }</pre>
 *
 * <p>When one of the methods here returns, all that it has led to has happened, as far as it needs
 * no time. What the protocol throws comes out of it as {@link TestClock#expectFailure} says.
 */
public final class RecordingDatagramTransport {
  private final TestClock clock;
  private final Reactor reactor;
  private InetSocketAddress local = new InetSocketAddress(MemoryHost.literal("10.0.0.1"), 53);
  private InetSocketAddress peer = new InetSocketAddress(MemoryHost.literal("10.0.0.99"), 50_000);
  private @Nullable RecordedDatagram socket;
  private @Nullable DatagramTransport transport;

  /**
   * A datagram that was sent.
   *
   * @param data its bytes, read-only
   * @param to who it was sent to
   */
  public record Sent(ByteBuffer data, InetSocketAddress to) {
    /** Its bytes as UTF-8. */
    public String text() {
      return StandardCharsets.UTF_8.decode(data.duplicate()).toString();
    }
  }

  /** A socket with a clock of its own. */
  public RecordingDatagramTransport() {
    this(new TestClock());
  }

  /** A socket of a clock's reactor. */
  public RecordingDatagramTransport(TestClock clock) {
    this.clock = clock;
    this.reactor = clock.reactor();
  }

  /** Says who is at the other end, of a connected socket or if a delivery does not say. */
  public RecordingDatagramTransport withPeer(InetSocketAddress address) {
    peer = address;
    return this;
  }

  /** Says what this end is called. */
  public RecordingDatagramTransport withLocal(InetSocketAddress address) {
    local = address;
    return this;
  }

  /** Opens the socket for anybody. */
  public <P extends DatagramProtocol> P bind(DatagramProtocol.Factory<P> factory) {
    return open(null, factory);
  }

  /** Opens the socket, connected to the peer. */
  public <P extends DatagramProtocol> P connect(DatagramProtocol.Factory<P> factory) {
    return open(peer, factory);
  }

  private <P extends DatagramProtocol> P open(
      @Nullable InetSocketAddress to, DatagramProtocol.Factory<P> factory) {
    if (socket != null) {
      throw new IllegalStateException("this has been opened already");
    }
    List<P> built = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    clock
        .network()
        .engineOf(reactor)
        .openNext((engine, ready) -> {
          var made = new RecordedDatagram(engine, local, to, ready);
          socket = made;
          return made;
        });
    clock.call(
        reactor,
        () ->
            reactor
                .network()
                .datagram(local, to, SocketSettings.defaults(), opening -> build(opening, factory))
                .thenAccept(built::add)
                .exceptionally(failure -> {
                  failures.add(failure);
                  return null;
                }));
    if (built.isEmpty()) {
      throw new AssertionError(
          "no protocol was built", failures.isEmpty() ? null : failures.getFirst());
    }
    return built.getFirst();
  }

  private <P extends DatagramProtocol> P build(
      DatagramTransport opening, DatagramProtocol.Factory<P> factory) throws Exception {
    transport = opening;
    return factory.build(opening);
  }

  // ---- What the network does ------------------------------------------------------------------

  /** A datagram arrives from somebody. */
  public void deliver(byte[] data, InetSocketAddress from) {
    clock.call(reactor, () -> socket().deliver(data, from));
  }

  /** A datagram arrives from the peer. */
  public void deliver(byte[] data) {
    deliver(data, peer);
  }

  /** A datagram arrives from the peer: the bytes between position and limit. */
  public void deliver(ByteBuffer data) {
    byte[] copy = new byte[data.remaining()];
    data.duplicate().get(copy);
    deliver(copy, peer);
  }

  /** A datagram of text in UTF-8 arrives from the peer. */
  public void deliver(String text) {
    deliver(text.getBytes(StandardCharsets.UTF_8), peer);
  }

  /** The peer of a connected socket says, by ICMP, that nobody is there. */
  public void refuse() {
    clock.call(reactor, () -> socket().refuse());
  }

  /** From here on nothing can be sent, until {@link #drain}. */
  public void stall() {
    clock.call(reactor, () -> socket().stall(true));
  }

  /** Sending is possible again. */
  public void drain() {
    clock.call(reactor, () -> socket().stall(false));
  }

  // ---- What the protocol did ------------------------------------------------------------------

  /** What was sent so far, or since {@link #clear}. */
  public List<Sent> sent() {
    return List.copyOf(socket().sent);
  }

  /** Forgets what was sent so far. */
  public void clear() {
    socket().sent.clear();
  }

  /** Whether the socket is closed. */
  public boolean isClosed() {
    return !socket().isOpen();
  }

  // ---- Around it ------------------------------------------------------------------------------

  /** The protocol's transport. */
  public DatagramTransport transport() {
    if (transport == null) {
      throw new IllegalStateException("bind() or connect() first");
    }
    return transport;
  }

  /** The time that the protocol lives in. */
  public TestClock clock() {
    return clock;
  }

  /** The protocol's reactor. */
  public Reactor reactor() {
    return reactor;
  }

  private RecordedDatagram socket() {
    if (socket == null) {
      throw new IllegalStateException("bind() or connect() first");
    }
    return socket;
  }
}
