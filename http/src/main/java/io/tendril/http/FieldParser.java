package io.tendril.http;

/** Reads the field lines of a header or trailer section: RFC 9112, section 5. */
final class FieldParser {
  private FieldParser() {}

  /**
   * Reads the lines of a block that {@link BlockScanner} has found, up to its empty line.
   *
   * @param block kept by the result; not to be changed any more
   * @param from where the first field line begins
   * @param count how many there are
   */
  static Headers parse(byte[] block, int from, int count) {
    if (count == 0) {
      return Headers.empty();
    }
    var index = new char[count * 4];
    int i = from;
    for (int at = 0; at < index.length; at += 4) {
      index[at] = (char) i;
      while (Grammar.isToken(block[i])) {
        i++;
      }
      if (i == index[at] || block[i] != ':') {
        throw HttpViolation.bad(problem(block, index[at], i));
      }
      index[at + 1] = (char) i++;
      while (isSpace(block[i])) {
        i++;
      }
      index[at + 2] = (char) i;
      int end = i;
      while (block[i] != '\r') {
        if (!isSpace(block[i++])) {
          end = i;
        }
      }
      index[at + 3] = (char) end;
      i += 2;
    }
    return new Headers(block, index);
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  private static String problem(byte[] block, int start, int i) {
    if (isSpace(block[start])) {
      return "a folded field line";
    }
    return isSpace(block[i]) ? "whitespace before the colon" : "a field name that is no token";
  }
}
