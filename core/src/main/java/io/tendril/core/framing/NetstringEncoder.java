package io.tendril.core.framing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Puts its length and a colon before a string, and a comma behind it. */
enum NetstringEncoder implements Encoder<ByteBuffer> {
  INSTANCE;

  @Override
  public ByteBuffer encode(ByteBuffer unit) {
    byte[] head = (unit.remaining() + ":").getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(head.length + unit.remaining() + 1)
        .put(head)
        .put(unit.duplicate())
        .put((byte) ',')
        .flip();
  }
}
