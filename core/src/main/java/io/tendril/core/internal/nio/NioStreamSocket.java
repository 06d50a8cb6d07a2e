package io.tendril.core.internal.nio;

import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;

/** A connection: of TCP, unless it says otherwise. */
class NioStreamSocket extends NioSocket implements Engine.StreamSocket {
  /** The JDK copies a whole heap buffer to native memory before it writes: no more than this. */
  private static final int HEAP_SLICE = 128 << 10;

  private final SocketChannel channel;

  NioStreamSocket(SocketChannel channel, NioEngine engine, Engine.Ready ready) throws IOException {
    super(channel, engine, ready);
    this.channel = channel;
  }

  /** A connection that was accepted; it is told to nobody until somebody says who. */
  static NioStreamSocket accepted(SocketChannel channel, NioEngine engine, SocketSettings settings)
      throws IOException {
    try {
      channel.configureBlocking(false);
      applyStream(channel, settings);
      return new NioStreamSocket(channel, engine, (readable, writable) -> {});
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  static NioStreamSocket connect(
      NioEngine engine, SocketAddress address, SocketSettings settings, Engine.Ready ready)
      throws IOException {
    SocketChannel channel =
        isInet4(address) && (settings.bind() == null || isInet4(settings.bind()))
            ? SocketChannel.open(StandardProtocolFamily.INET)
            : SocketChannel.open();
    try {
      channel.configureBlocking(false);
      applyStream(channel, settings);
      set(channel, StandardSocketOptions.SO_RCVBUF, settings.receiveBuffer());
      if (settings.bind() != null) {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, settings.reuseAddress());
        channel.bind(settings.bind());
      }
      channel.connect(address);
      return new NioStreamSocket(channel, engine, ready);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  int readOp() {
    return SelectionKey.OP_READ;
  }

  @Override
  int writeOp() {
    return channel.isConnected() ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT;
  }

  /** The names of the user and the group at the other end of a UNIX socket, if there are any. */
  final @Nullable UnixDomainPrincipal principal() {
    try {
      return channel.getOption(jdk.net.ExtendedSocketOptions.SO_PEERCRED);
    } catch (IOException | UnsupportedOperationException e) {
      return null; // closed, or not of this system
    }
  }

  @Override
  public boolean finishConnect() throws IOException {
    return channel.finishConnect();
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int count = channel.read(into);
    return count == -1 ? -1 : (int) counted(count);
  }

  /** The JDK's -3, for a call that a signal has interrupted, means that nothing was done. */
  private static long counted(long count) {
    return Math.max(0, count);
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    ByteBuffer first = from[offset];
    if (!first.isDirect() && first.remaining() > HEAP_SLICE) {
      int limit = first.limit();
      first.limit(first.position() + HEAP_SLICE);
      try {
        return counted(channel.write(first));
      } finally {
        first.limit(limit);
      }
    }
    return counted(length == 1 ? channel.write(first) : gather(from, offset, length));
  }

  /** A gathering write of as many buffers as are not too large to be copied. */
  private long gather(ByteBuffer[] from, int offset, int length) throws IOException {
    int count = 1;
    long heap = 0;
    while (count < length) {
      ByteBuffer next = from[offset + count];
      heap += next.isDirect() ? 0 : next.remaining();
      if (heap > HEAP_SLICE) {
        break;
      }
      count++;
    }
    return channel.write(from, offset, count);
  }

  @Override
  public long sendFile(FileChannel file, long position, long count) throws IOException {
    return counted(file.transferTo(position, count, channel));
  }

  @Override
  public void shutdownOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void abort() {
    try {
      if (channel.isConnected()) {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } catch (IOException e) {
      System.getLogger("io.tendril.core")
          .log(System.Logger.Level.DEBUG, "a reset becomes a plain close", e);
    }
    close();
  }

  @Override
  public SocketAddress local() {
    return localOf(channel);
  }

  @Override
  public SocketAddress peer() {
    try {
      SocketAddress peer = channel.getRemoteAddress();
      return peer != null ? peer : new InetSocketAddress(0);
    } catch (IOException e) {
      return new InetSocketAddress(0);
    }
  }
}
