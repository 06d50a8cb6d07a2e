package io.tendril.http.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;

/**
 * The end of a file that others may write to, too: other reactors, other processes. What is written
 * goes out in a flush, and each call of the system takes whole lines, so that lines of several
 * writers do not get mixed up. All of it is ASCII.
 */
final class LineFile extends Writer {
  /** How much goes out in one call, unless a line is longer. */
  private static final int AT_ONCE = 64 << 10;

  private final OutputStream file;
  private final StringBuilder waiting = new StringBuilder();

  /** Opened for appending; not a channel, which is closed when its thread is interrupted. */
  LineFile(OutputStream file) {
    this.file = file;
  }

  @Override
  public void write(char[] text, int offset, int length) {
    waiting.append(text, offset, length);
  }

  @Override
  public void write(String text, int offset, int length) {
    waiting.append(text, offset, offset + length);
  }

  @Override
  public void flush() throws IOException {
    String text = waiting.toString();
    waiting.setLength(0);
    for (int from = 0; from < text.length(); ) {
      int to = end(text, from);
      file.write(text.substring(from, to).getBytes(US_ASCII));
      from = to;
    }
  }

  /** Behind the last line that fits, or behind the first one. */
  private static int end(String text, int from) {
    if (text.length() - from <= AT_ONCE) {
      return text.length();
    }
    int last = text.lastIndexOf('\n', from + AT_ONCE - 1);
    int found = last >= from ? last : text.indexOf('\n', from);
    return found < 0 ? text.length() : found + 1;
  }

  @Override
  public void close() throws IOException {
    try {
      flush();
    } finally {
      file.close();
    }
  }
}
