package io.tendril.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads the head of a request in one pass: RFC 9112, sections 2, 3 and 5. It makes no objects; what
 * it found is in its fields until the next call, as positions in the octets that it was given.
 */
final class HeadParser {
  /** The octets end before the head does. */
  static final int INCOMPLETE = -1;

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** {@code HTTP/1.1} as one number. */
  private static final long HTTP11 = 0x485454502f312e31L;

  private static final String NAME = "HTTP/";

  private final int mostFields;
  private final long longest;
  private final Framing framing = new Framing();

  private byte[] in = {};
  private int to;

  String method = "";
  int targetStart;
  int targetEnd;
  int fieldsStart;
  int fieldCount;

  /** Whether there is a condition, or a range, among the fields. */
  boolean conditional;

  boolean http10;

  HeadParser(HttpLimits limits) {
    this.mostFields = limits.fields();
    this.longest = limits.streamedBody();
  }

  /** What the fields say of the content and the connection. */
  Framing framing() {
    return framing;
  }

  /**
   * Reads a head.
   *
   * @param octets not kept
   * @return where the head ends, its empty line included, or {@link #INCOMPLETE}
   */
  int parse(byte[] octets, int from, int end) {
    in = octets;
    to = end;
    int at = method(from);
    at = at < 0 ? at : target(at);
    at = at < 0 ? at : version(at);
    at = at < 0 ? at : fields(at);
    if (at >= 0) {
      framing.check(method, longest);
      Targets.check(method, octets, targetStart, targetEnd);
    }
    return at;
  }

  // ---- The request line -----------------------------------------------------------------------

  private int method(int from) {
    int i = from;
    while (i < to && Grammar.isToken(in[i])) {
      i++;
    }
    if (i == to) {
      return INCOMPLETE;
    }
    if (i == from || in[i] != ' ') {
      throw HttpViolation.bad("a method that is no token");
    }
    method = method(in, from, i);
    return i + 1;
  }

  /** The method, without a new string for those that are usual. */
  private static String method(byte[] in, int from, int end) {
    String usual =
        switch (end - from) {
          case 3 -> in[from] == 'G' ? "GET" : "PUT";
          case 4 -> in[from] == 'H' ? "HEAD" : "POST";
          case 5 -> in[from] == 'P' ? "PATCH" : "TRACE";
          case 6 -> "DELETE";
          case 7 -> in[from] == 'O' ? "OPTIONS" : "CONNECT";
          default -> "";
        };
    for (int i = 0; i < usual.length(); i++) {
      if (in[from + i] != usual.charAt(i)) {
        return new String(in, from, end - from, ISO_8859_1);
      }
    }
    return usual.isEmpty() ? new String(in, from, end - from, ISO_8859_1) : usual;
  }

  private int target(int from) {
    int i = from;
    while (i < to && Grammar.isTarget(in[i])) {
      i++;
    }
    if (i == to) {
      return INCOMPLETE;
    }
    if (i == from || in[i] != ' ') {
      throw HttpViolation.bad("a target with an octet that none may have");
    }
    targetStart = from;
    targetEnd = i;
    return i + 1;
  }

  /** Reads the version and the end of the line. A later minor version is taken for 1.1. */
  private int version(int from) {
    if (to - from >= 10
        && (long) EIGHT.get(in, from) == HTTP11
        && in[from + 8] == '\r'
        && in[from + 9] == '\n') {
      http10 = false;
      return from + 10;
    }
    for (int i = 0; i < NAME.length(); i++) {
      if (from + i == to) {
        return INCOMPLETE;
      }
      if (in[from + i] != NAME.charAt(i)) {
        throw HttpViolation.bad("no HTTP version");
      }
    }
    if (to - from < 10) {
      return INCOMPLETE;
    }
    boolean formed =
        Grammar.isDigit(in[from + 5])
            && in[from + 6] == '.'
            && Grammar.isDigit(in[from + 7])
            && in[from + 8] == '\r'
            && in[from + 9] == '\n';
    if (!formed) {
      throw HttpViolation.bad("no HTTP version");
    }
    if (in[from + 5] != '1') {
      throw new HttpViolation(505, "a version that is not 1");
    }
    http10 = in[from + 7] == '0';
    return from + 10;
  }

  // ---- The fields -----------------------------------------------------------------------------

  private int fields(int from) {
    framing.begin(http10);
    fieldsStart = from;
    fieldCount = 0;
    conditional = false;
    int i = from;
    while (true) {
      if (to - i < 2) {
        return INCOMPLETE;
      }
      if (in[i] == '\r') {
        if (in[i + 1] != '\n') {
          throw HttpViolation.bad("a bare CR");
        }
        return i + 2;
      }
      i = field(i);
      if (i < 0) {
        return INCOMPLETE;
      }
      if (++fieldCount > mostFields) {
        throw HttpViolation.tooManyFields(mostFields);
      }
    }
  }

  private int field(int start) {
    int i = start;
    while (i < to && Grammar.isToken(in[i])) {
      i++;
    }
    if (i == to) {
      return INCOMPLETE;
    }
    if (i == start || in[i] != ':') {
      throw HttpViolation.bad(FieldParser.problem(in, start, i));
    }
    int nameEnd = i++;
    while (i < to && Grammar.isSpace(in[i])) {
      i++;
    }
    int valueStart = i;
    i = Grammar.valueEnd(in, i, to);
    if (to - i < 2) {
      return INCOMPLETE;
    }
    if (in[i] != '\r' || in[i + 1] != '\n') {
      throw HttpViolation.bad("a value with an octet that none may have");
    }
    int valueEnd = i;
    while (valueEnd > valueStart && Grammar.isSpace(in[valueEnd - 1])) {
      valueEnd--;
    }
    framing.field(in, start, nameEnd, valueStart, valueEnd);
    conditional |= FieldParser.isCondition(in, start, nameEnd);
    return i + 2;
  }
}
