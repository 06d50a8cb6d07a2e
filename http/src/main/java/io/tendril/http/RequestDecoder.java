package io.tendril.http;

import io.tendril.core.framing.Decoder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the heads of requests: RFC 9112, sections 2, 3, 5 and 6. Pure. One per connection.
 *
 * <p>It leaves the content unread: whoever uses it takes that off the stream with a {@link
 * ContentDecoder} before it asks for the next request.
 *
 * <p>A violation of the rules throws {@link HttpViolation}, which knows the status code to answer.
 *
 * <p>There are two ways, which find the same. A head that is there as a whole, as most are, is read
 * where it lies in one pass. Of one that is not, or has something wrong with it, the end is looked
 * for first; what has been looked at then is not looked at again when more arrives.
 */
public final class RequestDecoder implements Decoder<Request> {
  private final HttpLimits limits;
  private final LongFunction<? extends Body> bodies;
  private final Supplier<? extends Ends> ends;
  private final BlockScanner scanner;
  private final HeadParser parser;
  private boolean skipped;

  /**
   * A decoder.
   *
   * @param bodies makes the body of a request that has one, from its length, or -1 for chunked
   */
  public RequestDecoder(HttpLimits limits, LongFunction<? extends Body> bodies) {
    this(limits, bodies, Ends::none);
  }

  /**
   * A decoder of requests that tell where they come from.
   *
   * @param bodies makes the body of a request that has one, from its length, or -1 for chunked
   * @param ends tells by what connection a request came
   */
  public RequestDecoder(
      HttpLimits limits, LongFunction<? extends Body> bodies, Supplier<? extends Ends> ends) {
    this.limits = limits;
    this.bodies = bodies;
    this.ends = ends;
    this.scanner = BlockScanner.ofHeads(limits);
    this.parser = new HeadParser(limits);
  }

  @Override
  public @Nullable Request next(ByteBuffer in) {
    if (scanner.fresh()) {
      if (!skipped && in.remaining() >= 2) {
        skipEmptyLine(in);
      }
      Request whole = in.hasArray() ? whole(in) : null;
      if (whole != null) {
        return whole;
      }
    }
    int length = scanner.scan(in);
    if (length < 0) {
      return null;
    }
    scanner.reset();
    skipped = false;
    var head = new byte[length];
    in.get(in.position(), head);
    if (parser.parse(head, 0, length) != length) {
      throw HttpViolation.bad("a request line that is cut short");
    }
    in.position(in.position() + length);
    return request(head, 0);
  }

  /** One empty line before a request is forgiven: RFC 9112, section 2.2. */
  private void skipEmptyLine(ByteBuffer in) {
    if (in.get(in.position()) == '\r' && in.get(in.position() + 1) == '\n') {
      in.position(in.position() + 2);
      skipped = true;
    }
  }

  /** The request whose head is there as a whole and has nothing wrong with it, or null. */
  private @Nullable Request whole(ByteBuffer in) {
    byte[] octets = in.array();
    int from = in.arrayOffset() + in.position();
    int end;
    try {
      end = parser.parse(octets, from, from + Math.min(in.remaining(), limits.head()));
    } catch (HttpViolation violation) {
      return null; // The other way finds it again, in the order in which all are found.
    }
    if (end < 0) {
      return null;
    }
    skipped = false;
    in.position(in.position() + end - from);
    return request(Arrays.copyOfRange(octets, from, end), from);
  }

  /**
   * The request that the parser has found.
   *
   * @param head its own copy
   * @param from where the head began in what the parser was given
   */
  private Request request(byte[] head, int from) {
    long length = parser.framing().length;
    Body body = length == 0 ? Body.empty() : bodies.apply(length);
    return new Request(parser, head, from, body, ends.get());
  }
}
