package io.tendril.http.server;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Reactor;
import io.tendril.core.Refusal;
import io.tendril.core.Transport;
import io.tendril.core.tls.TlsSession;
import io.tendril.http.Body;
import io.tendril.http.Ends;
import io.tendril.http.HttpLimits;
import io.tendril.http.Request;
import io.tendril.http.RequestDecoder;
import io.tendril.http.Response;
import io.tendril.spi.TimeSource;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What all connections of a server in one reactor share: the handler, the encoder, the date. */
final class ServerLoop {
  final Reactor reactor;
  final HttpServer server;
  final HttpLimits limits;
  final long idleNanos;
  final long headNanos;

  /** The octets that a client has to take in the idle time, if there are any for it. */
  final long leastTaken;

  final Telling telling;

  private final CommonFields inTheClear;
  private final CommonFields overTls;

  private final TimeSource clock;

  /** The time of the last {@link #tick}. */
  private long nanos;

  private int connections;

  /** A decoder that is between two heads. */
  private @Nullable RequestDecoder spare;

  /** Whose head is being decoded. */
  private @Nullable Intake decoding;

  ServerLoop(Reactor reactor, HttpServer server) {
    this.reactor = reactor;
    this.server = server;
    this.limits = server.limits();
    this.telling = new Telling(reactor, server.log());
    this.idleNanos = limits.idle().toNanos();
    this.headNanos = limits.headTime().toNanos();
    this.leastTaken = limits.contentRate() * Math.max(1, limits.idle().toSeconds());
    this.clock = reactor.clock();
    this.nanos = clock.nanoTime();
    this.inTheClear = new CommonFields(clock, server.fields());
    this.overTls =
        server.fieldsOverTls().size() == 0
            ? inTheClear
            : new CommonFields(clock, HttpServer.join(server.fields(), server.fieldsOverTls()));
  }

  // ---- Connections ----------------------------------------------------------------------------

  /** Counts a connection, if there is a limit. */
  void admit(Transport transport) {
    if (limits.connections() < Integer.MAX_VALUE) {
      if (connections >= limits.connections()) {
        throw new Refusal("the limit of " + limits.connections() + " connections is reached");
      }
      connections++;
      transport.onClosed(_ -> connections--);
    }
  }

  // ---- Decoding -------------------------------------------------------------------------------

  /**
   * A decoder for a head that begins. Connections share one, so that one which is idle has none;
   * who is left in the middle of a head keeps it, and gives it back after that.
   */
  RequestDecoder takeDecoder() {
    RequestDecoder taken = spare;
    spare = null;
    return taken != null ? taken : new RequestDecoder(limits, this::body, this::ends);
  }

  void giveBack(RequestDecoder decoder) {
    spare = decoder;
  }

  /** The request that a connection has received, or null if its head is not all there. */
  @Nullable Request decode(RequestDecoder decoder, Intake intake, ByteBuffer data) {
    decoding = intake;
    try {
      return decoder.next(data);
    } finally {
      decoding = null;
    }
  }

  private Ends ends() {
    return Objects.requireNonNull(decoding);
  }

  private Body body(long length) {
    return Objects.requireNonNull(decoding).body(length);
  }

  // ---- Time -----------------------------------------------------------------------------------

  /**
   * Reads the clock, for all that follows in this call. Whoever is called from outside does so
   * first: then a pipeline of requests costs one look.
   */
  long tick() {
    nanos = clock.nanoTime();
    return nanos;
  }

  /** The time of the last {@link #tick}. */
  long nanoTime() {
    return nanos;
  }

  // ---- Responses ------------------------------------------------------------------------------

  /** What the responses on a connection have in common with others. */
  CommonFields common(Transport of) {
    return overTls != inTheClear && of.has(TlsSession.class) ? overTls : inTheClear;
  }

  // ---- Failures -------------------------------------------------------------------------------

  /**
   * What a client gets whose request a handler has failed. Observers are told, unless the failure
   * says by itself what it means, or is that the client is gone.
   */
  Response answer(Transport by, Request request, Throwable failure, boolean gone) {
    Response expected = AnsweredFailure.expected(failure);
    if (expected != null) {
      return expected;
    }
    var known = failure instanceof AnsweredFailure answered ? answered : null;
    if (!gone && !isOf(by, failure)) {
      telling.failed(by, request, known == null ? failure : known.reason());
    }
    return known == null ? Response.failure(500) : known.response();
  }

  private static boolean isOf(Transport by, Throwable failure) {
    return failure instanceof ConnectionClosed closing && closing.peer().equals(by.peer());
  }
}
