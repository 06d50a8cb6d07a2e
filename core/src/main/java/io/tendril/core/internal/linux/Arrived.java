package io.tendril.core.internal.linux;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Where several datagrams are received at once: room for the longest that there are, 32 times, two
 * megabytes for all sockets of an engine. Made when a socket first has a backlog.
 */
final class Arrived {
  /** More than a datagram can have that is no jumbogram (RFC 768, RFC 2675). */
  static final int ROOM = 64 << 10;

  /** Between one and the next, so that they begin in other lines of the processor's caches. */
  private static final int GAP = 192;

  private final int room;
  private final Messages messages;
  private final ByteBuffer bytes;

  /** Whether a run of datagrams is being handed over, in which a nested loop must not receive. */
  boolean busy;

  /** Room for so many bytes each. */
  Arrived(Slab slab, int room) {
    this.room = room;
    MemorySegment memory = slab.allocate((long) Messages.MOST * (room + GAP));
    bytes = memory.asByteBuffer();
    messages = new Messages(slab);
    for (int i = 0; i < Messages.MOST; i++) {
      messages.bytes(i, memory.address() + (long) i * (room + GAP), room);
      messages.nameLength(i, Kernel.Layout.SOCKADDR_IN6);
    }
  }

  /** Receives up to so many: how many, or the error's number, negated. */
  int receive(Slab slab, int fd, int most) {
    return DatagramCalls.receive(
        slab.state, fd, messages.headers, Math.min(most, Messages.MOST), Kernel.MSG_TRUNC);
  }

  MemorySegment names() {
    return messages.names;
  }

  /** How long one is. */
  int length(int index) {
    return messages.length(index);
  }

  /** Takes one out, and lets its place be used again: false if it is longer than either. */
  boolean take(int index, ByteBuffer into) {
    messages.nameLength(index, Kernel.Layout.SOCKADDR_IN6);
    int length = length(index);
    if (length > room || length > into.remaining()) {
      return false;
    }
    into.put(into.position(), bytes, index * (room + GAP), length);
    into.limit(into.position() + length);
    return true;
  }
}
