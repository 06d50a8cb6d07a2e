package io.tendril.core.internal.uring;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What has been received for one socket and not been read: in buffers of the ring's, in the order
 * in which they were filled; before them what had to leave such buffers.
 */
final class InputQueue {
  private final ReceivedBuffers received;
  private int head = ReceivedBuffers.NONE;
  private int last;

  /** How much has been read of the first buffer. */
  private int offset;

  private @Nullable ByteBuffer aside;

  InputQueue(ReceivedBuffers received) {
    this.received = received;
  }

  boolean isEmpty() {
    return head == ReceivedBuffers.NONE && aside == null;
  }

  /** The kernel has filled a buffer. */
  void append(int buffer, int size) {
    received.take(buffer, size);
    if (head == ReceivedBuffers.NONE) {
      head = buffer;
    } else {
      received.append(last, buffer);
    }
    last = buffer;
  }

  /** Reads of what there is: how much. */
  int read(ByteBuffer into) {
    ByteBuffer first = aside;
    return first == null ? take(into) : takeAside(first, into);
  }

  private int take(ByteBuffer into) {
    int sum = 0;
    while (head != ReceivedBuffers.NONE && into.hasRemaining()) {
      int count = received.copy(head, offset, into);
      sum += count;
      offset += count;
      if (offset == received.filled(head)) {
        giveFirst();
      }
    }
    return sum;
  }

  private void giveFirst() {
    int buffer = head;
    head = received.next(buffer);
    offset = 0;
    received.give(buffer);
  }

  private int takeAside(ByteBuffer first, ByteBuffer into) {
    int count = Math.min(first.remaining(), into.remaining());
    into.put(into.position(), first, first.position(), count);
    into.position(into.position() + count);
    first.position(first.position() + count);
    if (!first.hasRemaining()) {
      aside = null;
    }
    return count;
  }

  /** Gives the buffers back: what nobody wants now may stay for long, which a buffer must not. */
  void moveAside() {
    if (head == ReceivedBuffers.NONE) {
      return;
    }
    int size = aside == null ? -offset : aside.remaining() - offset;
    for (int each = head; each != ReceivedBuffers.NONE; each = received.next(each)) {
      size += received.filled(each);
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    if (aside != null) {
      all.put(aside);
    }
    take(all);
    aside = all.flip();
  }

  /** Drops all. */
  void clear() {
    while (head != ReceivedBuffers.NONE) {
      giveFirst();
    }
    aside = null;
  }
}
