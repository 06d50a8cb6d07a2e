package io.tendril.http;

import java.nio.ByteBuffer;

/**
 * Finds the empty line that ends a head or a trailer section. Looks at each octet once, however the
 * data is cut, and refuses what no line of one may hold: a control, a bare CR, a bare LF.
 */
final class BlockScanner {
  private final int limit;
  private final int mostLines;
  private final boolean startLine;

  /** How many octets of the block are known to be fine. */
  private int looked;

  /** Where the line under way begins, from the start of the block. */
  private int lineStart;

  private int lines;

  private BlockScanner(int limit, int mostLines, boolean startLine) {
    this.limit = limit;
    this.mostLines = mostLines;
    this.startLine = startLine;
  }

  /** A scanner of blocks that begin with a request line. */
  static BlockScanner ofHeads(HttpLimits limits) {
    return new BlockScanner(limits.head(), limits.fields() + 1, true);
  }

  /** A scanner of blocks of fields alone. */
  static BlockScanner ofTrailers(HttpLimits limits) {
    return new BlockScanner(limits.head(), limits.fields(), false);
  }

  /** Whether nothing of a block has been looked at. */
  boolean fresh() {
    return looked == 0;
  }

  /** How many lines the block has so far, without the empty line. */
  int lines() {
    return lines;
  }

  /** Begins another block. */
  void reset() {
    looked = 0;
    lineStart = 0;
    lines = 0;
  }

  /**
   * Looks for the end of the block that begins at the buffer's position.
   *
   * @return the octets of the block, the empty line included, or -1 if it is not all there
   */
  int scan(ByteBuffer in) {
    int from = in.position();
    int end = from + Math.min(in.remaining(), limit);
    int i = from + looked;
    while (i < end) {
      byte b = in.get(i);
      if (Grammar.isValue(b)) {
        i++;
      } else if (b != '\r') {
        throw HttpViolation.bad(
            b == '\n' ? "a line that ends with a bare LF" : "a control character");
      } else if (i + 1 == end) {
        break;
      } else if (in.get(i + 1) != '\n') {
        throw HttpViolation.bad("a bare CR");
      } else {
        boolean last = i - from == lineStart;
        i += 2;
        lineStart = i - from;
        if (last) {
          return lineStart;
        }
        if (++lines > mostLines) {
          throw new HttpViolation(431, "more than " + mostLines + " lines");
        }
      }
    }
    looked = i - from;
    if (in.remaining() >= limit) {
      throw startLine && lines == 0
          ? new HttpViolation(414, "a request line of more than " + limit + " octets")
          : new HttpViolation(431, "fields of more than " + limit + " octets");
    }
    return -1;
  }
}
