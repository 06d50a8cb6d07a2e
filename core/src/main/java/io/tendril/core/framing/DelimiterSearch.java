package io.tendril.core.framing;

import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * Finds units that end with a delimiter, in linear time however the bytes are cut: it remembers how
 * far it has looked.
 *
 * <pre>
 *   LOOKING    the unread bytes begin with the unit; the first {@code looked} hold no delimiter
 *   SKIPPING   the unit was too long, its beginning is thrown away, and the rest follows it
 * </pre>
 */
final class DelimiterSearch {
  private final byte[] delimiter;
  private final int limit;
  private final Supplier<FramingViolation> tooLong;
  private int looked;
  private boolean skipping;

  /**
   * A search.
   *
   * @param limit the most bytes of a unit, without its delimiter
   * @param tooLong what to throw at a unit that is longer
   */
  DelimiterSearch(byte[] delimiter, int limit, Supplier<FramingViolation> tooLong) {
    if (delimiter.length == 0) {
      throw new IllegalArgumentException("an empty delimiter");
    }
    if (limit < 0) {
      throw new IllegalArgumentException("a limit of " + limit + " bytes");
    }
    this.delimiter = delimiter;
    this.limit = limit;
    this.tooLong = tooLong;
  }

  int limit() {
    return limit;
  }

  /** The most bytes that stay unread in wait for more. */
  int unreadLimit() {
    return Math.addExact(limit, delimiter.length);
  }

  /**
   * Looks for the end of the unit at the front of a buffer, which does not move, except over a unit
   * that is too long.
   *
   * @return the length of the unit, without its delimiter, or -1 if its end is not there yet
   */
  int find(ByteBuffer in) {
    int length = endOfUnit(in);
    if (skipping && length >= 0) {
      skipping = false;
      in.position(in.position() + length + delimiter.length);
      length = endOfUnit(in);
    }
    if (skipping) {
      forget(in);
      return -1;
    }
    if (length > limit) {
      in.position(in.position() + length + delimiter.length);
      throw tooLong.get();
    }
    if (length < 0 && looked - (delimiter.length - 1) > limit) {
      skipping = true;
      forget(in);
      throw tooLong.get();
    }
    return length;
  }

  /** Throws away what is of no more use: all but a possible beginning of the delimiter. */
  private void forget(ByteBuffer in) {
    int kept = Math.min(looked, delimiter.length - 1);
    in.position(in.limit() - kept);
    looked = kept;
  }

  private int endOfUnit(ByteBuffer in) {
    int from = in.position();
    int to = in.limit();
    byte last = delimiter[delimiter.length - 1];
    for (int i = from + Math.max(looked, delimiter.length - 1); i < to; i++) {
      if (in.get(i) == last && precedes(in, i)) {
        looked = 0;
        return i - from - (delimiter.length - 1);
      }
    }
    looked = to - from;
    return -1;
  }

  /** Whether the delimiter's last byte, at {@code end}, has the others before it. */
  private boolean precedes(ByteBuffer in, int end) {
    for (int i = delimiter.length - 2, at = end - 1; i >= 0; i--, at--) {
      if (in.get(at) != delimiter[i]) {
        return false;
      }
    }
    return true;
  }
}
