package io.tendril.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Connections to a server that have had a reply each, and stay open. */
public final class Crowd implements AutoCloseable {
  private final ServerProcess server;
  private final Exchange exchange;
  private final ByteBuffer reply;
  private final List<SocketChannel> open = new ArrayList<>();

  public Crowd(ServerProcess server, Exchange exchange) {
    this.server = server;
    this.exchange = exchange;
    this.reply = ByteBuffer.allocateDirect(exchange.reply().length);
  }

  /** Lets so many more connect. */
  public void grow(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      var channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", server.port()));
      open.add(channel);
      ask(channel);
    }
  }

  /** Lets each of them ask once more; all have to be open still. */
  public void ask() throws IOException {
    for (SocketChannel channel : open) {
      ask(channel);
    }
  }

  private void ask(SocketChannel channel) throws IOException {
    channel.write(ByteBuffer.wrap(exchange.request()));
    reply.clear();
    while (reply.hasRemaining()) {
      if (channel.read(reply) < 0) {
        throw new IOException("the server closed");
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : open) {
      channel.close();
    }
  }
}
