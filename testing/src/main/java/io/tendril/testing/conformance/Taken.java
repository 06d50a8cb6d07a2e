package io.tendril.testing.conformance;

import io.tendril.spi.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A connection that was taken over: sends back what it gets. */
final class Taken implements Engine.Ready {
  final Engine.StreamSocket socket;
  private final ByteBuffer buffer = ByteBuffer.allocate(1_000);
  final StringBuilder got = new StringBuilder();
  boolean ended;

  Taken(Rig rig, Engine.StreamSocket socket) {
    this.socket = socket;
    socket.ready(this);
    socket.interest(true, false);
    rig.atEnd(socket::close);
  }

  @Override
  public void ready(boolean readable, boolean writable) {
    if (!readable || ended) {
      return;
    }
    try {
      int count = socket.read(buffer.clear());
      ended = count < 0;
      buffer.flip();
      got.append(StandardCharsets.US_ASCII.decode(buffer.duplicate()));
      if (buffer.hasRemaining()) {
        socket.write(new ByteBuffer[] {buffer}, 0, 1);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
