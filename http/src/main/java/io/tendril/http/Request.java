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
  private final String method;
  private final byte[] head;
  private final char targetStart;
  private final char targetEnd;
  private final boolean http10;
  private final boolean persistent;
  private final boolean expectsContinue;
  private final Headers headers;
  private final Body body;
  private @Nullable String target;

  Request(
      String method,
      byte[] head,
      int targetStart,
      int targetEnd,
      boolean http10,
      boolean persistent,
      boolean expectsContinue,
      Headers headers,
      Body body) {
    this.method = method;
    this.head = head;
    this.targetStart = (char) targetStart;
    this.targetEnd = (char) targetEnd;
    this.http10 = http10;
    this.persistent = persistent;
    this.expectsContinue = expectsContinue;
    this.headers = headers;
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
    byte[] octets = target.getBytes(ISO_8859_1);
    for (byte octet : octets) {
      if (!Grammar.isTarget(octet)) {
        throw new IllegalArgumentException("no request target: " + target);
      }
    }
    if (octets.length == 0 || octets.length > Character.MAX_VALUE) {
      throw new IllegalArgumentException("a request target of " + octets.length + " octets");
    }
    boolean persistent = !headers.hasToken("Connection", "close");
    boolean expects = headers.hasToken("Expect", "100-continue");
    return new Request(method, octets, 0, octets.length, false, persistent, expects, headers, body);
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
      known = new String(head, targetStart, targetEnd - targetStart, ISO_8859_1);
      target = known;
    }
    return known;
  }

  /**
   * The path of the target, percent-encoded as it was sent: {@code /a%20b}. Where the target is an
   * absolute URI, that URI's; {@code *} where the target is that.
   */
  public String path() {
    int end = find('?', pathStart());
    int start = pathStart();
    return start == end
        ? "/"
        : start == targetStart && end == targetEnd
            ? target()
            : new String(head, start, end - start, ISO_8859_1);
  }

  /** What stands behind the question mark of the target, as it was sent, or null. */
  public @Nullable String query() {
    int mark = find('?', targetStart);
    return mark == targetEnd ? null : new String(head, mark + 1, targetEnd - mark - 1, ISO_8859_1);
  }

  /**
   * The host, and the port if one was named: of the target where that is an absolute URI, else of
   * the {@code Host} field. Null where HTTP/1.0 has neither.
   */
  public @Nullable String host() {
    int start = authorityStart();
    return start < 0
        ? headers.first("Host")
        : new String(head, start, pathStart() - start, ISO_8859_1);
  }

  /** Where the authority of an absolute URI begins, or -1 if the target is none. */
  private int authorityStart() {
    if (head[targetStart] == '/' || head[targetStart] == '*') {
      return -1;
    }
    int colon = find(':', targetStart);
    return colon + 2 < targetEnd && head[colon + 1] == '/' && head[colon + 2] == '/'
        ? colon + 3
        : -1;
  }

  private int pathStart() {
    int authority = authorityStart();
    return authority < 0 ? targetStart : Math.min(find('/', authority), find('?', authority));
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
    return http10 ? "HTTP/1.0" : "HTTP/1.1";
  }

  /** Whether the client speaks HTTP/1.0: it knows no chunks. */
  public boolean isHttp10() {
    return http10;
  }

  /** Whether the client wants to send more on this connection (RFC 9112, section 9.3). */
  public boolean persistent() {
    return persistent;
  }

  /** Whether the client waits to be told to send the content (RFC 9110, section 10.1.1). */
  public boolean expectsContinue() {
    return expectsContinue;
  }

  /** The header fields. */
  public Headers headers() {
    return headers;
  }

  /** The first value of a header field, or null. */
  public @Nullable String header(String name) {
    return headers.first(name);
  }

  /** The content. */
  public Body body() {
    return body;
  }

  /** All of the content as UTF-8 text: {@link Body#text}. */
  public Deferred<String> text() {
    return body.text();
  }

  @Override
  public String toString() {
    return method + " " + target() + " " + version() + "\n" + headers;
  }
}
