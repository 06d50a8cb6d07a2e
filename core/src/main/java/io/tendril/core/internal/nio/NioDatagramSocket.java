package io.tendril.core.internal.nio;

import io.tendril.spi.DatagramGroups;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/** A UDP socket. */
final class NioDatagramSocket extends NioSocket implements Engine.DatagramSocket {
  private final DatagramChannel channel;

  private NioDatagramSocket(DatagramChannel channel, NioEngine engine, Engine.Ready ready)
      throws IOException {
    super(channel, engine, ready);
    this.channel = channel;
  }

  static NioDatagramSocket open(
      NioEngine engine,
      @Nullable InetSocketAddress local,
      @Nullable InetSocketAddress peer,
      SocketSettings settings,
      Engine.Ready ready)
      throws IOException {
    DatagramChannel channel = channelFor(local, peer);
    try {
      channel.configureBlocking(false);
      // The JDK sets SO_REUSEADDR of no datagram socket; with it, two would share a port in
      // silence. Those with groups are to: each hears its own.
      if (settings.sharesPortOfGroups(local)) {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      }
      if (settings.reusePort()) {
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      channel.setOption(StandardSocketOptions.SO_BROADCAST, settings.broadcast());
      set(channel, StandardSocketOptions.SO_SNDBUF, settings.sendBuffer());
      set(channel, StandardSocketOptions.SO_RCVBUF, settings.receiveBuffer());
      InetSocketAddress bind = local != null ? local : settings.bind();
      channel.bind(bind);
      if (peer != null) {
        channel.connect(peer);
      }
      return new NioDatagramSocket(channel, engine, ready);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** A socket of IPv4 if it has to do with that alone, else one of both families. */
  private static DatagramChannel channelFor(
      @Nullable InetSocketAddress local, @Nullable InetSocketAddress peer) throws IOException {
    boolean anywhere = local == null || local.getAddress().isAnyLocalAddress();
    return isInet4(anywhere ? peer : local)
        ? DatagramChannel.open(StandardProtocolFamily.INET)
        : DatagramChannel.open();
  }

  @Override
  int readOp() {
    return SelectionKey.OP_READ;
  }

  @Override
  int writeOp() {
    return SelectionKey.OP_WRITE;
  }

  @Override
  public DatagramGroups groups() {
    return new NioGroups(channel);
  }

  @Override
  public @Nullable InetSocketAddress receive(ByteBuffer into) throws IOException {
    return (InetSocketAddress) channel.receive(into);
  }

  @Override
  public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
    int length = data.remaining();
    int sent = to == null ? channel.write(data) : channel.send(data, to);
    return sent > 0 || length == 0;
  }

  @Override
  public SocketAddress local() {
    return localOf(channel);
  }
}
