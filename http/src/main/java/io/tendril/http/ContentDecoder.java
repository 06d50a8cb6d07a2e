package io.tendril.http;

import io.tendril.core.framing.Decoder;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the content of one message off a stream: so many octets, or chunks (RFC 9112, section 7.1).
 * Pure. What it finds are pieces of the content, as views of the buffer it is given.
 *
 * <pre>
 *   FIXED -> DONE
 *   SIZE -> DATA -> DATA_END -> SIZE ... -> TRAILERS -> DONE
 * </pre>
 */
public final class ContentDecoder implements Decoder<ByteBuffer> {
  private enum State {
    FIXED,
    SIZE,
    DATA,
    DATA_END,
    TRAILERS,
    DONE
  }

  private final HttpLimits limits;
  private final BlockScanner trailerScanner;
  private State state;

  /** How many octets of the content, or of the chunk under way, are to come. */
  private long left;

  /** How many octets the chunks had so far. */
  private long total;

  /** How many octets of chunk extensions there were so far. */
  private int extensions;

  /** How many octets of a chunk's first line are known not to hold its end. */
  private int looked;

  private Headers trailers = Headers.empty();

  /**
   * A decoder of one message's content.
   *
   * @param length how many octets, or -1 for chunks
   */
  public ContentDecoder(long length, HttpLimits limits) {
    this.limits = limits;
    this.left = length;
    this.state = length < 0 ? State.SIZE : length == 0 ? State.DONE : State.FIXED;
    this.trailerScanner = BlockScanner.ofTrailers(limits);
  }

  /** Whether the content is complete: what follows in the buffer is the next message. */
  public boolean done() {
    return state == State.DONE;
  }

  /**
   * The fields behind the last chunk, once it is {@link #done}; none before. None of them says
   * anything of framing, routing, authentication or the like: such are refused (RFC 9110, section
   * 6.5.1).
   */
  public Headers trailers() {
    return trailers;
  }

  /** The next piece; null if more is needed, and when it is {@link #done}. */
  @Override
  public @Nullable ByteBuffer next(ByteBuffer in) {
    while (in.hasRemaining()) {
      switch (state) {
        case FIXED, DATA -> {
          return piece(in);
        }
        case SIZE -> {
          if (!size(in)) {
            return null;
          }
        }
        case DATA_END -> {
          if (!dataEnd(in)) {
            return null;
          }
        }
        case TRAILERS -> {
          if (!trailers(in)) {
            return null;
          }
        }
        case DONE -> {
          return null;
        }
      }
    }
    return null;
  }

  private ByteBuffer piece(ByteBuffer in) {
    int count = (int) Math.min(left, in.remaining());
    ByteBuffer piece = in.slice(in.position(), count);
    in.position(in.position() + count);
    left -= count;
    if (left == 0) {
      state = state == State.FIXED ? State.DONE : State.DATA_END;
    }
    return piece;
  }

  private boolean size(ByteBuffer in) {
    int length = lineLength(in);
    if (length < 0) {
      return false;
    }
    int at = in.position();
    int digits = ChunkLine.digits(in, at, at + length);
    extensions += length - digits;
    if (extensions > limits.head()) {
      throw HttpViolation.bad("chunk extensions of more than " + limits.head() + " octets");
    }
    left = ChunkLine.size(in, at, at + digits);
    if (left > limits.streamedBody() - total) {
      throw HttpViolation.tooLong(limits.streamedBody());
    }
    ChunkLine.checkExtensions(in, at + digits, at + length);
    looked = 0;
    in.position(at + length + 2);
    if (left == 0) {
      state = State.TRAILERS;
    } else {
      total += left;
      state = State.DATA;
    }
    return true;
  }

  /**
   * The octets of the line at the buffer's position without its CRLF, or -1 if it has no end yet.
   */
  private int lineLength(ByteBuffer in) {
    int from = in.position();
    int end = from + Math.min(in.remaining(), limits.chunkLine());
    for (int i = from + looked; i < end; i++) {
      byte b = in.get(i);
      if (b == '\r') {
        if (i + 1 == in.limit()) {
          looked = i - from;
          return -1;
        }
        if (in.get(i + 1) != '\n') {
          throw HttpViolation.bad("a bare CR in a chunk's size");
        }
        return i - from;
      }
      if (!Grammar.isValue(b)) {
        throw HttpViolation.bad("a control character in a chunk's size");
      }
    }
    looked = end - from;
    if (looked == limits.chunkLine()) {
      throw HttpViolation.bad("a chunk's size of more than " + limits.chunkLine() + " octets");
    }
    return -1;
  }

  private boolean dataEnd(ByteBuffer in) {
    int at = in.position();
    if (in.get(at) != '\r' || (in.remaining() > 1 && in.get(at + 1) != '\n')) {
      throw HttpViolation.bad("a chunk that is longer than its size");
    }
    if (in.remaining() == 1) {
      return false;
    }
    in.position(at + 2);
    state = State.SIZE;
    return true;
  }

  private boolean trailers(ByteBuffer in) {
    int length = trailerScanner.scan(in);
    if (length < 0) {
      return false;
    }
    int lines = trailerScanner.lines();
    trailerScanner.reset();
    if (lines > 0) {
      var block = new byte[length];
      in.get(in.position(), block);
      var fields = new Headers(block, FieldParser.index(block, 0, lines));
      Trailers.check(fields);
      trailers = fields;
    }
    in.position(in.position() + length);
    state = State.DONE;
    return true;
  }
}
