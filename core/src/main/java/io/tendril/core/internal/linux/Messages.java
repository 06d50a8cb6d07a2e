package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tendril.core.internal.linux.Kernel.Layout;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An array of {@code mmsghdr}, each with one buffer and with room for an address: what the calls
 * for several datagrams take.
 */
final class Messages {
  /** How many there are. */
  static final int MOST = 32;

  /** Room for an address, of which a {@code sockaddr_in6} is the longest. */
  private static final int NAME = 32;

  private static final int EACH = Layout.MMSGHDR;

  final MemorySegment headers;
  final MemorySegment names;
  private final MemorySegment vectors;
  private final @Nullable ByteBuffer[] buffers = new ByteBuffer[MOST];
  private final long[] places = new long[MOST];

  Messages(Slab slab) {
    headers = slab.allocate((long) MOST * EACH);
    names = slab.allocate((long) MOST * NAME);
    vectors = slab.allocate((long) MOST * Layout.IOVEC);
    for (int i = 0; i < MOST; i++) {
      long at = (long) i * EACH;
      headers.set(JAVA_LONG, at, names.address() + name(i));
      headers.set(
          JAVA_LONG, at + Layout.MSGHDR__MSG_IOV, vectors.address() + (long) i * Layout.IOVEC);
      headers.set(JAVA_LONG, at + Layout.MSGHDR__MSG_IOVLEN, 1);
    }
  }

  /** Where in {@link #names} an address is. */
  static long name(int index) {
    return (long) index * NAME;
  }

  /** Sets where the bytes of one are. */
  void bytes(int index, long address, long length) {
    long at = (long) index * Layout.IOVEC;
    vectors.set(JAVA_LONG, at, address);
    vectors.set(JAVA_LONG, at + Layout.IOVEC__IOV_LEN, length);
  }

  /**
   * Sets the rest of a buffer outside of the heap as the bytes of one. To ask where a buffer is
   * makes an object each time; they are mostly the same, in the same order.
   */
  void bytes(int index, ByteBuffer buffer) {
    if (buffers[index] != buffer) {
      buffers[index] = buffer;
      places[index] = MemorySegment.ofBuffer(buffer.duplicate().clear()).address();
    }
    bytes(index, places[index] + buffer.position(), buffer.remaining());
  }

  /** Sets how long the address of one is, or how much room there is for it; 0 for none. */
  void nameLength(int index, int length) {
    long at = (long) index * EACH;
    headers.set(JAVA_INT, at + Layout.MSGHDR__MSG_NAMELEN, length);
  }

  /** How long a datagram is that was received, as if all of it had had room. */
  int length(int index) {
    return headers.get(JAVA_INT, (long) index * EACH + Layout.MMSGHDR__MSG_LEN);
  }
}
