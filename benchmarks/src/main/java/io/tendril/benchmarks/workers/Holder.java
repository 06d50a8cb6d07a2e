package io.tendril.benchmarks.workers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Connects so many times from an address of its own, has each connection echo a message, and holds
 * them until its input ends. At each line of input all echo once more.
 */
final class Holder {
  private static final int MESSAGE = 16;
  private final List<SocketChannel> held = new ArrayList<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(MESSAGE);

  private Holder() {}

  public static void main(String[] arguments) throws IOException {
    var holder = new Holder();
    var server = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0]));
    int count = Integer.parseInt(arguments[2]);
    for (int i = 0; i < count; i++) {
      var channel = SocketChannel.open();
      channel.bind(new InetSocketAddress(arguments[1], 0));
      channel.connect(server);
      holder.held.add(channel);
      holder.echo(channel, i);
    }
    IO.println(count);
    while (System.in.read() >= 0) {
      for (int i = 0; i < count; i++) {
        holder.echo(holder.held.get(i), -i);
      }
      IO.println(count);
    }
  }

  private void echo(SocketChannel channel, long number) throws IOException {
    buffer.clear().putLong(number).putLong(~number).flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new IOException("a connection has ended");
      }
    }
    if (buffer.flip().getLong() != number || buffer.getLong() != ~number) {
      throw new IOException("not what was sent");
    }
  }
}
