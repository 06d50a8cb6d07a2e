package io.tendril.http.server;

import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.http.HttpLimits;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 server: a factory to listen with.
 *
 * <pre>{@code
 * reactor.listen("tcp:8080", HttpServer.of(request -> Response.plain("Hello\n")));
 * }</pre>
 *
 * <p>Requests of one connection reach the handler one at a time and are answered in order; what a
 * client sends ahead waits in its socket. When the reactor shuts down, requests in flight are
 * answered and idle connections closed.
 *
 * <p>Immutable; each {@code with} method returns a copy that differs in one thing. It may listen in
 * several reactors; the handler then must bear that.
 */
public final class HttpServer implements ProtocolFactory<Protocol> {
  private final HttpHandler handler;
  private final HttpLimits limits;
  private final Exchange.@Nullable Log log;
  private final Map<Reactor, ServerLoop> loops = new ConcurrentHashMap<>();

  private HttpServer(HttpHandler handler, HttpLimits limits, Exchange.@Nullable Log log) {
    this.handler = handler;
    this.limits = limits;
    this.log = log;
  }

  /** A server that answers with what a handler returns. */
  public static HttpServer of(HttpHandler handler) {
    return new HttpServer(handler, HttpLimits.defaults(), null);
  }

  /** With other limits. */
  public HttpServer withLimits(HttpLimits newLimits) {
    return new HttpServer(handler, newLimits, log);
  }

  /** With a log of exchanges: an {@link AccessLog}, or another. */
  public HttpServer withLog(Exchange.Log newLog) {
    return new HttpServer(handler, limits, newLog);
  }

  @Override
  public Protocol build(Transport transport) {
    return new HttpConnection(transport, loops.computeIfAbsent(transport.reactor(), this::loop));
  }

  private ServerLoop loop(Reactor reactor) {
    reactor.afterStop("an HTTP server", () -> forget(reactor));
    return new ServerLoop(reactor, handler, limits, log);
  }

  private Deferred<Void> forget(Reactor reactor) {
    loops.remove(reactor);
    return Deferred.done();
  }
}
