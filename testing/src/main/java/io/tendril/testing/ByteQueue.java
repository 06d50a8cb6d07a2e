package io.tendril.testing;

import java.nio.ByteBuffer;

/** Bytes, first-in first-out: a ring that grows as it must and gives its memory back when empty. */
final class ByteQueue {
  private static final byte[] NOTHING = {};

  private byte[] ring = NOTHING;
  private int head;
  private int size;

  int size() {
    return size;
  }

  /** Takes so many bytes off the front of a buffer. */
  void add(ByteBuffer from, int count) {
    reserve(size + count);
    int tail = (head + size) % Math.max(1, ring.length);
    int first = Math.min(count, ring.length - tail);
    from.get(ring, tail, first).get(ring, 0, count - first);
    size += count;
  }

  void add(byte[] bytes) {
    add(ByteBuffer.wrap(bytes), bytes.length);
  }

  /** Moves so many of the first bytes into a buffer. */
  void take(ByteBuffer into, int count) {
    int first = Math.min(count, ring.length - head);
    into.put(ring, head, first).put(ring, 0, count - first);
    size -= count;
    if (size == 0) {
      clear();
    } else {
      head = (head + count) % ring.length;
    }
  }

  byte[] take(int count) {
    byte[] bytes = new byte[count];
    take(ByteBuffer.wrap(bytes), count);
    return bytes;
  }

  void clear() {
    ring = NOTHING;
    head = 0;
    size = 0;
  }

  private void reserve(int capacity) {
    if (capacity <= ring.length) {
      return;
    }
    byte[] wider = new byte[Math.max(256, Integer.highestOneBit(capacity - 1) << 1)];
    int count = size;
    take(ByteBuffer.wrap(wider), count);
    ring = wider;
    head = 0;
    size = count;
  }
}
