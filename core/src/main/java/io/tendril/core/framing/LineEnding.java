package io.tendril.core.framing;

/** What ends a line. */
public enum LineEnding {
  /** CR LF, and nothing else; a CR or LF alone is part of the line. What internet protocols use. */
  CRLF("\r\n"),

  /** LF; a CR before it is part of the line. */
  LF("\n"),

  /** LF, with or without a CR before it. Written as CR LF. */
  EITHER("\r\n");

  private final String written;

  LineEnding(String written) {
    this.written = written;
  }

  /** The end that is put behind lines when they are written. */
  public String written() {
    return written;
  }
}
