package io.tendril.core.framing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Units of bytes with their length before them, as an unsigned number of 8, 16 or 32 bits. A length
 * over the limit is refused before the unit arrives. There is no way on after a violation.
 */
public final class LengthPrefixDecoder implements Decoder<ByteBuffer> {
  /** The most bytes of a unit, unless one says otherwise or the prefix cannot tell as many. */
  public static final int DEFAULT_LIMIT = 99_999;

  private final LengthPrefix prefix;
  private final ByteOrder order;
  private final int limit;

  /** Big endian, and at most 99999 bytes. */
  public LengthPrefixDecoder(LengthPrefix prefix) {
    this(prefix, ByteOrder.BIG_ENDIAN, (int) Math.min(DEFAULT_LIMIT, prefix.longest()));
  }

  /**
   * Units of any kind.
   *
   * @param limit the most bytes of a unit, without the prefix; at most 2,147,483,000
   */
  public LengthPrefixDecoder(LengthPrefix prefix, ByteOrder order, int limit) {
    if (limit < 0 || limit > 2_147_483_000) {
      throw new IllegalArgumentException("a limit of " + limit + " bytes");
    }
    this.prefix = prefix;
    this.order = order;
    this.limit = limit;
  }

  @Override
  public @Nullable ByteBuffer next(ByteBuffer in) {
    if (in.remaining() < prefix.bytes()) {
      return null;
    }
    long length = prefix.get(in, order);
    if (length > limit) {
      throw new FramingViolation.TooLong("unit", limit);
    }
    if (in.remaining() - prefix.bytes() < length) {
      return null;
    }
    in.position(in.position() + prefix.bytes());
    return Bytes.take(in, (int) length);
  }

  @Override
  public int unreadLimit() {
    return Math.addExact(limit, prefix.bytes());
  }

  /** What frames units for this decoder: with the same prefix, order and limit. */
  public Encoder<ByteBuffer> encoder() {
    return new LengthPrefixEncoder(prefix, order, limit);
  }
}
