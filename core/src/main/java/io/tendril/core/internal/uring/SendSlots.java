package io.tendril.core.internal.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Memory for what is collected to be sent with the next entering of the ring, a slot for each
 * socket that has something. A slot is taken until the kernel has been asked, which is soon: what
 * it does not take then moves elsewhere.
 */
final class SendSlots {
  /** What one holds. More at once is better sent by itself. */
  static final int SIZE = 4 << 10;

  /** How far apart they begin, for the reason that those of {@link ReceivedBuffers} do. */
  private static final int STRIDE = SIZE + 192;

  /** No slot. */
  static final int NONE = -1;

  private final MemorySegment memory;
  private final ByteBuffer[] buffers;

  /** Those that are free; the one that was given back last is taken first, since it is warm. */
  private final int[] free;

  private int left;

  SendSlots(int count) {
    memory = Arena.ofAuto().allocate((long) count * STRIDE, SIZE);
    buffers = new ByteBuffer[count];
    free = new int[count];
    for (int i = 0; i < count; i++) {
      buffers[i] = memory.asSlice((long) i * STRIDE, SIZE).asByteBuffer();
      free[i] = count - 1 - i;
    }
    left = count;
  }

  /** Takes a slot, empty; {@link #NONE} if none is free. */
  int take() {
    if (left == 0) {
      return NONE;
    }
    int slot = free[--left];
    buffers[slot].clear();
    return slot;
  }

  void giveBack(int slot) {
    free[left++] = slot;
  }

  /** What is in a slot: up to its position. */
  ByteBuffer buffer(int slot) {
    return buffers[slot];
  }

  long address(int slot) {
    return memory.address() + (long) slot * STRIDE;
  }

  /** How many are taken. */
  int taken() {
    return free.length - left;
  }
}
