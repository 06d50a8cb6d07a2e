package io.tendril.http.server;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file that was asked for: RFC 9110, section 14. Pure.
 *
 * @param first the first octet's position
 * @param last the last octet's position, not before the first
 */
record ByteRange(long first, long last) {
  /** A field that asks for more parts than this is ignored. */
  static final int MOST = 32;

  /** Two parts that are no further apart are sent as one: the head of a part takes as much. */
  private static final int GAP = 80;

  private static final String UNIT = "bytes=";

  /**
   * Reads a Range field. Parts that overlap, or nearly do, become one, in the place of the first of
   * them; so no octet is sent twice.
   *
   * @param size octets that the file has
   * @return null if the field is to be ignored: out of grammar, of another unit, or of too many
   *     parts; an empty list if none of the parts is in the file
   */
  static @Nullable List<ByteRange> parse(String field, long size) {
    if (!field.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
      return null;
    }
    String[] specifications = field.substring(UNIT.length()).split(",", MOST + 1);
    if (specifications.length > MOST) {
      return null;
    }
    var ranges = new ArrayList<ByteRange>();
    boolean any = false;
    for (String specification : specifications) {
      String text = specification.strip();
      if (text.isEmpty()) {
        continue;
      }
      any = true;
      int dash = text.indexOf('-');
      if (dash < 0 || !isNumber(text, 0, dash) || !isNumber(text, dash + 1, text.length())) {
        return null;
      }
      if (!add(ranges, text.substring(0, dash), text.substring(dash + 1), size)) {
        return null;
      }
    }
    return any ? ranges : null;
  }

  private static boolean isNumber(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** Adds a range if it is in the file; returns whether it is in grammar. */
  private static boolean add(List<ByteRange> ranges, String from, String to, long size) {
    if (from.isEmpty()) {
      if (to.isEmpty()) {
        return false;
      }
      long count = Math.min(number(to), size);
      if (count > 0) {
        merge(ranges, new ByteRange(size - count, size - 1));
      }
      return true;
    }
    long first = number(from);
    long last = to.isEmpty() ? Long.MAX_VALUE : number(to);
    if (first < size && first <= last) {
      merge(ranges, new ByteRange(first, Math.min(last, size - 1)));
    }
    return first <= last;
  }

  private static void merge(List<ByteRange> ranges, ByteRange range) {
    ByteRange merged = range;
    int place = ranges.size();
    for (int i = ranges.size() - 1; i >= 0; i--) {
      ByteRange other = ranges.get(i);
      if (other.first <= merged.last + GAP && merged.first <= other.last + GAP) {
        merged =
            new ByteRange(Math.min(other.first, merged.first), Math.max(other.last, merged.last));
        ranges.remove(i);
        place = i;
        // What it has grown into may touch those that were looked at already.
        i = ranges.size();
      }
    }
    ranges.add(Math.min(place, ranges.size()), merged);
  }

  /** A number; one that is too large is as good as the largest. */
  private static long number(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException tooLarge) {
      return Long.MAX_VALUE;
    }
  }

  long length() {
    return last - first + 1;
  }

  /** As the value of {@code Content-Range}. */
  String of(long size) {
    return "bytes " + first + "-" + last + "/" + size;
  }
}
