package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.spi.Engine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a connection: a bare socket that does only what the case says, in good manners
 * or bad. While it reads, which it does until it is paused, it takes whatever is there each time
 * the rig turns.
 */
final class Peer {
  private final Rig rig;
  private final Engine.StreamSocket socket;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
  private boolean reading = true;
  private boolean ended;
  private boolean closed;
  private @Nullable IOException broken;

  Peer(Rig rig, Engine.StreamSocket socket) {
    this.rig = rig;
    this.socket = socket;
  }

  Engine.StreamSocket socket() {
    return socket;
  }

  // ---- Reading --------------------------------------------------------------------------------

  /** Reads nothing from here on. */
  Peer pause() {
    reading = false;
    return this;
  }

  Peer resume() {
    reading = true;
    return this;
  }

  /** Reads what is there, if it reads at all. */
  void poll() {
    if (reading) {
      readSome(Integer.MAX_VALUE);
    }
  }

  /** Reads at most so many bytes of what is there now, paused or not. */
  int readSome(int most) {
    int total = 0;
    while (total < most && !ended && !closed && broken == null) {
      buffer.clear().limit(Math.min(buffer.capacity(), most - total));
      int count;
      try {
        count = socket.read(buffer);
      } catch (IOException e) {
        broken = e;
        break;
      }
      if (count == 0) {
        break;
      }
      ended = count < 0;
      received.write(buffer.array(), 0, Math.max(0, count));
      total += Math.max(0, count);
    }
    return total;
  }

  /** Whether the end of what this side sends has been seen, in order. */
  boolean isEnded() {
    return ended;
  }

  /** Whether the connection was broken: a reset. */
  boolean isReset() {
    return broken != null;
  }

  /** Whether it is over for this peer, in whichever way. */
  boolean isOver() {
    return ended || broken != null;
  }

  int size() {
    return received.size();
  }

  byte[] bytes() {
    return received.toByteArray();
  }

  String text() {
    return received.toString(StandardCharsets.UTF_8);
  }

  /** Waits until so many bytes have come. */
  Peer awaitSize(int count) {
    rig.until(() -> "the peer has " + count + " bytes; it has " + size(), () -> size() >= count);
    return this;
  }

  /** Waits until exactly these bytes have come, and gives nothing more a chance to. */
  void expect(byte[] bytes) {
    awaitSize(bytes.length);
    rig.settle();
    assertArrayEquals(bytes, bytes());
  }

  /** Waits until exactly this text has come. */
  void expect(String text) {
    expect(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Waits for the end, in order. */
  Peer awaitEnd() {
    rig.until(() -> "the peer sees the end" + (isReset() ? "; it saw a reset" : ""), () -> ended);
    return this;
  }

  /** Waits for a reset or, where there are none, for an end. */
  Peer awaitReset() {
    rig.until(
        () -> "the peer sees a reset" + (ended ? "; it saw an end" : ""),
        () -> isReset() || (ended && !rig.candidate().resets()));
    return this;
  }

  // ---- Writing --------------------------------------------------------------------------------

  /** Sends all bytes; the reactors turn meanwhile. */
  Peer send(byte[] bytes) {
    ByteBuffer data = ByteBuffer.wrap(bytes);
    rig.until(
        () -> "the peer has sent " + bytes.length + " bytes; " + data.remaining() + " are left",
        () -> {
          write(data);
          return !data.hasRemaining();
        });
    return this;
  }

  Peer send(String text) {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends as much as is accepted now, without letting a reactor turn: how much. */
  int sendSome(byte[] bytes) {
    ByteBuffer data = ByteBuffer.wrap(bytes);
    int before = -1;
    while (data.hasRemaining() && data.position() != before) {
      before = data.position();
      write(data);
    }
    return data.position();
  }

  private void write(ByteBuffer data) {
    if (!data.hasRemaining()) {
      return;
    }
    try {
      socket.write(new ByteBuffer[] {data}, 0, 1);
    } catch (IOException e) {
      throw new AssertionError("the peer cannot send", e);
    }
  }

  // ---- The end --------------------------------------------------------------------------------

  /** Ends what it sends; it goes on reading. */
  Peer shutdownOutput() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new AssertionError("the peer cannot end its side", e);
    }
    return this;
  }

  /** Closes it. */
  void close() {
    if (!closed) {
      closed = true;
      socket.close();
      rig.pollPeers();
    }
  }

  /** Closes it with a reset; a case ends here where there are none. */
  void reset() {
    assumeTrue(rig.candidate().resets(), "these sockets have no resets");
    if (!closed) {
      closed = true;
      socket.abort();
      rig.pollPeers();
    }
  }
}
