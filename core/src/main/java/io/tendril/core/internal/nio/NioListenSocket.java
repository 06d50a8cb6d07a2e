package io.tendril.core.internal.nio;

import io.tendril.core.EngineLacks;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A listening socket: of TCP, unless it says otherwise. */
class NioListenSocket extends NioSocket implements Engine.ListenSocket {
  final ServerSocketChannel channel;
  final NioEngine engine;

  NioListenSocket(ServerSocketChannel channel, NioEngine engine, Engine.Ready ready)
      throws IOException {
    super(channel, engine, ready);
    this.channel = channel;
    this.engine = engine;
  }

  static NioListenSocket open(
      NioEngine engine, SocketAddress address, SocketSettings settings, Engine.Ready ready)
      throws IOException {
    if (settings.ipv6Only() && isAny(address)) {
      throw new EngineLacks("sockets that listen on all addresses of IPv6 alone", "nio", "linux");
    }
    ServerSocketChannel channel =
        isInet4(address)
            ? ServerSocketChannel.open(StandardProtocolFamily.INET)
            : ServerSocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, settings.reuseAddress());
      if (settings.reusePort()) {
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      set(channel, StandardSocketOptions.SO_RCVBUF, settings.receiveBuffer());
      channel.bind(address, settings.backlog());
      return new NioListenSocket(channel, engine, ready);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean isAny(SocketAddress address) {
    return address instanceof InetSocketAddress internet
        && internet.getAddress() != null
        && internet.getAddress().isAnyLocalAddress();
  }

  @Override
  int readOp() {
    return SelectionKey.OP_ACCEPT;
  }

  @Override
  int writeOp() {
    return 0;
  }

  @Override
  public Engine.@Nullable StreamSocket accept(SocketSettings settings) throws IOException {
    SocketChannel accepted = channel.accept();
    return accepted == null ? null : NioStreamSocket.accepted(accepted, engine, settings);
  }

  @Override
  public SocketAddress local() {
    return localOf(channel);
  }

  @Override
  public Engine.@Nullable Handover acceptForOther() throws IOException {
    SocketChannel accepted = channel.accept();
    return accepted == null ? null : new NioHandover.Connection(accepted, null);
  }

  @Override
  public Engine.Handover handOver() throws IOException {
    leave();
    return new NioHandover.Listener(channel, null, null);
  }
}
