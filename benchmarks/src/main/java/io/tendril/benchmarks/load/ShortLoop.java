package io.tendril.benchmarks.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Iterator;

/**
 * A closed loop over short connections: each sends one request, checks the reply and ends in order;
 * then the next one begins. It never sleeps.
 */
public final class ShortLoop implements Load {
  private final InetSocketAddress server;
  private final Exchange exchange;
  private final Selector selector = Selector.open();

  /** Connects so many times. */
  public ShortLoop(int port, int connections, Exchange exchange) throws IOException {
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.exchange = exchange;
    for (int i = 0; i < connections; i++) {
      connect(ByteBuffer.allocate(exchange.reply().length));
    }
  }

  /** Of loopback, at once; what is sent is smaller than a socket's buffer. */
  private void connect(ByteBuffer reply) throws IOException {
    SocketChannel channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    channel.write(ByteBuffer.wrap(exchange.requests(1)));
    channel.register(selector, SelectionKey.OP_READ, reply.clear());
  }

  @Override
  public long run(long nanos) throws IOException {
    long end = System.nanoTime() + nanos;
    long count = 0;
    while (System.nanoTime() < end) {
      selector.selectNow();
      for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
        SelectionKey key = keys.next();
        keys.remove();
        var reply = (ByteBuffer) key.attachment();
        if (((SocketChannel) key.channel()).read(reply) < 0) {
          throw new EOFException("the server closed");
        }
        if (!reply.hasRemaining()) {
          replied(key, reply);
          count++;
        }
      }
    }
    return count;
  }

  private void replied(SelectionKey key, ByteBuffer reply) throws IOException {
    if (!exchange.matches(reply.array(), 1)) {
      throw new IOException("a wrong reply");
    }
    key.channel().close();
    connect(reply);
  }

  @Override
  public void close() {
    try {
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
