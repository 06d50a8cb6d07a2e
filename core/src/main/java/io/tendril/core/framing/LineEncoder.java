package io.tendril.core.framing;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Puts an end behind each line. It refuses a line with such an end inside: what was meant as one
 * line would reach the peer as two, the second of which whoever supplied the text has written.
 *
 * @param ending what to put behind
 * @param limit the most bytes of a line, without its end
 * @param charset how to write text
 */
public record LineEncoder(LineEnding ending, int limit, Charset charset)
    implements Encoder<String> {

  /** CRLF, 16384 bytes, UTF-8. */
  public LineEncoder() {
    this(LineEnding.CRLF, LineDecoder.DEFAULT_LIMIT, StandardCharsets.UTF_8);
  }

  /** Checks the limit. */
  public LineEncoder {
    if (limit < 0) {
      throw new IllegalArgumentException("a limit of " + limit + " bytes");
    }
  }

  @Override
  public ByteBuffer encode(String line) {
    if (line.contains(ending == LineEnding.CRLF ? "\r\n" : "\n")) {
      throw new IllegalArgumentException("a line with the end of a line in it");
    }
    byte[] bytes = (line + ending.written()).getBytes(charset);
    int length = bytes.length - ending.written().length();
    if (length > limit) {
      throw new IllegalArgumentException("a line of " + length + " bytes; the limit is " + limit);
    }
    return ByteBuffer.wrap(bytes);
  }
}
