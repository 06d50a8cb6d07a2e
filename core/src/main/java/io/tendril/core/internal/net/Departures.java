package io.tendril.core.internal.net;

import io.tendril.spi.Engine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The datagrams that one socket has been given in the call of now, for engines that send several at
 * once. They go out when the call ends, when there are many, or before another socket has some. The
 * first of a call goes by itself, at once: mostly it is the only one, and what is answered sooner
 * is asked again sooner.
 */
final class Departures {
  private static final int BYTES = 64 << 10;

  /** A longer one goes by itself. */
  private static final int LONGEST = 8 << 10;

  private final SocketNetwork network;
  private @Nullable ByteBuffer memory;
  private ByteBuffer[] data = {};
  private @Nullable InetSocketAddress[] to = {};
  private @Nullable UdpTransport sender;
  private @Nullable UdpTransport last;
  private int count;
  private int used;
  private boolean flushing;

  Departures(SocketNetwork network) {
    this.network = network;
  }

  /**
   * Takes a copy of a datagram.
   *
   * @param most how many the socket sends at once
   * @return false if it is to be sent by itself, now
   */
  boolean take(
      UdpTransport from, int most, ByteBuffer datagram, @Nullable InetSocketAddress receiver) {
    int length = datagram.remaining();
    if (flushing) {
      from.enqueue(datagram, receiver);
      return true;
    }
    ByteBuffer room = memory;
    if (room == null) {
      room = network.engine.allocate(BYTES);
      memory = room;
    }
    if (data.length < most) {
      flush();
      open(room, most);
    }
    if (sender != from || count == most || used + length > BYTES || length > LONGEST) {
      flush();
      if (length > LONGEST) {
        return false;
      }
    }
    if (count == 0) {
      sender = from;
      network.reactor.touched();
    }
    data[count].limit(used + length).position(used).put(datagram.duplicate()).position(used);
    to[count++] = receiver;
    used += length;
    return true;
  }

  private void open(ByteBuffer room, int most) {
    data = new ByteBuffer[most];
    to = new InetSocketAddress[most];
    for (int i = 0; i < most; i++) {
      data[i] = room.duplicate();
    }
  }

  /** Whether a socket has sent nothing yet in this call; it has now. Those of others go first. */
  boolean isFirstOf(UdpTransport from) {
    if (flushing || last == from) {
      return false;
    }
    if (sender != from) {
      flush();
    }
    last = from;
    return count == 0;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Sends those of a socket that is about to close. */
  void flush(UdpTransport closing) {
    if (sender == closing) {
      flush();
    }
  }

  /** A call ends. */
  void endCall() {
    flush();
    last = null;
  }

  /** Sends all that are here; those that the kernel does not take wait with their socket. */
  private void flush() {
    UdpTransport from = sender;
    if (from == null || flushing) {
      return;
    }
    flushing = true;
    int next = 0;
    try {
      next = send(from);
      for (int i = next; i < count; i++) {
        from.enqueue(data[i], to[i]);
      }
    } finally {
      for (int i = 0; i < count; i++) {
        to[i] = null;
      }
      sender = null;
      count = 0;
      used = 0;
      flushing = false;
    }
  }

  /** Sends until one would have to wait: its number. */
  private int send(UdpTransport from) {
    Engine.DatagramSocket socket = from.socket();
    int next = 0;
    while (next < count && socket != null) {
      int length = data[next].remaining();
      try {
        int taken = socket.send(data, to, next, count - next);
        if (taken == 0) {
          return next;
        }
        next += taken;
      } catch (IOException e) {
        from.notSent(length, to[next], e);
        next++;
      }
    }
    return count;
  }
}
