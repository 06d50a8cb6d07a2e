package io.tendril.testing;

import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection for the test of one protocol: it records what the protocol writes, and delivers what
 * the test says. The protocol has a real transport, with all that its contract promises, over a
 * socket that the test holds; time is virtual.
 *
 * <pre>{@code
 * var connection = new RecordingTransport();
 * connection.connect(Greeter::new);
 * assertThat(connection.takeText()).isEqualTo("220 ready\r\n");
 * connection.deliver("QUIT\r\n");
 * assertThat(connection.takeText()).isEqualTo("221 bye\r\n");
 * assertThat(connection.isClosing()).isTrue();
 * }</pre>
 *
 * <p>Each delivery is one call of {@link Protocol#dataReceived}, apart from bytes that were left
 * unread before. When one of the methods here returns, all that it has led to has happened, as far
 * as it needs no time; for that there is {@link #clock()}. What the protocol throws comes out of
 * the method, as the cause of an {@link AssertionError}, after the connection was closed for it;
 * see {@link TestClock#expectFailure}.
 */
public final class RecordingTransport {
  private static final int PORT = 25;

  private final TestClock clock;
  private final Reactor reactor;
  private final Map<Class<?>, Object> capabilities = new LinkedHashMap<>();
  private SocketAddress local = new InetSocketAddress(MemoryHost.literal("10.0.0.1"), PORT);
  private SocketAddress peer = new InetSocketAddress(MemoryHost.literal("10.0.0.99"), 50_000);
  private @Nullable RecordedSocket socket;
  private @Nullable Transport transport;
  private @Nullable ConnectionClosed reason;

  /** A connection with a clock of its own. */
  public RecordingTransport() {
    this(new TestClock());
  }

  /** A connection of a clock's reactor. */
  public RecordingTransport(TestClock clock) {
    this.clock = clock;
    this.reactor = clock.reactor();
  }

  // ---- Before it begins -----------------------------------------------------------------------

  /** Says who is at the other end. */
  public RecordingTransport withPeer(SocketAddress address) {
    peer = address;
    return this;
  }

  /** Says what this end is called. */
  public RecordingTransport withLocal(SocketAddress address) {
    local = address;
    return this;
  }

  /** Has something for {@link Transport#query} to find. */
  public <C> RecordingTransport withCapability(Class<C> type, C capability) {
    capabilities.put(type, capability);
    return this;
  }

  // ---- What the network does ------------------------------------------------------------------

  /**
   * Makes the connection, and says so to the protocol.
   *
   * @return what the factory has built
   */
  public <P extends Protocol> P connect(ProtocolFactory<P> factory) {
    if (socket != null) {
      throw new IllegalStateException("this has been connected already");
    }
    var made = new Made<P>();
    clock.call(
        reactor,
        () ->
            reactor
                .network()
                .connect(
                    new RecordedSocket.Address(this),
                    "the test",
                    SocketSettings.defaults(),
                    Duration.ofSeconds(1),
                    building -> made.keep(factory.build(take(building))))
                .thenAccept(_ -> {})
                .exceptionally(ConnectFailed.class, failure -> made.failed(failure)));
    return made.protocol();
  }

  /** What comes of a connect. */
  private static final class Made<P> {
    private @Nullable P protocol;
    private @Nullable Throwable failure;

    P keep(P built) {
      protocol = built;
      return built;
    }

    @Nullable Void failed(ConnectFailed why) {
      failure = why.getCause();
      return null;
    }

    P protocol() {
      if (protocol == null) {
        throw new AssertionError("no protocol was built", failure);
      }
      return protocol;
    }
  }

  private Transport take(Transport made) {
    transport = made;
    made.onClosed(why -> {
      if (why instanceof ConnectionClosed closed) {
        reason = closed;
      }
    });
    return made;
  }

  RecordedSocket opened(RecordedSocket made) {
    made.addresses(local, peer);
    made.capabilities.putAll(capabilities);
    socket = made;
    return made;
  }

  /** Bytes arrive. */
  public void deliver(byte[] bytes) {
    clock.call(reactor, () -> socket().deliver(bytes));
  }

  /** Bytes arrive: those between position and limit, which stay where they are. */
  public void deliver(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    deliver(copy);
  }

  /** Text arrives, as UTF-8. */
  public void deliver(String text) {
    deliver(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The peer ends its side. */
  public void end() {
    clock.call(reactor, () -> socket().end());
  }

  /** The peer, or the network, breaks the connection. */
  public void reset() {
    lose(new SocketException("Connection reset"));
  }

  /** The connection is lost, for a reason of the network's. */
  public void lose(IOException why) {
    clock.call(reactor, () -> socket().fail(why));
  }

  /** From here on nothing that the protocol writes is accepted, until {@link #drain}. */
  public void stall() {
    clock.call(reactor, () -> socket().stall(true));
  }

  /** What was written meanwhile is accepted. */
  public void drain() {
    clock.call(reactor, () -> socket().stall(false));
  }

  // ---- What the protocol did ------------------------------------------------------------------

  /** What was sent so far, or since {@link #clear}. */
  public byte[] bytes() {
    return socket().written.toByteArray();
  }

  /** What was sent so far, or since {@link #clear}, as UTF-8. */
  public String text() {
    return socket().written.toString(StandardCharsets.UTF_8);
  }

  /** Forgets what was sent so far. */
  public void clear() {
    socket().written.reset();
  }

  /** {@link #text}, then {@link #clear}. */
  public String takeText() {
    String text = text();
    clear();
    return text;
  }

  /** Whether reading is paused, by the protocol or because too much waits to be sent. */
  public boolean isPaused() {
    return !isClosing() && !transport().reading();
  }

  /** Whether the end of the output has been sent: by shutdownOutput, or in closing. */
  public boolean isOutputShut() {
    return socket().isOutputShut();
  }

  /** Whether the connection is closing, or has closed, by whichever side. */
  public boolean isClosing() {
    return reason != null || !socket().isOpen() || (isOutputShut() && !transport().reading());
  }

  /** Whether it was closed by {@link Transport#abortConnection}. */
  public boolean isAborted() {
    return socket().isAborted();
  }

  /** Whether it is closed, and connectionLost has been called. */
  public boolean isClosed() {
    return reason != null;
  }

  /**
   * Why it was closed.
   *
   * @throws AssertionError if it is not closed
   */
  public ConnectionClosed reason() {
    if (reason == null) {
      throw new AssertionError("the connection is not closed");
    }
    return reason;
  }

  // ---- Around it ------------------------------------------------------------------------------

  /** The protocol's transport. */
  public Transport transport() {
    if (transport == null) {
      throw new IllegalStateException("connect() first");
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

  private RecordedSocket socket() {
    if (socket == null) {
      throw new IllegalStateException("connect() first");
    }
    return socket;
  }
}
