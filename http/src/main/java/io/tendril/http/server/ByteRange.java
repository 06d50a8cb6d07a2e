package io.tendril.http.server;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file that was asked for: RFC 9110, section 14.
 *
 * @param first the first octet's position
 * @param last the last octet's position; below {@code first} for a range that cannot be satisfied
 */
record ByteRange(long first, long last) {
  private static final Pattern ONE =
      Pattern.compile("bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*", Pattern.CASE_INSENSITIVE);
  private static final ByteRange UNSATISFIABLE = new ByteRange(0, -1);

  /**
   * Reads a Range field.
   *
   * @param size octets that the file has
   * @return null if the field is to be ignored: out of grammar, of another unit, or several ranges,
   *     which a server need not do
   */
  static @Nullable ByteRange parse(String field, long size) {
    Matcher range = ONE.matcher(field);
    if (!range.matches()) {
      return null;
    }
    String from = range.group(1);
    String to = range.group(2);
    if (from.isEmpty()) {
      return to.isEmpty() ? null : suffix(number(to), size);
    }
    long first = number(from);
    long last = to.isEmpty() ? Long.MAX_VALUE : number(to);
    if (last < first) {
      return null;
    }
    return first < size ? new ByteRange(first, Math.min(last, size - 1)) : UNSATISFIABLE;
  }

  private static ByteRange suffix(long count, long size) {
    return count == 0 || size == 0
        ? UNSATISFIABLE
        : new ByteRange(Math.max(0, size - count), size - 1);
  }

  /** A number; one that is too large is as good as the largest. */
  private static long number(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException tooLarge) {
      return Long.MAX_VALUE;
    }
  }

  boolean satisfiable() {
    return last >= first;
  }

  long length() {
    return last - first + 1;
  }
}
