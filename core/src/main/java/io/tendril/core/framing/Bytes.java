package io.tendril.core.framing;

import java.nio.ByteBuffer;

/** Copies. */
final class Bytes {
  private Bytes() {}

  /** Takes bytes off the front of a buffer, as a buffer of their own. */
  static ByteBuffer take(ByteBuffer in, int length) {
    byte[] taken = new byte[length];
    in.get(taken);
    return ByteBuffer.wrap(taken);
  }
}
