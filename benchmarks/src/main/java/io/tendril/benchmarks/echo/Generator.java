package io.tendril.benchmarks.echo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A closed loop over many connections: each sends a message, waits for all of it to come back,
 * checks it, and sends the next. It polls its sockets without ever waiting, so that per message it
 * does less than the server, which is the one to be busy.
 */
final class Generator implements AutoCloseable {
  private final SocketChannel[] channels;
  private final ByteBuffer[] replies;
  private final ByteBuffer message;

  Generator(int port, int connections, int size) throws IOException {
    message = ByteBuffer.allocateDirect(size);
    for (int i = 0; i < size; i++) {
      message.put(i, (byte) (i * 31));
    }
    channels = new SocketChannel[connections];
    replies = new ByteBuffer[connections];
    for (int i = 0; i < connections; i++) {
      channels[i] = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
      channels[i].setOption(StandardSocketOptions.TCP_NODELAY, true);
      channels[i].configureBlocking(false);
      replies[i] = ByteBuffer.allocateDirect(size);
      send(i);
    }
  }

  private void send(int i) throws IOException {
    message.clear();
    while (message.hasRemaining()) {
      channels[i].write(message);
    }
  }

  /** Runs for a time: how many messages came back. */
  long run(long nanos) throws IOException {
    long end = System.nanoTime() + nanos;
    long count = 0;
    while (System.nanoTime() < end) {
      for (int i = 0; i < channels.length; i++) {
        ByteBuffer reply = replies[i];
        if (channels[i].read(reply) < 0) {
          throw new IOException("the server closed connection " + i);
        }
        if (!reply.hasRemaining()) {
          check(reply.flip());
          reply.clear();
          send(i);
          count++;
        }
      }
    }
    return count;
  }

  private void check(ByteBuffer reply) throws IOException {
    message.clear();
    if (!reply.equals(message)) {
      throw new IOException("the echo differs");
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }
}
