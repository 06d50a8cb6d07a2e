package io.tendril.core.framing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An unsigned number before each unit that says how many bytes follow. */
public enum LengthPrefix {
  /** One byte: up to 255. */
  INT8(1),
  /** Two bytes: up to 65,535. */
  INT16(2),
  /** Four bytes: up to 4,294,967,295; what a decoder accepts is for its limit to say. */
  INT32(4);

  private final int bytes;

  LengthPrefix(int bytes) {
    this.bytes = bytes;
  }

  /** How many bytes the number takes. */
  public int bytes() {
    return bytes;
  }

  /** The greatest length that it can tell. */
  public long longest() {
    return (1L << (8 * bytes)) - 1;
  }

  long get(ByteBuffer in, ByteOrder order) {
    long length = 0;
    for (int i = 0; i < bytes; i++) {
      int at = order == ByteOrder.BIG_ENDIAN ? i : bytes - 1 - i;
      length = length << 8 | (in.get(in.position() + at) & 0xff);
    }
    return length;
  }

  void put(ByteBuffer out, long length, ByteOrder order) {
    for (int i = 0; i < bytes; i++) {
      int digit = order == ByteOrder.BIG_ENDIAN ? bytes - 1 - i : i;
      out.put((byte) (length >>> (8 * digit)));
    }
  }
}
