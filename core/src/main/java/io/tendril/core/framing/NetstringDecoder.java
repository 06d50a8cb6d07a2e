package io.tendril.core.framing;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Netstrings, as <a href="https://cr.yp.to/proto/netstrings.txt">D. J. Bernstein</a> defines them:
 * {@code 5:hello,}. Lengths have no leading zeros, and one over the limit is refused before the
 * string arrives. There is no way on after a violation.
 */
public final class NetstringDecoder implements Decoder<ByteBuffer> {
  /** The most bytes of a string, unless one says otherwise. */
  public static final int DEFAULT_LIMIT = 99_999;

  private final int limit;

  // What is known of the string at the front.
  private int looked;
  private int length;
  private boolean lengthKnown;

  /** Strings of at most 99999 bytes. */
  public NetstringDecoder() {
    this(DEFAULT_LIMIT);
  }

  /**
   * Strings of a limited length.
   *
   * @param limit the most bytes of a string; at most 2,147,483,000
   */
  public NetstringDecoder(int limit) {
    if (limit < 0 || limit > 2_147_483_000) {
      throw new IllegalArgumentException("a limit of " + limit + " bytes");
    }
    this.limit = limit;
  }

  @Override
  public @Nullable ByteBuffer next(ByteBuffer in) {
    if (!lengthKnown && !readLength(in)) {
      return null;
    }
    if (in.remaining() - looked <= length) {
      return null;
    }
    int comma = in.position() + looked + length;
    if (in.get(comma) != ',') {
      throw new FramingViolation("a netstring of " + length + " bytes without a comma behind it");
    }
    in.position(in.position() + looked);
    ByteBuffer string = Bytes.take(in, length);
    in.position(comma + 1);
    looked = 0;
    length = 0;
    lengthKnown = false;
    return string;
  }

  /** Reads digits and the colon, from where it stopped last. */
  private boolean readLength(ByteBuffer in) {
    while (looked < in.remaining()) {
      byte octet = in.get(in.position() + looked);
      if (octet == ':' && looked > 0) {
        lengthKnown = true;
        looked++;
        return true;
      }
      if (octet < '0' || octet > '9') {
        throw new FramingViolation("a netstring that does not begin with its length and a colon");
      }
      if (looked > 0 && length == 0) {
        throw new FramingViolation("a netstring with a length that begins with zero");
      }
      long longer = length * 10L + (octet - '0');
      if (longer > limit) {
        throw new FramingViolation.TooLong("netstring", limit);
      }
      length = (int) longer;
      looked++;
    }
    return false;
  }

  @Override
  public int unreadLimit() {
    return Math.addExact(limit, Integer.toString(limit).length() + 2);
  }

  /** Frames strings of any length. */
  public static Encoder<ByteBuffer> encoder() {
    return NetstringEncoder.INSTANCE;
  }
}
