package io.tendril.http;

/** The first line of a chunk: its size, and extensions, which nobody uses (RFC 9112, 7.1.1). */
final class ChunkLine {
  private final byte[] line;
  private int at;

  private ChunkLine(byte[] line) {
    this.line = line;
  }

  /**
   * The size that a line tells.
   *
   * @param line without its CRLF
   */
  static long size(byte[] line) {
    var reader = new ChunkLine(line);
    long size = reader.number();
    while (reader.at < line.length) {
      reader.extension();
    }
    return size;
  }

  private long number() {
    long value = 0;
    while (at < line.length && Grammar.hex(line[at]) >= 0) {
      if (value >> 59 != 0) {
        throw HttpViolation.bad("a chunk's size that overflows");
      }
      value = value << 4 | Grammar.hex(line[at++]);
    }
    if (at == 0) {
      throw HttpViolation.bad("a chunk's size that is no number");
    }
    return value;
  }

  private void extension() {
    skipSpace();
    expect(';');
    skipSpace();
    token();
    int end = at;
    skipSpace();
    if (at < line.length && line[at] == '=') {
      at++;
      skipSpace();
      if (at < line.length && line[at] == '"') {
        quoted();
      } else {
        token();
      }
    } else {
      // Space belongs to what follows, and at the end of the line nothing does.
      at = end;
    }
  }

  private void skipSpace() {
    while (at < line.length && (line[at] == ' ' || line[at] == '\t')) {
      at++;
    }
  }

  private void expect(char octet) {
    if (at >= line.length || line[at++] != octet) {
      throw malformed();
    }
  }

  private void token() {
    int start = at;
    while (at < line.length && Grammar.isToken(line[at])) {
      at++;
    }
    if (at == start) {
      throw malformed();
    }
  }

  private void quoted() {
    expect('"');
    while (at < line.length && line[at] != '"') {
      at += line[at] == '\\' ? 2 : 1;
    }
    expect('"');
  }

  private static HttpViolation malformed() {
    return HttpViolation.bad("a chunk extension out of grammar");
  }
}
