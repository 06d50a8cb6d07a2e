package io.tendril.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tendril.core.framing.Decoder;
import java.nio.ByteBuffer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the heads of requests: RFC 9112, sections 2, 3, 5 and 6. Pure. One per connection.
 *
 * <p>It leaves the content unread: whoever uses it takes that off the stream with a {@link
 * ContentDecoder} before it asks for the next request.
 *
 * <p>A violation of the rules throws {@link HttpViolation}, which knows the status code to answer.
 */
public final class RequestDecoder implements Decoder<Request> {
  private static final String NAME = "HTTP/";
  private static final String[] SCHEMES = {"http://", "https://"};

  private final HttpLimits limits;
  private final LongFunction<? extends Body> bodies;
  private final BlockScanner scanner;
  private boolean skipped;

  /**
   * A decoder.
   *
   * @param bodies makes the body of a request that has one, from its length, or -1 for chunked
   */
  public RequestDecoder(HttpLimits limits, LongFunction<? extends Body> bodies) {
    this.limits = limits;
    this.bodies = bodies;
    this.scanner = BlockScanner.ofHeads(limits);
  }

  @Override
  public @Nullable Request next(ByteBuffer in) {
    if (!skipped && scanner.fresh() && in.remaining() >= 2) {
      skipEmptyLine(in);
    }
    int length = scanner.scan(in);
    if (length < 0) {
      return null;
    }
    int fields = scanner.lines() - 1;
    scanner.reset();
    skipped = false;
    if (fields < 0) {
      throw HttpViolation.bad("an empty request line");
    }
    var head = new byte[length];
    in.get(head);
    return parse(head, fields);
  }

  /** One empty line before a request is forgiven: RFC 9112, section 2.2. */
  private void skipEmptyLine(ByteBuffer in) {
    if (in.get(in.position()) == '\r' && in.get(in.position() + 1) == '\n') {
      in.position(in.position() + 2);
      skipped = true;
    }
  }

  private Request parse(byte[] head, int fieldCount) {
    int methodEnd = 0;
    while (Grammar.isToken(head[methodEnd])) {
      methodEnd++;
    }
    if (methodEnd == 0 || head[methodEnd] != ' ') {
      throw HttpViolation.bad("a method that is no token");
    }
    int targetStart = methodEnd + 1;
    int targetEnd = targetStart;
    while (Grammar.isTarget(head[targetEnd])) {
      targetEnd++;
    }
    if (targetEnd == targetStart || head[targetEnd] != ' ') {
      throw HttpViolation.bad("a target with an octet that none may have");
    }
    boolean http10 = version(head, targetEnd + 1) == 0;
    String method = method(head, methodEnd);
    checkTarget(method, head, targetStart, targetEnd);
    Headers headers = FieldParser.parse(head, targetEnd + 11, fieldCount);
    var framing = new Framing(http10);
    framing.read(headers);
    if (framing.length > limits.streamedBody()) {
      throw new HttpViolation(413, "content of more than " + limits.streamedBody() + " octets");
    }
    Body body = framing.length == 0 ? Body.empty() : bodies.apply(framing.length);
    return new Request(
        method,
        head,
        targetStart,
        targetEnd,
        http10,
        framing.persistent,
        framing.expectsContinue && framing.length != 0,
        headers,
        body);
  }

  /** The minor version: 0, or 1 for whatever is later. */
  private static int version(byte[] head, int from) {
    for (int i = 0; i < NAME.length(); i++) {
      if (head[from + i] != NAME.charAt(i)) {
        throw HttpViolation.bad("no HTTP version");
      }
    }
    boolean formed =
        Grammar.isDigit(head[from + 5])
            && head[from + 6] == '.'
            && Grammar.isDigit(head[from + 7])
            && head[from + 8] == '\r';
    if (!formed) {
      throw HttpViolation.bad("no HTTP version");
    }
    if (head[from + 5] != '1') {
      throw new HttpViolation(505, "a version that is not 1");
    }
    return head[from + 7] == '0' ? 0 : 1;
  }

  /** The method, without a new string for those that are usual. */
  private static String method(byte[] head, int end) {
    String usual =
        switch (end) {
          case 3 -> head[0] == 'G' ? "GET" : "PUT";
          case 4 -> head[0] == 'H' ? "HEAD" : "POST";
          case 5 -> "PATCH";
          case 6 -> "DELETE";
          case 7 -> "OPTIONS";
          default -> "";
        };
    for (int i = 0; i < usual.length(); i++) {
      if (head[i] != usual.charAt(i)) {
        return new String(head, 0, end, ISO_8859_1);
      }
    }
    return usual.isEmpty() ? new String(head, 0, end, ISO_8859_1) : usual;
  }

  /** The forms of RFC 9112, section 3.2. */
  private static void checkTarget(String method, byte[] head, int from, int to) {
    if (method.equals("CONNECT")) {
      throw new HttpViolation(501, "CONNECT");
    }
    if (head[from] == '/') {
      return;
    }
    if (head[from] == '*') {
      if (to - from != 1 || !method.equals("OPTIONS")) {
        throw HttpViolation.bad("an asterisk as target");
      }
      return;
    }
    int authority = schemeEnd(head, from, to);
    int end = Math.max(authority, from);
    while (end < to && head[end] != '/' && head[end] != '?') {
      end++;
    }
    if (authority < 0 || !Grammar.isAuthority(head, authority, end)) {
      throw HttpViolation.bad("a target of no known form");
    }
  }

  /** Where the authority of an {@code http} or {@code https} URI begins, or -1. */
  private static int schemeEnd(byte[] head, int from, int to) {
    for (String scheme : SCHEMES) {
      int i = 0;
      while (i < scheme.length()
          && from + i < to
          && (head[from + i] | 0x20) == (scheme.charAt(i) | 0x20)) {
        i++;
      }
      if (i == scheme.length()) {
        return from + i;
      }
    }
    return -1;
  }
}
