package io.tendril.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tendril.core.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * A request. Immutable.
 *
 * <p>One that came over the wire is kept as the octets of its head; what is asked of it is made
 * into strings when it is asked for.
 */
public final class Request {
  private static final int HTTP10 = 1;
  private static final int PERSISTENT = 1 << 1;
  private static final int EXPECTS_CONTINUE = 1 << 2;

  private final String method;
  private final byte[] head;
  private final char targetStart;
  private final char targetEnd;

  /**
   * Where in the head the fields begin, and how many there are, as long as they are not asked for.
   */
  private final char fieldsStart;

  private final char fieldCount;
  private final byte flags;
  private final Body body;
  private @Nullable Headers headers;
  private @Nullable String target;

  /**
   * A request that was received.
   *
   * @param found what was found in the head
   * @param head the request's own copy of it
   * @param offset where the head began when it was read
   */
  Request(HeadParser found, byte[] head, int offset, Body body) {
    Framing framing = found.framing();
    this.method = found.method;
    this.head = head;
    this.targetStart = (char) (found.targetStart - offset);
    this.targetEnd = (char) (found.targetEnd - offset);
    this.fieldsStart = (char) (found.fieldsStart - offset);
    this.fieldCount = (char) found.fieldCount;
    this.flags =
        (byte)
            ((found.http10 ? HTTP10 : 0)
                | (framing.persistent ? PERSISTENT : 0)
                | (framing.expectsContinue() ? EXPECTS_CONTINUE : 0));
    this.body = body;
  }

  /** A request to send. */
  private Request(String method, byte[] target, int flags, Headers headers, Body body) {
    this.method = method;
    this.head = target;
    this.targetStart = 0;
    this.targetEnd = (char) target.length;
    this.fieldsStart = 0;
    this.fieldCount = 0;
    this.flags = (byte) flags;
    this.headers = headers;
    this.body = body;
  }

  /** One that differs from another in its body. */
  private Request(Request other, Body body) {
    this.method = other.method;
    this.head = other.head;
    this.targetStart = other.targetStart;
    this.targetEnd = other.targetEnd;
    this.fieldsStart = other.fieldsStart;
    this.fieldCount = other.fieldCount;
    this.flags = other.flags;
    this.headers = other.headers;
    this.target = other.target;
    this.body = body;
  }

  /**
   * A request of HTTP/1.1.
   *
   * @param target a path and perhaps a query, percent-encoded: {@code /search?q=x}
   * @throws IllegalArgumentException if the method is no token, or the target has what none may
   *     have
   */
  public static Request of(String method, String target, Headers headers, Body body) {
    if (!Grammar.isToken(method)) {
      throw new IllegalArgumentException("no method: " + method);
    }
    for (int i = 0; i < target.length(); i++) {
      if (target.charAt(i) > 0x7f || !Grammar.isTarget((byte) target.charAt(i))) {
        throw new IllegalArgumentException("no request target: " + target);
      }
    }
    byte[] octets = target.getBytes(ISO_8859_1);
    if (octets.length == 0 || octets.length > Character.MAX_VALUE) {
      throw new IllegalArgumentException("a request target of " + octets.length + " octets");
    }
    int persistent = headers.hasToken("Connection", "close") ? 0 : PERSISTENT;
    int expects = headers.hasToken("Expect", "100-continue") ? EXPECTS_CONTINUE : 0;
    return new Request(method, octets, persistent | expects, headers, body);
  }

  /** A GET of HTTP/1.1, with the fields {@code namesAndValues}. */
  public static Request get(String target, String... namesAndValues) {
    return of("GET", target, Headers.of(namesAndValues), Body.empty());
  }

  /** The method. Methods are case-sensitive. */
  public String method() {
    return method;
  }

  /** Whether this is a HEAD request: its response has no content. */
  public boolean isHead() {
    return method.equals("HEAD");
  }

  /** The request target as it was sent. */
  public String target() {
    String known = target;
    if (known == null) {
      known = text(targetStart, targetEnd);
      target = known;
    }
    return known;
  }

  private String text(int from, int to) {
    return to - from == 1 && head[from] == '/'
        ? "/"
        : new String(head, from, to - from, ISO_8859_1);
  }

  /**
   * The path of the target, percent-encoded as it was sent: {@code /a%20b}. Where the target is an
   * absolute URI, that URI's; {@code *} where the target is that; empty where it is the host and
   * port of a {@code CONNECT}.
   */
  public String path() {
    int start = pathStart();
    int end = find('?', start);
    if (start == end) {
      return method.equals("CONNECT") ? "" : "/";
    }
    return start == targetStart && end == targetEnd ? target() : text(start, end);
  }

  /** What stands behind the question mark of the target, as it was sent, or null. */
  public @Nullable String query() {
    int mark = find('?', targetStart);
    return mark == targetEnd ? null : new String(head, mark + 1, targetEnd - mark - 1, ISO_8859_1);
  }

  /**
   * The host, and the port if one was named: of the target where that names one, else of the {@code
   * Host} field (RFC 9112, section 3.2.2). Null where HTTP/1.0 has neither.
   */
  public @Nullable String host() {
    int start = authorityStart();
    return start < 0 ? headers().first("Host") : text(start, pathStart());
  }

  /** Where the authority begins in the target, or -1 if it has none. */
  private int authorityStart() {
    if (head[targetStart] == '/' || head[targetStart] == '*') {
      return -1;
    }
    return method.equals("CONNECT") ? targetStart : Targets.schemeEnd(head, targetStart, targetEnd);
  }

  private int pathStart() {
    int authority = authorityStart();
    return authority < 0 ? targetStart : Targets.authorityEnd(head, authority, targetEnd);
  }

  /** Where an octet is in the target, or the target's end. */
  private int find(char octet, int from) {
    int i = from;
    while (i < targetEnd && head[i] != octet) {
      i++;
    }
    return i;
  }

  /** The version that the client speaks: {@code HTTP/1.1} or {@code HTTP/1.0}. */
  public String version() {
    return isHttp10() ? "HTTP/1.0" : "HTTP/1.1";
  }

  /** Whether the client speaks HTTP/1.0: it knows no chunks. */
  public boolean isHttp10() {
    return (flags & HTTP10) != 0;
  }

  /** Whether the client wants to send more on this connection (RFC 9112, section 9.3). */
  public boolean persistent() {
    return (flags & PERSISTENT) != 0;
  }

  /** Whether the client waits to be told to send the content (RFC 9110, section 10.1.1). */
  public boolean expectsContinue() {
    return (flags & EXPECTS_CONTINUE) != 0;
  }

  /** The header fields. */
  public Headers headers() {
    Headers known = headers;
    if (known == null) {
      known = fieldCount == 0 ? Headers.empty() : new Headers(head, fieldsStart, fieldCount);
      headers = known;
    }
    return known;
  }

  /** The first value of a header field, or null. */
  public @Nullable String header(String name) {
    return headers().first(name);
  }

  /** The content. */
  public Body body() {
    return body;
  }

  /** The same request with other content: limited, or looked at on its way. */
  public Request withBody(Body newBody) {
    return new Request(this, newBody);
  }

  /** All of the content as UTF-8 text: {@link Body#text}. */
  public Deferred<String> text() {
    return body.text();
  }

  @Override
  public String toString() {
    return method + " " + target() + " " + version() + "\n" + headers();
  }
}
