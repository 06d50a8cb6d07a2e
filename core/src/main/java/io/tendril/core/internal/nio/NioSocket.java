package io.tendril.core.internal.nio;

import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/** What all sockets of this engine have: a key, and who is told. */
abstract class NioSocket implements Engine.Socket {
  private final NioEngine engine;
  private final SelectionKey key;
  private Engine.Ready ready;
  int readyOps;

  NioSocket(SelectableChannel channel, NioEngine engine, Engine.Ready ready) throws IOException {
    this.engine = engine;
    this.ready = ready;
    this.key = engine.register(channel, this);
  }

  /** The operations that mean readable and writable for this kind of socket. */
  abstract int readOp();

  abstract int writeOp();

  @Override
  public final void interest(boolean readable, boolean writable) {
    int ops = (readable ? readOp() : 0) | (writable ? writeOp() : 0);
    if (key.isValid() && key.interestOps() != ops) {
      key.interestOps(ops);
      engine.changed();
    }
  }

  public final void ready(Engine.Ready next) {
    ready = next;
  }

  final void dispatch() {
    int ops = readyOps;
    if (key.isValid()) {
      ready.ready((ops & readOp()) != 0, (ops & writeOp()) != 0);
    }
  }

  @Override
  public void close() {
    close(key.channel());
    engine.changed();
  }

  static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      System.getLogger("io.tendril.core")
          .log(System.Logger.Level.DEBUG, "closing a socket failed", e);
    }
  }

  /** Leaves its selector; the channel stays open. */
  final void leave() throws ClosedChannelException {
    if (!key.isValid()) {
      throw new ClosedChannelException();
    }
    key.cancel();
    engine.changed();
  }

  /**
   * Whether a socket of IPv4 alone will do: cheaper than one of both families, which is what an
   * address that stands for all of them needs.
   */
  static boolean isInet4(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress internet
        && internet.getAddress() instanceof Inet4Address four
        && !four.isAnyLocalAddress();
  }

  static SocketAddress localOf(NetworkChannel channel) {
    try {
      return UnixAddress.from(channel.getLocalAddress());
    } catch (IOException e) {
      return new InetSocketAddress(0);
    }
  }

  /** Sets the options that streams have, accepted or connected. */
  static void applyStream(NetworkChannel channel, SocketSettings settings) throws IOException {
    set(channel, StandardSocketOptions.SO_SNDBUF, settings.sendBuffer());
    if (!channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
      return; // a UNIX socket, which has nothing of the rest
    }
    if (settings.noDelay()) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
    if (settings.keepAlive()) {
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      set(channel, jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE, seconds(settings.keepAliveIdle()));
      set(
          channel,
          jdk.net.ExtendedSocketOptions.TCP_KEEPINTERVAL,
          seconds(settings.keepAliveInterval()));
      set(channel, jdk.net.ExtendedSocketOptions.TCP_KEEPCOUNT, settings.keepAliveCount());
    }
    if (settings.linger() >= 0) {
      channel.setOption(StandardSocketOptions.SO_LINGER, settings.linger());
    }
  }

  private static int seconds(java.time.Duration time) {
    return (int) Math.min(Integer.MAX_VALUE, time.toSeconds());
  }

  /** Sets an option unless its value is 0, the system's default. */
  static void set(NetworkChannel channel, SocketOption<Integer> option, int value)
      throws IOException {
    if (value > 0) {
      channel.setOption(option, value);
    }
  }
}
