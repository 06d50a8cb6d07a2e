package io.tendril.core.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** An engine that a test turns, and what peers on blocking sockets say to it. */
final class RingFixture implements AutoCloseable {
  private static final long PATIENCE = 20_000_000_000L;

  final UringEngine engine;
  final List<End> ends = new ArrayList<>();
  private final Deque<Engine.StreamSocket> accepted = new ArrayDeque<>();
  private Engine.@Nullable ListenSocket listener;

  /** The engine's end of a connection: keeps what it reads. */
  final class End implements Engine.Ready {
    final Engine.StreamSocket socket;
    final ByteArrayOutputStream read = new ByteArrayOutputStream();
    @Nullable IOException failure;
    boolean ended;
    boolean writable;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 << 10);

    End(Engine.StreamSocket socket) {
      this.socket = socket;
      socket.ready(this);
      socket.interest(true, false);
      ends.add(this);
    }

    @Override
    public void ready(boolean readable, boolean mayWrite) {
      writable |= mayWrite;
      try {
        int count = readable ? socket.read(buffer.clear()) : 0;
        if (count > 0) {
          read.write(buffer.array(), 0, count);
        } else if (count < 0) {
          ended = true;
          socket.interest(false, false);
        }
      } catch (IOException e) {
        failure = e;
        socket.interest(false, false);
      }
    }

    long write(byte[] data) throws IOException {
      return socket.write(new ByteBuffer[] {ByteBuffer.wrap(data)}, 0, 1);
    }
  }

  RingFixture(RingSizes sizes) throws IOException {
    if (!"required".equals(System.getenv("TENDRIL_INTEROP"))) {
      String missing = UringEngine.unavailable();
      assumeTrue(missing == null, missing);
    }
    engine = UringEngine.open(sizes);
  }

  RingFixture() throws IOException {
    this(RingSizes.USUAL);
  }

  /** Waits until something holds. */
  void until(String what, BooleanSupplier holds) throws IOException {
    long end = System.nanoTime() + PATIENCE;
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited in vain until " + what).isLessThan(end);
      engine.await(1_000_000);
    }
  }

  /** Some turns that do not wait. */
  void turn(int times) throws IOException {
    for (int i = 0; i < times; i++) {
      engine.await(0);
    }
  }

  Engine.ListenSocket listen() throws IOException {
    Engine.ListenSocket made = listener;
    if (made == null) {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      made = engine.listen(address, SocketSettings.defaults(), this::accept);
      made.interest(true, false);
      listener = made;
    }
    return made;
  }

  private void accept(boolean readable, boolean writable) {
    Engine.ListenSocket from = listener;
    try {
      for (Engine.StreamSocket each;
          from != null && (each = from.accept(SocketSettings.defaults())) != null; ) {
        accepted.add(each);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  InetSocketAddress address() throws IOException {
    return (InetSocketAddress) listen().local();
  }

  /** A peer that connects; {@link #end} is the engine's end of it. */
  Socket dial() throws IOException {
    InetSocketAddress to = address();
    engine.await(0); // the listener is ready
    var peer = new Socket(to.getAddress(), to.getPort());
    peer.setTcpNoDelay(true);
    peer.setSoTimeout(20_000);
    return peer;
  }

  /** The engine's end of the next connection. */
  End end() throws IOException {
    until("a connection is accepted", () -> !accepted.isEmpty());
    return new End(accepted.remove());
  }

  /** Whether the engine has nothing of what its sockets use. */
  boolean isEmpty() {
    return engine.slots.taken() == 0 && engine.received.isComplete();
  }

  @Override
  public void close() {
    ends.forEach(each -> each.socket.close());
    accepted.forEach(Engine.StreamSocket::close);
    if (listener != null) {
      listener.close();
    }
    engine.close();
  }
}
