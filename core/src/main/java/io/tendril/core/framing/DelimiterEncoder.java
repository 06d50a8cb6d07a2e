package io.tendril.core.framing;

import java.nio.ByteBuffer;

/** Puts a delimiter behind each unit. */
final class DelimiterEncoder implements Encoder<ByteBuffer> {
  private final byte[] delimiter;
  private final int limit;

  DelimiterEncoder(byte[] delimiter, int limit) {
    this.delimiter = delimiter;
    this.limit = limit;
  }

  @Override
  public ByteBuffer encode(ByteBuffer unit) {
    if (unit.remaining() > limit) {
      throw new IllegalArgumentException(
          "a unit of " + unit.remaining() + " bytes; the limit is " + limit);
    }
    ByteBuffer framed =
        ByteBuffer.allocate(unit.remaining() + delimiter.length)
            .put(unit.duplicate())
            .put(delimiter)
            .flip();
    // The first delimiter must be the one just put there: one that begins in the unit and ends in
    // the delimiter would cut the unit short, too.
    var search =
        new DelimiterSearch(delimiter, limit, () -> new FramingViolation.TooLong("unit", limit));
    if (search.find(framed) != unit.remaining()) {
      throw new IllegalArgumentException("a unit that contains its own delimiter");
    }
    return framed;
  }
}
