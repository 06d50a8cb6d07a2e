package io.tendril.core.framing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Units of bytes that end with a delimiter, which is not part of them. A unit that is too long is
 * reported once, with {@link FramingViolation.TooLong}; a protocol that does not close then goes on
 * behind its delimiter.
 */
public final class DelimiterDecoder implements Decoder<ByteBuffer> {
  private final byte[] delimiter;
  private final DelimiterSearch search;

  /** Units of at most 16384 bytes. */
  public DelimiterDecoder(String delimiter) {
    this(delimiter.getBytes(StandardCharsets.UTF_8), 16_384);
  }

  /**
   * Units that end with any delimiter.
   *
   * @param delimiter one byte or more
   * @param limit the most bytes of a unit, without its delimiter
   */
  public DelimiterDecoder(byte[] delimiter, int limit) {
    this.delimiter = delimiter.clone();
    this.search =
        new DelimiterSearch(
            this.delimiter, limit, () -> new FramingViolation.TooLong("unit", limit));
  }

  @Override
  public @Nullable ByteBuffer next(ByteBuffer in) {
    int length = search.find(in);
    if (length < 0) {
      return null;
    }
    ByteBuffer unit = Bytes.take(in, length);
    in.position(in.position() + delimiter.length);
    return unit;
  }

  @Override
  public int unreadLimit() {
    return search.unreadLimit();
  }

  /** What frames units for this decoder. It refuses units that contain the delimiter. */
  public Encoder<ByteBuffer> encoder() {
    return new DelimiterEncoder(delimiter, search.limit());
  }
}
