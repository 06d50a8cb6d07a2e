package io.tendril.testing.tls;

import java.nio.ByteBuffer;

/**
 * Cut what a peer says: so many whole records get through, and some bytes of the next. That is
 * where one cut differs from another, as an engine is shown whole records only.
 */
final class Shears {
  /** Some of a header, a header, and some of what is behind it. */
  static final int[] PLACES = {0, 1, 3, 5, 6, -1};

  private final int whole;
  private final int bytes;
  private int records;
  private boolean used;

  /**
   * Cut after so many records and bytes.
   *
   * @param bytes how many of the next record, or how many less than all of it
   */
  Shears(int whole, int bytes) {
    this.whole = whole;
    this.bytes = bytes;
  }

  /** Lets everything through. */
  static Shears blunt() {
    return new Shears(Integer.MAX_VALUE, 0);
  }

  /** How many of these bytes, which are records, get through. */
  int cut(byte[] said) {
    ByteBuffer left = ByteBuffer.wrap(said);
    while (left.hasRemaining() && !used) {
      int start = left.position();
      int length = 5 + (left.getShort(start + 3) & 0xffff);
      used = records == whole;
      left.position(start + (!used ? length : bytes < 0 ? length + bytes : bytes));
      records++;
    }
    return left.position();
  }

  /** Whether they have cut. */
  boolean used() {
    return used;
  }

  /** How many records were seen. */
  int records() {
    return records;
  }
}
