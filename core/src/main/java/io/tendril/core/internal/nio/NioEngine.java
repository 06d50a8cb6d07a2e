package io.tendril.core.internal.nio;

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
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine on {@code java.nio}: one selector.
 *
 * <p>Ready keys are collected during the select and handled after it, so that a handler may wait
 * again: a nested loop. All select and dispatch state is per call, or saved around a nested one.
 */
public final class NioEngine implements Engine {
  private static final TimeSource CLOCK =
      new TimeSource() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public Instant now() {
          return Instant.now();
        }
      };

  private final Selector selector;
  private final Consumer<SelectionKey> collect = this::collect;
  private NioSocket[] ready = new NioSocket[256];
  private int readyCount;
  private boolean dispatching;

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
    return CLOCK;
  }

  @Override
  public void await(long nanos) throws IOException {
    NioSocket[] outer = ready;
    int outerCount = readyCount;
    boolean nested = dispatching;
    if (nested) {
      ready = new NioSocket[64];
    }
    readyCount = 0;
    try {
      select(nanos, collect);
      dispatching = true;
      dispatch();
    } finally {
      dispatching = nested;
      if (nested) {
        ready = outer;
        readyCount = outerCount;
      }
    }
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

  private void collect(SelectionKey key) {
    if (readyCount == ready.length) {
      ready = Arrays.copyOf(ready, readyCount * 2);
    }
    NioSocket socket = (NioSocket) key.attachment();
    socket.readyOps = key.readyOps();
    ready[readyCount++] = socket;
  }

  @SuppressWarnings("NullAway") // a slot that is not in use holds nothing
  private void dispatch() {
    for (int i = 0; i < readyCount; i++) {
      NioSocket socket = ready[i];
      ready[i] = null;
      socket.dispatch();
    }
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
