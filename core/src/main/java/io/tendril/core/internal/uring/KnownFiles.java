package io.tendril.core.internal.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tendril.core.internal.uring.Numbers.Layout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The descriptors that the kernel need not look up for each message, since a ring has their files
 * in a table of its own: each at the place that is its number. Whoever closes one takes it out
 * first, for the table keeps a file open.
 */
final class KnownFiles {
  /** How many messages show that it is worth it: two more requests of the ring. */
  static final int MESSAGES = 4;

  /** The numbers that there are places for. */
  private static final int PLACES = 4096;

  private static final int NOBODY = -1;

  private final Arena arena = Arena.ofAuto();

  /** What is to be at each place, where a request finds it. */
  private final MemorySegment descriptors = arena.allocate(JAVA_INT, PLACES);

  private boolean available;

  /** Makes an empty table for a ring, where the kernel has one that is as good as is needed. */
  void register(Ring with) {
    available = with.letsGoAtOnce() && registered(with);
  }

  private boolean registered(Ring with) {
    MemorySegment table = arena.allocate(Layout.IO_URING_RSRC_REGISTER, 8);
    table.set(JAVA_INT, 0, PLACES);
    table.set(JAVA_INT, Layout.IO_URING_RSRC_REGISTER__FLAGS, Numbers.IORING_RSRC_REGISTER_SPARSE);
    table.set(JAVA_LONG, Layout.IO_URING_RSRC_REGISTER__DATA, 0);
    try {
      with.register(Numbers.IORING_REGISTER_FILES2, table, Layout.IO_URING_RSRC_REGISTER);
      return true;
    } catch (IOException e) {
      return false; // more than the process may have open, or no memory: it is but faster
    }
  }

  /** Whether there is a place for a descriptor. */
  boolean hasPlace(int descriptor) {
    return available && descriptor < PLACES;
  }

  /** The address of what a request is to put at the place of a descriptor: that, or nobody. */
  long change(int descriptor, boolean in) {
    long at = (long) descriptor * Integer.BYTES;
    descriptors.set(JAVA_INT, at, in ? descriptor : NOBODY);
    return descriptors.address() + at;
  }
}
