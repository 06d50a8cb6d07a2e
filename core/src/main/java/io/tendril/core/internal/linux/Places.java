package io.tendril.core.internal.linux;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where buffers are. To ask that of a buffer makes objects each time, so the answers for small ones
 * are remembered, which are mostly the same few: a table of open addressing by the buffers'
 * identity, which is emptied when it is half full. No two buffers are in each other's way.
 */
final class Places {
  /** How many there is room for; a power of two. */
  private static final int ROOM = 128;

  /** The largest that is remembered, since whoever made it may want its memory back. */
  private static final int SMALL = 64 << 10;

  private final @Nullable ByteBuffer[] buffers = new ByteBuffer[ROOM];
  private final @Nullable MemorySegment[] places = new MemorySegment[ROOM];
  private int remembered;

  /** Where a buffer is, all of it. */
  MemorySegment of(ByteBuffer buffer) {
    int index = System.identityHashCode(buffer) & (ROOM - 1);
    for (MemorySegment place; (place = places[index]) != null; index = (index + 1) & (ROOM - 1)) {
      if (buffers[index] == buffer) {
        return place;
      }
    }
    MemorySegment place = MemorySegment.ofBuffer(buffer.duplicate().clear());
    if (buffer.capacity() <= SMALL) {
      remember(buffer, place, index);
    }
    return place;
  }

  private void remember(ByteBuffer buffer, MemorySegment place, int free) {
    int index = free;
    if (remembered == ROOM / 2) {
      Arrays.fill(buffers, null);
      Arrays.fill(places, null);
      remembered = 0;
      index = System.identityHashCode(buffer) & (ROOM - 1);
    }
    buffers[index] = buffer;
    places[index] = place;
    remembered++;
  }
}
