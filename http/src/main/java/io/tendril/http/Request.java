package io.tendril.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tendril.core.Deferred;
import io.tendril.core.tls.TlsSession;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request. Immutable.
 *
 * <p>One that came over the wire is kept as the octets of its head; what is asked of it is made
 * into strings when it is asked for.
 */
public sealed class Request {
  private static final int HTTP10 = 1;
  private static final int PERSISTENT = 1 << 1;
  private static final int EXPECTS_CONTINUE = 1 << 2;
  private static final int CONDITIONAL = 1 << 3;

  private final String method;
  private final byte[] head;
  private final char targetStart;
  private final char targetEnd;

  /** Where the path begins, or what is left of it below a prefix. */
  private final char pathStart;

  /**
   * Where in the head the fields begin, and how many there are, as long as they are not asked for.
   */
  private final char fieldsStart;

  private final char fieldCount;
  private final byte flags;
  private final Body body;
  private final Ends ends;
  private @Nullable Headers headers;
  private @Nullable String target;

  /**
   * A request that was received.
   *
   * @param found what was found in the head
   * @param head the request's own copy of it
   * @param offset where the head began when it was read
   */
  Request(HeadParser found, byte[] head, int offset, Body body, Ends ends) {
    Framing framing = found.framing();
    this.method = found.method;
    this.head = head;
    this.targetStart = (char) (found.targetStart - offset);
    this.targetEnd = (char) (found.targetEnd - offset);
    this.pathStart = (char) findPath();
    this.fieldsStart = (char) (found.fieldsStart - offset);
    this.fieldCount = (char) found.fieldCount;
    this.flags =
        (byte)
            ((found.http10 ? HTTP10 : 0)
                | (framing.persistent ? PERSISTENT : 0)
                | (framing.expectsContinue() ? EXPECTS_CONTINUE : 0)
                | (found.conditional ? CONDITIONAL : 0));
    this.body = body;
    this.ends = ends;
  }

  /** A request to send. */
  private Request(String method, byte[] target, int flags, Headers headers, Body body) {
    this.method = method;
    this.head = target;
    this.targetStart = 0;
    this.targetEnd = (char) target.length;
    this.pathStart = (char) findPath();
    this.fieldsStart = 0;
    this.fieldCount = 0;
    this.flags = (byte) flags;
    this.headers = headers;
    this.body = body;
    this.ends = Ends.none();
  }

  /** One that differs from another in where its path begins, in its body, or in its ends. */
  private Request(Request other, int pathStart, Body body, Ends ends) {
    this.method = other.method;
    this.head = other.head;
    this.targetStart = other.targetStart;
    this.targetEnd = other.targetEnd;
    this.pathStart = (char) pathStart;
    this.fieldsStart = other.fieldsStart;
    this.fieldCount = other.fieldCount;
    this.flags = other.flags;
    this.headers = other.headers;
    this.target = other.target;
    this.body = body;
    this.ends = ends;
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
    int conditional = headers.isConditional() ? CONDITIONAL : 0;
    return new Request(method, octets, persistent | expects | conditional, headers, body);
  }

  /** A GET of HTTP/1.1, with the fields {@code namesAndValues}. */
  public static Request get(String target, String... namesAndValues) {
    return of("GET", target, Headers.of(namesAndValues), Body.empty());
  }

  // ---- The connection -------------------------------------------------------------------------

  /**
   * Who asks: the address of the client's end of the connection. A request that came by none says
   * port 0 of the loopback interface.
   */
  public SocketAddress peer() {
    return ends.peer();
  }

  /** The address of the server's end of the connection. */
  public SocketAddress local() {
    return ends.local();
  }

  /** The TLS session that the request came by, with what is known of the client; null if none. */
  public @Nullable TlsSession tls() {
    return ends.tls();
  }

  // ---- The request line -----------------------------------------------------------------------

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
   * port of a {@code CONNECT}. To a handler that is mounted below a {@link #prefix}, what comes
   * after that.
   */
  public String path() {
    int end = pathEnd();
    if (pathStart == end) {
      return method.equals("CONNECT") ? "" : "/";
    }
    return pathStart == targetStart && end == targetEnd ? target() : text(pathStart, end);
  }

  /**
   * What of the target's path comes before {@link #path}, percent-encoded as it was sent: where the
   * handler is mounted, without a slash at its end. Empty for one that has the whole path.
   */
  public String prefix() {
    int start = findPath();
    return text(start, pathStart);
  }

  /** How many octets {@link #path} has. */
  public int pathLength() {
    return Math.max(1, pathEnd() - pathStart);
  }

  /** One octet of {@link #path}, for those who look at it without making a string. */
  public byte pathOctet(int index) {
    int at = pathStart + index;
    // Where an absolute URI has no path, it is a slash.
    return at == targetEnd || head[at] == '?' ? (byte) '/' : head[at];
  }

  private int pathEnd() {
    return find('?', pathStart);
  }

  /**
   * A parameter of the path, percent-decoded: what stands where the route's pattern has {@code
   * {name}}. It may hold any character but controls, even a slash if that was encoded.
   *
   * @throws IllegalArgumentException if the route has no such parameter
   */
  public String parameter(String name) {
    throw new IllegalArgumentException("the route has no parameter '" + name + "'");
  }

  /**
   * A parameter of the path as a value: {@code request.parameter("id", Long::parseLong)}.
   *
   * @param read throws an IllegalArgumentException where the text is no such value
   * @throws HttpFailure 404 where it does: there is nothing at that path
   */
  public <T> T parameter(String name, Function<? super String, ? extends T> read) {
    String text = parameter(name);
    try {
      return read.apply(text);
    } catch (IllegalArgumentException notOne) {
      throw new HttpFailure(404, "the path's parameter '" + name + "': " + notOne.getMessage());
    }
  }

  /** What stands behind the question mark of the target, as it was sent, or null. */
  public @Nullable String query() {
    int mark = find('?', targetStart);
    return mark == targetEnd ? null : new String(head, mark + 1, targetEnd - mark - 1, ISO_8859_1);
  }

  /**
   * The first value of a name in the query, decoded as browsers encode forms; null if the name is
   * not there, empty if it has no value.
   *
   * @throws HttpFailure 400 if the value is out of grammar
   */
  public @Nullable String query(String name) {
    String query = query();
    return query == null ? null : PercentEncoding.inForm(query, name);
  }

  /**
   * The host, and the port if one was named: of the target where that names one, else of the {@code
   * Host} field (RFC 9112, section 3.2.2). Null where HTTP/1.0 has neither.
   */
  public @Nullable String host() {
    int start = authorityStart();
    return start < 0 ? headers().first("Host") : text(start, findPath());
  }

  /** Where the authority begins in the target, or -1 if it has none. */
  private int authorityStart() {
    if (head[targetStart] == '/' || head[targetStart] == '*') {
      return -1;
    }
    return method.equals("CONNECT") ? targetStart : Targets.schemeEnd(head, targetStart, targetEnd);
  }

  private int findPath() {
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

  /**
   * Whether the client offers to go on in another protocol (RFC 9110, section 7.8). One of HTTP/1.0
   * never does.
   *
   * @param protocol with its version, if it has one, as in {@code websocket} or {@code HTTP/3.0}
   */
  public boolean offers(String protocol) {
    return !isHttp10()
        && headers().hasToken("Connection", "upgrade")
        && headers().hasToken("Upgrade", protocol);
  }

  /**
   * Whether it wants less than the whole under some conditions: it has a {@code Range}, or a field
   * whose name begins with {@code If-} (RFC 9110, sections 13 and 14). Cheaper than to look for
   * each.
   */
  public boolean isConditional() {
    return (flags & CONDITIONAL) != 0;
  }

  // ---- Fields and content ---------------------------------------------------------------------

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

  /** All of the content as UTF-8 text: {@link Body#text}. */
  public Deferred<String> text() {
    return body.text();
  }

  // ---- Changing -------------------------------------------------------------------------------

  /** The same request with other content: limited, or looked at on its way. */
  public Request withBody(Body newBody) {
    return copy(pathStart, newBody, ends);
  }

  /** The same request between other ends: those that a proxy tells of, or that a test wants. */
  public Request withEnds(Ends newEnds) {
    return copy(pathStart, body, newEnds);
  }

  /**
   * As it is to be seen by a handler that is mounted below a prefix.
   *
   * @param octets how long the prefix is; what is left of the path must begin with a slash
   */
  public Request below(int octets) {
    if (octets < 0 || octets >= pathLength() || pathOctet(octets) != '/') {
      throw new IllegalArgumentException(path() + " has no prefix of " + octets + " octets");
    }
    return copy(pathStart + octets, body, ends);
  }

  Request copy(int newPathStart, Body newBody, Ends newEnds) {
    return new Request(this, newPathStart, newBody, newEnds);
  }

  /**
   * With parameters of the path, besides those that it has.
   *
   * @param namesAndValues a name, its value, the next name, and so on; not to be changed any more
   */
  public Request withParameters(String... namesAndValues) {
    return namesAndValues.length == 0
        ? this
        : new Routed(this, pathStart, body, ends, namesAndValues);
  }

  /** One whose path has parameters: few do, and the others need not pay for it. */
  private static final class Routed extends Request {
    private final String[] namesAndValues;

    Routed(Request original, int pathStart, Body body, Ends ends, String[] namesAndValues) {
      super(original, pathStart, body, ends);
      this.namesAndValues = namesAndValues;
    }

    @Override
    public String parameter(String name) {
      for (int i = 0; i < namesAndValues.length; i += 2) {
        if (namesAndValues[i].equals(name)) {
          return namesAndValues[i + 1];
        }
      }
      return super.parameter(name);
    }

    @Override
    public Request withParameters(String... more) {
      String[] all = Arrays.copyOf(more, more.length + namesAndValues.length);
      System.arraycopy(namesAndValues, 0, all, more.length, namesAndValues.length);
      return super.withParameters(all);
    }

    @Override
    Request copy(int pathStart, Body body, Ends ends) {
      return new Routed(this, pathStart, body, ends, namesAndValues);
    }
  }

  @Override
  public String toString() {
    return method + " " + target() + " " + version() + "\n" + headers();
  }
}
