package io.tendril.testing.files;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The bytes of a file. */
final class Contents {
  private byte[] bytes = new byte[0];
  private int size;

  int size() {
    return size;
  }

  /** Copies as many as there are, and fit. */
  int read(int position, ByteBuffer into) {
    int count = Math.min(into.remaining(), size - position);
    into.put(bytes, position, count);
    return count;
  }

  /** Puts bytes somewhere; a gap before them is filled with zeros. */
  void write(int position, byte[] from, int offset, int length) {
    int end = position + length;
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(64L, end * 2L)));
    }
    System.arraycopy(from, offset, bytes, position, length);
    size = Math.max(size, end);
  }

  void truncate(int newSize) {
    if (newSize < size) {
      Arrays.fill(bytes, newSize, size, (byte) 0);
      size = newSize;
    }
  }

  void become(Contents other) {
    bytes = Arrays.copyOf(other.bytes, other.size);
    size = other.size;
  }
}
