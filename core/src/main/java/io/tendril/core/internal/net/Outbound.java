package io.tendril.core.internal.net;

import io.tendril.core.Promise;
import io.tendril.core.descriptor.Descriptor;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has still to send: a ring of segments. Exists only while there is something;
 * the network keeps spare ones.
 *
 * <p>A segment is a {@link ByteBuffer} of ours (its unsent bytes between position and limit, room
 * to append behind the limit), a {@link Splicing.Pipe}, {@link Owned}, {@link Passing}, {@link
 * FileRegion} or a {@link Flush}.
 */
final class Outbound {
  /** A buffer of the caller's, until its promise fires. */
  record Owned(ByteBuffer data, Promise<Void> promise, boolean counted) {}

  /** Bytes of ours, and descriptors that are sent with the first of them and closed then. */
  record Passing(ByteBuffer data, List<? extends Descriptor> descriptors, Promise<Void> promise) {
    void close() {
      descriptors.forEach(Descriptor::close);
    }
  }

  /** A mark, whose promise fires when all in front of it is with the kernel. */
  record Flush(Promise<Void> promise) {}

  /** A part of a file. */
  static final class FileRegion {
    final FileChannel file;
    final long start;
    final long end;
    final Promise<Long> promise;
    long position;

    FileRegion(FileChannel file, long position, long count, Promise<Long> promise) {
      this.file = file;
      this.start = position;
      this.position = position;
      this.end = position + count;
      this.promise = promise;
    }
  }

  private @Nullable Object[] segments = new Object[4];
  private int head;
  private int size;

  /** Bytes that count against the limits. */
  long counted;

  /** Bytes that do not: of files, and of data whose writer waits. */
  long exempt;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  long waiting() {
    return counted + exempt;
  }

  @Nullable Object first() {
    return segments[head];
  }

  Object at(int index) {
    Object segment = segments[(head + index) & (segments.length - 1)];
    if (segment == null) {
      throw new IndexOutOfBoundsException(index);
    }
    return segment;
  }

  @Nullable Object last() {
    return size == 0 ? null : at(size - 1);
  }

  void add(Object segment) {
    if (size == segments.length) {
      @Nullable Object[] wider = new Object[size * 2];
      for (int i = 0; i < size; i++) {
        wider[i] = at(i);
      }
      segments = wider;
      head = 0;
    }
    segments[(head + size++) & (segments.length - 1)] = segment;
  }

  void replaceFirst(Object segment) {
    segments[head] = segment;
  }

  /** Puts one segment in the place of another; false if that is not here any more. */
  boolean replace(Object segment, Object by) {
    for (int i = 0; i < size; i++) {
      int slot = (head + i) & (segments.length - 1);
      if (segments[slot] == segment) {
        segments[slot] = by;
        return true;
      }
    }
    return false;
  }

  /** Takes a segment out, wherever it is; false if it is not here any more. */
  boolean remove(Object segment) {
    int found = 0;
    while (found < size && at(found) != segment) {
      found++;
    }
    if (found == size) {
      return false;
    }
    for (int i = found; i > 0; i--) {
      segments[(head + i) & (segments.length - 1)] = at(i - 1);
    }
    removeFirst();
    return true;
  }

  void removeFirst() {
    segments[head] = null;
    head = (head + 1) & (segments.length - 1);
    size--;
  }

  /** Makes it as new, for the next connection. */
  void reset() {
    if (segments.length > 16) {
      segments = new Object[4];
    } else {
      Arrays.fill(segments, null);
    }
    head = 0;
    size = 0;
    counted = 0;
    exempt = 0;
  }
}
