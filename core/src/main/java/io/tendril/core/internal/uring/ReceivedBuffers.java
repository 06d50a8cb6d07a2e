package io.tendril.core.internal.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.tendril.core.internal.uring.Numbers.Layout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The buffers that the kernel receives into, whichever socket something comes for. One is the
 * kernel's until a completion names it, then in the queue of a socket, and the kernel's again when
 * it has been read. The kernel goes through them in turn, so that few of them stay in the
 * processor's caches; the others are in reserve until those are not enough.
 */
final class ReceivedBuffers {
  /** The name of the group. */
  static final int GROUP = 0;

  /** No buffer: the end of a queue. */
  static final int NONE = -1;

  /** What one holds. */
  static final int SIZE = 16 << 10;

  /** How many are used at first. */
  private static final int FEW = 64;

  /**
   * How far apart they begin: not a power of two, since the first lines of all, which are mostly
   * all of a message, would have to share some few places of the processor's caches.
   */
  private static final int STRIDE = SIZE + 192;

  /** The largest pages that there are, which the ring has to be on the boundary of. */
  private static final int PAGE = 64 << 10;

  private static final VarHandle SHORT = JAVA_SHORT.varHandle();

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment ring;
  private final MemorySegment memory;
  private final ByteBuffer bytes;
  private final int count;

  /** Of a buffer in a queue: the next one, and how much is in it. */
  private final int[] next;

  private final int[] filled;

  /** Whether the kernel has it. */
  private final boolean[] given;

  /** How many are used; the rest is in reserve. */
  private int used;

  private boolean lacking;
  private short tail;

  ReceivedBuffers(int count) {
    this.count = count;
    ring = arena.allocate((long) count * Layout.IO_URING_BUF, PAGE);
    memory = arena.allocate((long) count * STRIDE, PAGE);
    bytes = memory.asByteBuffer();
    next = new int[count];
    filled = new int[count];
    given = new boolean[count];
    use(Math.min(FEW, count));
  }

  private void use(int more) {
    for (int end = used + more; used < end; used++) {
      give(used);
    }
  }

  /** The kernel has found none. */
  void lack() {
    lacking = true;
  }

  /** Uses twice as many if those were not enough. */
  void settle() {
    if (lacking) {
      lacking = false;
      use(Math.min(used, count - used));
    }
  }

  /** Registers them with a ring. */
  void register(Ring with) throws IOException {
    MemorySegment registration = arena.allocate(Layout.IO_URING_BUF_REG, 8);
    registration.set(JAVA_LONG, Layout.IO_URING_BUF_REG__RING_ADDR, ring.address());
    registration.set(JAVA_INT, Layout.IO_URING_BUF_REG__RING_ENTRIES, count);
    registration.set(JAVA_SHORT, Layout.IO_URING_BUF_REG__BGID, (short) GROUP);
    with.register(Numbers.IORING_REGISTER_PBUF_RING, registration, 1);
  }

  /** Begins anew, for a ring that begins: buffers in queues stay there. */
  void restart() {
    tail = 0;
    for (int i = 0; i < count; i++) {
      if (given[i]) {
        give(i);
      }
    }
  }

  /** Gives a buffer to the kernel. */
  void give(int buffer) {
    given[buffer] = true;
    long at = (long) (tail & (count - 1)) * Layout.IO_URING_BUF;
    ring.set(JAVA_LONG, at + Layout.IO_URING_BUF__ADDR, memory.address() + (long) buffer * STRIDE);
    ring.set(JAVA_INT, at + Layout.IO_URING_BUF__LEN, SIZE);
    ring.set(JAVA_SHORT, at + Layout.IO_URING_BUF__BID, (short) buffer);
    tail++;
    SHORT.setRelease(ring, (long) Layout.IO_URING_BUF_RING__TAIL, tail);
  }

  /** The kernel has filled a buffer, which is the last of its queue. */
  void take(int buffer, int size) {
    given[buffer] = false;
    filled[buffer] = size;
    next[buffer] = NONE;
  }

  /** How many are used. */
  int used() {
    return used;
  }

  /** Whether the kernel has all that are used. */
  boolean isComplete() {
    for (int i = 0; i < used; i++) {
      if (!given[i]) {
        return false;
      }
    }
    return true;
  }

  /** Puts a buffer behind the last one of a queue. */
  void append(int last, int buffer) {
    next[last] = buffer;
  }

  int next(int buffer) {
    return next[buffer];
  }

  /** How much is in a buffer. */
  int filled(int buffer) {
    return filled[buffer];
  }

  /** Copies of a buffer, from an offset on, as much as there is room for: how much that was. */
  int copy(int buffer, int offset, ByteBuffer into) {
    int size = Math.min(filled[buffer] - offset, into.remaining());
    into.put(into.position(), bytes, buffer * STRIDE + offset, size);
    into.position(into.position() + size);
    return size;
  }
}
