package io.tendril.http.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.temporal.ChronoUnit.NANOS;
import static java.time.temporal.ChronoUnit.SECONDS;

import io.tendril.core.Reactor;
import io.tendril.http.HttpDate;
import io.tendril.http.HttpLimits;
import io.tendril.http.Request;
import io.tendril.http.ResponseEncoder;
import io.tendril.spi.TimeSource;
import java.net.SocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What all connections of a server in one reactor share: the handler, the encoder, the date. */
final class ServerLoop {
  final Reactor reactor;
  final HttpHandler handler;
  final HttpLimits limits;
  final Exchange.@Nullable Log log;
  final ResponseEncoder encoder = new ResponseEncoder();

  private final TimeSource clock;
  private byte[] common = {};

  /** When, on the monotonic clock, the common fields have to be made anew. */
  private long commonUntil;

  ServerLoop(Reactor reactor, HttpHandler handler, HttpLimits limits, Exchange.@Nullable Log log) {
    this.reactor = reactor;
    this.handler = handler;
    this.limits = limits;
    this.log = log;
    this.clock = reactor.clock();
  }

  long nanoTime() {
    return clock.nanoTime();
  }

  Instant now() {
    return clock.now();
  }

  /** Tells the observers that a request could not be answered, or not to its end. */
  void failed(SocketAddress peer, Request request, Throwable failure) {
    reactor.report(new RequestFailed(peer, request.method(), request.target(), failure));
  }

  /** The field lines that every response has. Made at most once a second. */
  byte[] common() {
    long nanos = clock.nanoTime();
    if (common.length == 0 || nanos - commonUntil >= 0) {
      Instant now = clock.now();
      common = ("Server: Tendril\r\nDate: " + HttpDate.format(now) + "\r\n").getBytes(US_ASCII);
      commonUntil = nanos + now.until(now.truncatedTo(SECONDS).plusSeconds(1), NANOS);
    }
    return common;
  }
}
