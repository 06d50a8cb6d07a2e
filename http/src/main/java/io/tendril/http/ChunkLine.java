package io.tendril.http;

import java.nio.ByteBuffer;

/** The first line of a chunk: its size, and extensions, which nobody uses (RFC 9112, 7.1.1). */
final class ChunkLine {
  private final ByteBuffer in;
  private final int end;
  private int at;

  private ChunkLine(ByteBuffer in, int from, int end) {
    this.in = in;
    this.at = from;
    this.end = end;
  }

  /** How many digits a line begins with. */
  static int digits(ByteBuffer in, int from, int end) {
    int i = from;
    while (i < end && Grammar.hex(in.get(i)) >= 0) {
      i++;
    }
    if (i == from) {
      throw HttpViolation.bad("a chunk's size that is no number");
    }
    return i - from;
  }

  /** The size that the digits tell. */
  static long size(ByteBuffer in, int from, int end) {
    long value = 0;
    for (int i = from; i < end; i++) {
      if (value >> 59 != 0) {
        throw HttpViolation.bad("a chunk's size that overflows");
      }
      value = value << 4 | Grammar.hex(in.get(i));
    }
    return value;
  }

  /**
   * Refuses extensions that are out of grammar.
   *
   * @param from where the digits end
   * @param end where the line ends, its CRLF excluded
   */
  static void checkExtensions(ByteBuffer in, int from, int end) {
    if (from < end) {
      var line = new ChunkLine(in, from, end);
      while (line.at < end) {
        line.extension();
      }
    }
  }

  private void extension() {
    skipSpace();
    expect(';');
    skipSpace();
    token();
    int nameEnd = at;
    skipSpace();
    if (isNext('=')) {
      at++;
      skipSpace();
      if (isNext('"')) {
        quoted();
      } else {
        token();
      }
    } else {
      // Space belongs to what follows, and at the end of the line nothing does.
      at = nameEnd;
    }
  }

  private boolean isNext(char octet) {
    return at < end && in.get(at) == octet;
  }

  private void skipSpace() {
    while (at < end && Grammar.isSpace(in.get(at))) {
      at++;
    }
  }

  private void expect(char octet) {
    if (!isNext(octet)) {
      throw malformed();
    }
    at++;
  }

  private void token() {
    int start = at;
    while (at < end && Grammar.isToken(in.get(at))) {
      at++;
    }
    if (at == start) {
      throw malformed();
    }
  }

  private void quoted() {
    expect('"');
    while (at < end && in.get(at) != '"') {
      // What a backslash escapes may be the end of the line: then nothing closes the quotes.
      at += in.get(at) == '\\' ? 2 : 1;
    }
    expect('"');
  }

  private static HttpViolation malformed() {
    return HttpViolation.bad("a chunk extension out of grammar");
  }
}
