package io.tendril.core.framing;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines. By default they end with CRLF, have at most 16384 bytes, and are UTF-8. */
public final class LineDecoder implements Decoder<String> {
  private final int limit;
  private final Charset charset;
  private int looked;

  /** CRLF, 16384 bytes, UTF-8. */
  public LineDecoder() {
    this(16_384, StandardCharsets.UTF_8);
  }

  /**
   * CRLF, with another limit and charset.
   *
   * @param limit the most bytes of a line, without its end
   */
  public LineDecoder(int limit, Charset charset) {
    this.limit = limit;
    this.charset = charset;
  }

  @Override
  public @Nullable String next(ByteBuffer in) {
    int from = in.position();
    for (int i = from + looked; i + 1 < in.limit(); i++) {
      if (in.get(i) == '\r' && in.get(i + 1) == '\n') {
        int length = i - from;
        if (length > limit) {
          break;
        }
        looked = 0;
        byte[] line = new byte[length];
        in.get(line).position(i + 2);
        return new String(line, charset);
      }
    }
    looked = Math.max(0, in.remaining() - 1);
    if (looked > limit) {
      throw new FramingViolation.TooLong("line", limit);
    }
    return null;
  }
}
