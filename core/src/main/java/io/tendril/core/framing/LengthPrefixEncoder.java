package io.tendril.core.framing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Puts its length before each unit. */
record LengthPrefixEncoder(LengthPrefix prefix, ByteOrder order, int limit)
    implements Encoder<ByteBuffer> {
  @Override
  public ByteBuffer encode(ByteBuffer unit) {
    int length = unit.remaining();
    if (length > limit || length > prefix.longest()) {
      throw new IllegalArgumentException(
          "a unit of " + length + " bytes; the limit is " + Math.min(limit, prefix.longest()));
    }
    ByteBuffer framed = ByteBuffer.allocate(prefix.bytes() + length);
    prefix.put(framed, length, order);
    return framed.put(unit.duplicate()).flip();
  }
}
