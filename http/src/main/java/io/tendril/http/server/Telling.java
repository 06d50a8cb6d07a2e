package io.tendril.http.server;

import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.http.HttpViolation;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import io.tendril.http.Response;
import io.tendril.spi.TimeSource;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of a server in one reactor tell: to the reactor's observers, and to the
 * server's log. While there is nobody to be told, nothing is made.
 */
final class Telling {
  private final Reactor reactor;
  private final TimeSource clock;
  private final Exchange.@Nullable Log log;

  Telling(Reactor reactor, Exchange.@Nullable Log log) {
    this.reactor = reactor;
    this.clock = reactor.clock();
    this.log = log;
  }

  void received(Transport by, Request request) {
    if (reactor.observed()) {
      reactor.report(new HttpEvent.RequestReceived(by.peer(), request));
    }
  }

  void continued(Transport by, Request request) {
    if (reactor.observed()) {
      reactor.report(new HttpEvent.ContinueSent(by.peer(), request));
    }
  }

  void contentReceived(Transport by, @Nullable Request request, long octets) {
    if (request != null && reactor.observed()) {
      reactor.report(new HttpEvent.ContentReceived(by.peer(), request, octets));
    }
  }

  void refused(Transport by, @Nullable Request request, HttpViolation violation) {
    if (reactor.observed()) {
      reactor.report(
          new HttpEvent.RequestRefused(by.peer(), request, violation.status(), violation.rule()));
    }
  }

  void started(Transport by, @Nullable Request request, Response response) {
    if (reactor.observed()) {
      reactor.report(new HttpEvent.ResponseStarted(by.peer(), request, response));
    }
  }

  void ended(
      Transport by,
      @Nullable Request request,
      int status,
      long octets,
      boolean complete,
      long began) {
    if (log == null && !reactor.observed()) {
      return;
    }
    Duration duration = since(began);
    if (log != null) {
      log.ended(new Exchange(by.peer(), request, status, octets, complete, clock.now(), duration));
    }
    if (reactor.observed()) {
      reactor.report(
          new HttpEvent.ResponseEnded(by.peer(), request, status, octets, complete, duration));
    }
  }

  void takenOver(Transport by, Request request, Reply.Takeover taking, long began) {
    if (log != null) {
      int status = taking.status();
      log.ended(new Exchange(by.peer(), request, status, 0, true, clock.now(), since(began)));
    }
    if (reactor.observed()) {
      reactor.report(new HttpEvent.TakenOver(by.peer(), request, taking.protocol()));
    }
  }

  private Duration since(long began) {
    return Duration.ofNanos(clock.nanoTime() - began);
  }

  void tooSlow(Transport by, long waiting) {
    if (reactor.observed()) {
      reactor.report(new HttpEvent.ClientTooSlow(by.peer(), waiting));
    }
  }

  void lingers(Transport by) {
    if (reactor.observed()) {
      reactor.report(new HttpEvent.LingerBegun(by.peer()));
    }
  }

  void drains(Transport by, boolean idle) {
    if (reactor.observed()) {
      reactor.report(new HttpEvent.DrainBegun(by.peer(), idle));
    }
  }

  /** A request could not be answered, or not to its end. */
  void failed(Transport by, Request request, Throwable failure) {
    SocketAddress peer = by.peer();
    reactor.report(new RequestFailed(peer, request.method(), request.target(), failure));
  }
}
