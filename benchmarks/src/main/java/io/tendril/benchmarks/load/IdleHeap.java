package io.tendril.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Heap per connection that has had one reply and is kept open. */
public final class IdleHeap {
  /** Opened first, so that what is made once has been made. */
  private static final int FIRST = 200;

  private IdleHeap() {}

  /** Opens so many connections to a server: the bytes of its heap that each takes. */
  public static double each(ServerProcess server, Exchange exchange, int count) throws IOException {
    List<SocketChannel> open = new ArrayList<>();
    try {
      connect(open, server, exchange, FIRST);
      long before = server.heap();
      connect(open, server, exchange, count);
      return (double) (server.heap() - before) / count;
    } finally {
      for (SocketChannel channel : open) {
        channel.close();
      }
    }
  }

  private static void connect(
      List<SocketChannel> open, ServerProcess server, Exchange exchange, int count)
      throws IOException {
    ByteBuffer reply = ByteBuffer.allocateDirect(exchange.reply().length);
    for (int i = 0; i < count; i++) {
      var channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", server.port()));
      open.add(channel);
      channel.write(ByteBuffer.wrap(exchange.request()));
      reply.clear();
      while (reply.hasRemaining()) {
        if (channel.read(reply) < 0) {
          throw new IOException("the server closed");
        }
      }
    }
  }
}
