package io.tendril.http;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How much of everything a peer may send, and how slowly. Immutable; each {@code with} method
 * returns a copy that differs in one thing.
 *
 * @param head octets of the request line and the header section together, 16 KiB by default and
 *     65,535 at most; a longer line is answered with 414, longer fields with 431. As much may a
 *     trailer section have, and all chunk extensions of one request together
 * @param fields lines of a header or trailer section, 500 by default
 * @param chunkLine octets of a chunk's size and extensions, 1 KiB by default
 * @param body octets of content that is collected as a whole, 1 MiB by default; more is 413. A
 *     handler may name another limit: {@link Body#bytes(int)}
 * @param streamedBody octets of content that is taken as it comes, 1 GiB by default; more is 413. A
 *     handler may lower it: {@link Body#limitedTo}
 * @param drain octets of content that nobody read which are skipped to save the connection, 64 KiB
 *     by default; when there are more it closes
 * @param idle how long a connection may wait for a request, or for more of its content; 60 s by
 *     default
 * @param headTime how long a head may take from its first octet to its last, 30 s by default; a
 *     slower one is answered with 408
 * @param contentRate octets a second that content has to come at while the handler wants it, 500 by
 *     default; slower is 408. A stall is borne for as long as what came before was faster, up to
 *     {@code idle}. A client that takes a response at less, over a time of {@code idle}, is cut
 *     off. 0 is no minimum
 * @param contentGrace how long content may be slower than that at first, 20 s by default: enough
 *     for a connection over a satellite or a phone to get going, and for several retransmissions
 * @param linger octets that are discarded of what a client goes on sending after its last response,
 *     so that it lives to read it; 32 MiB by default
 * @param lingerTime for how long that is done, 10 s by default
 * @param connections how many connections may be open in one reactor; no limit by default. {@code
 *     HttpServer.listen} pauses accepting at it
 */
public record HttpLimits(
    int head,
    int fields,
    int chunkLine,
    int body,
    long streamedBody,
    long drain,
    Duration idle,
    Duration headTime,
    int contentRate,
    Duration contentGrace,
    long linger,
    Duration lingerTime,
    int connections) {

  private static final HttpLimits DEFAULTS =
      new HttpLimits(
          16_384,
          500,
          1024,
          1_048_576,
          1L << 30,
          65_536,
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          500,
          Duration.ofSeconds(20),
          32L << 20,
          Duration.ofSeconds(10),
          Integer.MAX_VALUE);

  /** Checks that each makes sense. */
  public HttpLimits {
    if (head < 64 || head > 65_535) {
      throw new IllegalArgumentException("head: " + head + " is not within 64 to 65,535 octets");
    }
    if (fields < 1 || chunkLine < 16 || body < 0 || streamedBody < 0 || drain < 0 || linger < 0) {
      throw new IllegalArgumentException("a limit too low for any request");
    }
    if (!idle.isPositive() || !headTime.isPositive() || lingerTime.isNegative()) {
      throw new IllegalArgumentException("no time for any request");
    }
    if (contentRate < 0 || !contentGrace.isPositive()) {
      throw new IllegalArgumentException(
          "a rate of " + contentRate + " octets a second after " + contentGrace);
    }
    if (connections < 1) {
      throw new IllegalArgumentException("a limit of " + connections + " connections");
    }
  }

  /** The defaults. */
  public static HttpLimits defaults() {
    return DEFAULTS;
  }

  /** Another limit of heads, in octets and lines. */
  public HttpLimits withHead(int octets, int lines) {
    return with(changed -> {
      changed.head = octets;
      changed.fields = lines;
    });
  }

  /** Another limit of content that is collected as a whole. */
  public HttpLimits withBody(int octets) {
    return with(changed -> changed.body = octets);
  }

  /** Another limit of content that is taken as it comes. */
  public HttpLimits withStreamedBody(long octets) {
    return with(changed -> changed.streamedBody = octets);
  }

  /** Another limit of content that is skipped. */
  public HttpLimits withDrain(long octets) {
    return with(changed -> changed.drain = octets);
  }

  /** Other limits of time. */
  public HttpLimits withTimes(Duration newIdle, Duration newHeadTime) {
    return with(changed -> {
      changed.idle = newIdle;
      changed.headTime = newHeadTime;
    });
  }

  /** Another minimum rate of content, or none if it is 0. */
  public HttpLimits withContentRate(int octetsPerSecond, Duration grace) {
    return with(changed -> {
      changed.contentRate = octetsPerSecond;
      changed.contentGrace = grace;
    });
  }

  /** Other limits of what is discarded after the last response. */
  public HttpLimits withLinger(long octets, Duration time) {
    return with(changed -> {
      changed.linger = octets;
      changed.lingerTime = time;
    });
  }

  /** Another limit of open connections. */
  public HttpLimits withConnections(int most) {
    return with(changed -> changed.connections = most);
  }

  private HttpLimits with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return new HttpLimits(
        draft.head,
        draft.fields,
        chunkLine,
        draft.body,
        draft.streamedBody,
        draft.drain,
        draft.idle,
        draft.headTime,
        draft.contentRate,
        draft.contentGrace,
        draft.linger,
        draft.lingerTime,
        draft.connections);
  }

  /** What of them may be changed. */
  private static final class Draft {
    private int head;
    private int fields;
    private int body;
    private long streamedBody;
    private long drain;
    private Duration idle;
    private Duration headTime;
    private int contentRate;
    private Duration contentGrace;
    private long linger;
    private Duration lingerTime;
    private int connections;

    private Draft(HttpLimits from) {
      head = from.head;
      fields = from.fields;
      body = from.body;
      streamedBody = from.streamedBody;
      drain = from.drain;
      idle = from.idle;
      headTime = from.headTime;
      contentRate = from.contentRate;
      contentGrace = from.contentGrace;
      linger = from.linger;
      lingerTime = from.lingerTime;
      connections = from.connections;
    }
  }
}
