package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tendril.core.internal.linux.Kernel.Layout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The native memory of one engine, which all its calls share: each uses it up before the next. */
final class Slab {
  /** How many buffers are gathered into one call. */
  static final int GATHERED = 16;

  private static final int FILE_PART = 128 << 10;

  private static final int VECTOR = Layout.IOVEC;

  // Automatic, since its segments are passed to calls without a count being taken of each.
  private final Arena arena = Arena.ofAuto();

  /** Where errors are noted. */
  final MemorySegment state = arena.allocate(Libc.state());

  /** A {@code sockaddr_storage}. */
  final MemorySegment address = arena.allocate(Layout.SOCKADDR_STORAGE, 8);

  /** A {@code socklen_t}. */
  final MemorySegment length = arena.allocate(JAVA_INT);

  /** The value of an option: at most a {@code struct linger}. */
  final MemorySegment option = arena.allocate(Layout.LINGER, 4);

  /** An {@code off_t}. */
  final MemorySegment offset = arena.allocate(JAVA_LONG);

  /** A {@code struct statx}. */
  final MemorySegment status = arena.allocate(Layout.STATX, 8);

  private final MemorySegment vectors = arena.allocate(GATHERED * VECTOR, 8);
  private final MemorySegment message = arena.allocate(Layout.MSGHDR, 8);
  private @Nullable ByteBuffer file;

  /** Where the buffers are that are read into and written from. */
  final Places places = new Places();

  /** Where several datagrams are received, once any socket does. */
  @Nullable Arrived arrived;

  private @Nullable Messages leaving;

  Slab() {
    message.set(JAVA_LONG, Layout.MSGHDR__MSG_IOV, vectors.address());
  }

  MemorySegment allocate(long size) {
    return arena.allocate(size, 8);
  }

  /** Makes {@link #address} empty, for a call that fills it. */
  MemorySegment room() {
    length.set(JAVA_INT, 0, (int) address.byteSize());
    return address;
  }

  /** Sets of a buffer outside of the heap what is to be gathered of it: of its rest, a part. */
  void vector(int index, ByteBuffer data, long size) {
    long address = Libc.at(places.of(data)) + data.position();
    vectors.set(JAVA_LONG, (long) index * VECTOR, address);
    vectors.set(JAVA_LONG, (long) index * VECTOR + Layout.IOVEC__IOV_LEN, size);
  }

  /** A {@code msghdr} of the first buffers. */
  MemorySegment message(int count) {
    message.set(JAVA_LONG, Layout.MSGHDR__MSG_IOVLEN, count);
    return message;
  }

  /** Where several datagrams are received. */
  Arrived arrived() {
    Arrived mine = arrived;
    if (mine == null) {
      mine = new Arrived(this, Arrived.ROOM);
      arrived = mine;
    }
    return mine;
  }

  /** Several datagrams that are to be sent. */
  Messages leaving() {
    Messages mine = leaving;
    if (mine == null) {
      mine = new Messages(this);
      leaving = mine;
    }
    return mine;
  }

  /** A buffer for a part of a file, empty. */
  ByteBuffer filePart() {
    ByteBuffer part = file;
    if (part == null) {
      part = arena.allocate(FILE_PART).asByteBuffer();
      file = part;
    }
    return part.clear();
  }
}
