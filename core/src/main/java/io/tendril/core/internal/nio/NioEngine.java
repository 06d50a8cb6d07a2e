package io.tendril.core.internal.nio;

import io.tendril.core.internal.SystemTime;
import io.tendril.core.internal.net.Findings;
import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import io.tendril.spi.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine on {@code java.nio}: one selector.
 *
 * <p>Ready keys are collected during the select and handled after it: {@link Findings}.
 */
public final class NioEngine implements Engine {
  private final Selector selector;
  private final Found found = new Found();

  /** Whether another thread waits, for a loop that is somebody else's. */
  private volatile boolean watched;

  private NioEngine(Selector selector) {
    this.selector = selector;
  }

  /** A new engine. */
  public static NioEngine open() throws IOException {
    return new NioEngine(Selector.open());
  }

  @Override
  public String name() {
    return "nio";
  }

  @Override
  public TimeSource clock() {
    return SystemTime.CLOCK;
  }

  /** The keys that a select has found. */
  private final class Found extends Findings<NioSocket> {
    private final Consumer<SelectionKey> key = this::add;

    private void add(SelectionKey ready) {
      NioSocket socket = (NioSocket) ready.attachment();
      socket.readyOps = ready.readyOps();
      add(socket);
    }

    @Override
    protected void collect(long nanos) throws IOException {
      select(nanos, key);
    }

    @Override
    protected void tell(NioSocket socket) {
      socket.dispatch();
    }
  }

  @Override
  public void await(long nanos) throws IOException {
    found.await(nanos);
  }

  private void select(long nanos, Consumer<SelectionKey> action) throws IOException {
    if (nanos == 0) {
      selector.selectNow(action);
    } else if (nanos < 0) {
      selector.select(action);
    } else {
      // To the millisecond, and up: to wake before the time is to wake for nothing.
      selector.select(action, Math.max(1, (nanos + 999_999) / 1_000_000));
    }
  }

  // ---- Waiting for somebody else's loop -------------------------------------------------------

  @Override
  public boolean watchable() {
    return true;
  }

  @Override
  public void watch(long nanos) throws IOException {
    watched =
        true; // before the selector looks for changes: changed() says them after it has made them
    try {
      select(nanos, key -> {});
    } finally {
      watched = false;
    }
  }

  /** A key has been made, changed or closed: a wait that is under way knows nothing of it. */
  void changed() {
    if (watched) {
      selector.wakeup();
    }
  }

  SelectionKey register(SelectableChannel channel, NioSocket socket) throws IOException {
    SelectionKey key = channel.register(selector, 0, socket);
    changed();
    return key;
  }

  @Override
  public boolean waitsOnVirtualThreads() {
    return true;
  }

  @Override
  public void wakeup() {
    selector.wakeup();
  }

  @Override
  public ByteBuffer allocate(int capacity) {
    return ByteBuffer.allocateDirect(capacity);
  }

  @Override
  public ListenSocket listen(SocketAddress address, SocketSettings settings, Ready ready)
      throws IOException {
    return address instanceof UnixAddress unix
        ? NioUnixListenSocket.open(this, unix, settings, ready)
        : NioListenSocket.open(this, address, settings, ready);
  }

  @Override
  public StreamSocket connect(SocketAddress address, SocketSettings settings, Ready ready)
      throws IOException {
    return address instanceof UnixAddress unix
        ? NioUnixStreamSocket.connect(this, unix, settings, ready)
        : NioStreamSocket.connect(this, address, settings, ready);
  }

  @Override
  public boolean handsOver() {
    return true;
  }

  @Override
  public StreamSocket takeOver(Handover connection, SocketSettings settings) throws IOException {
    if (connection instanceof NioHandover.Connection known) {
      return known.in(this, settings);
    }
    throw new IllegalArgumentException(connection + " is no connection of this kind of engine");
  }

  @Override
  public ListenSocket takeOver(Handover listener, Ready ready) throws IOException {
    if (listener instanceof NioHandover.Listener known) {
      return known.in(this, ready);
    }
    throw new IllegalArgumentException(listener + " is no listener of this kind of engine");
  }

  @Override
  public DatagramSocket datagram(
      @Nullable InetSocketAddress local,
      @Nullable InetSocketAddress peer,
      SocketSettings settings,
      Ready ready)
      throws IOException {
    return NioDatagramSocket.open(this, local, peer, settings, ready);
  }

  @Override
  public void close() {
    try {
      selector.selectNow(); // lets go of the sockets that were closed last
      selector.close();
    } catch (IOException e) {
      System.getLogger("io.tendril.core")
          .log(System.Logger.Level.WARNING, "closing the selector failed", e);
    }
  }
}
