package io.tendril.http;

/** Reads the field lines of a header or trailer section: RFC 9112, section 5. */
final class FieldParser {
  private FieldParser() {}

  /**
   * Where the fields of a block are: four positions for each, as {@link Headers} keeps them.
   *
   * @param block field lines, of which it is known that each ends with CRLF and holds no control
   * @param from where the first line begins
   * @param count how many there are
   */
  static char[] index(byte[] block, int from, int count) {
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
      while (Grammar.isSpace(block[i])) {
        i++;
      }
      index[at + 2] = (char) i;
      int end = i;
      while (block[i] != '\r') {
        if (!Grammar.isSpace(block[i++])) {
          end = i;
        }
      }
      index[at + 3] = (char) end;
      i += 2;
    }
    return index;
  }

  /** What is wrong with a line whose name goes from {@code start} to {@code i}. */
  static String problem(byte[] block, int start, int i) {
    if (Grammar.isSpace(block[start])) {
      return "a folded field line";
    }
    return Grammar.isSpace(block[i])
        ? "whitespace before the colon"
        : "a field name that is no token";
  }

  /** Whether a name is {@code Range}, or begins with {@code If-}. */
  static boolean isCondition(byte[] octets, int from, int to) {
    return to - from == 5
        ? Grammar.equalsIgnoreCase(octets, from, to, "Range")
        : to - from > 5
            && octets[from + 2] == '-'
            && Grammar.equalsIgnoreCase(octets, from, from + 2, "If");
  }
}
