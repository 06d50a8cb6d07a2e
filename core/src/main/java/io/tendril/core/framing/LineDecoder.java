package io.tendril.core.framing;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lines of text, without their ends. By default they end with CRLF, have at most 16384 bytes, and
 * are UTF-8; bytes that are not text in the charset become U+FFFD, or with {@link #strict} are a
 * violation. For lines of bytes there is {@code new DelimiterDecoder("\r\n")}; ISO-8859-1 has a
 * character for each byte.
 *
 * <p>A line that is too long is reported once, with {@link FramingViolation.TooLong}; a protocol
 * that does not close then goes on with the line after it.
 */
public final class LineDecoder implements Decoder<String> {
  /** The most bytes of a line, unless one says otherwise. */
  public static final int DEFAULT_LIMIT = 16_384;

  /** What {@code String} puts in the place of bytes that are not text, in every charset. */
  private static final char REPLACEMENT = '\ufffd';

  private final LineEnding ending;
  private final int limit;
  private final Charset charset;
  private final DelimiterSearch search;
  private final int terminator;
  private final boolean strict;

  /** CRLF, 16384 bytes, UTF-8. */
  public LineDecoder() {
    this(LineEnding.CRLF);
  }

  /** Lines with another end, of at most 16384 bytes of UTF-8. */
  public LineDecoder(LineEnding ending) {
    this(ending, DEFAULT_LIMIT, StandardCharsets.UTF_8);
  }

  /** CRLF, with another limit and charset. */
  public LineDecoder(int limit, Charset charset) {
    this(LineEnding.CRLF, limit, charset);
  }

  /**
   * Lines of any kind.
   *
   * @param limit the most bytes of a line, without its end
   * @param charset one in which the bytes of CR and LF mean nothing else: not UTF-16
   */
  public LineDecoder(LineEnding ending, int limit, Charset charset) {
    this(ending, limit, charset, false);
  }

  private LineDecoder(LineEnding ending, int limit, Charset charset, boolean strict) {
    this.strict = strict;
    this.ending = ending;
    this.limit = limit;
    this.charset = charset;
    byte[] delimiter = ending == LineEnding.CRLF ? new byte[] {'\r', '\n'} : new byte[] {'\n'};
    this.terminator = delimiter.length;
    // A CR that may belong to the end is looked at here, not there.
    int room = ending == LineEnding.EITHER ? 1 : 0;
    this.search = new DelimiterSearch(delimiter, Math.addExact(limit, room), this::tooLong);
  }

  /**
   * A decoder of such lines that reports one which is not text in the charset with {@link
   * FramingViolation.Malformed}; a protocol that does not close then goes on with the line after
   * it. It has seen nothing yet.
   */
  public LineDecoder strict() {
    return new LineDecoder(ending, limit, charset, true);
  }

  private FramingViolation tooLong() {
    return new FramingViolation.TooLong("line", limit);
  }

  @Override
  public @Nullable String next(ByteBuffer in) {
    int length = search.find(in);
    if (length < 0) {
      return null;
    }
    int end = in.position() + length;
    int text = length;
    if (ending == LineEnding.EITHER && length > 0 && in.get(end - 1) == '\r') {
      text--;
    }
    if (text > limit) {
      in.position(end + terminator);
      throw tooLong();
    }
    String line = text(in, text);
    boolean malformed = strict && line.indexOf(REPLACEMENT) >= 0 && !isText(in, text);
    in.position(end + terminator);
    if (malformed) {
      throw new FramingViolation.Malformed("line", charset);
    }
    return line;
  }

  /** Whether the bytes mean the replacement character, and were not replaced by it. */
  private boolean isText(ByteBuffer in, int length) {
    try {
      charset
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(in.slice(in.position(), length));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private String text(ByteBuffer in, int length) {
    if (in.hasArray()) {
      return new String(in.array(), in.arrayOffset() + in.position(), length, charset);
    }
    byte[] bytes = new byte[length];
    in.get(in.position(), bytes);
    return new String(bytes, charset);
  }

  @Override
  public int unreadLimit() {
    return search.unreadLimit();
  }

  /** What writes lines for this decoder: with the same end, limit and charset. */
  public LineEncoder encoder() {
    return new LineEncoder(ending, limit, charset);
  }
}
