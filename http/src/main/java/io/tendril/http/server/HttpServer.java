package io.tendril.http.server;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.Endpoints;
import io.tendril.core.endpoint.ServerEndpoint;
import io.tendril.core.policy.ConnectionLimit;
import io.tendril.core.tls.TlsOptions;
import io.tendril.http.Headers;
import io.tendril.http.HttpLimits;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import io.tendril.http.Response;
import io.tendril.http.ResponseEncoder;
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
  /** What a client of HTTP gets at a port of HTTPS; fields go between the two. */
  private static final String TO_A_PORT_OF_HTTPS =
      "HTTP/1.1 400 Bad Request\r\nServer: Tendril\r\nConnection: close\r\n";

  private static final String THIS_IS_A_PORT_OF_HTTPS =
      "Content-Length: 54\r\n\r\n400 Bad Request: this port speaks HTTPS, and not HTTP\n";

  /** With more, the answer would be too long to be one (see {@link TlsOptions}). */
  private static final int MOST_IN_THE_CLEAR = 3_500;

  private static final Headers PLAIN = Headers.of("Content-Type", "text/plain; charset=utf-8");

  private final HttpHandler handler;
  private final @Nullable HttpHandler tunnels;
  private final HttpLimits limits;
  private final Exchange.@Nullable Log log;
  private final Headers fields;
  private final Headers fieldsOverTls;
  private final Map<Reactor, ServerLoop> loops = new ConcurrentHashMap<>();

  private HttpServer(
      HttpHandler handler,
      @Nullable HttpHandler tunnels,
      HttpLimits limits,
      Exchange.@Nullable Log log,
      Headers fields,
      Headers fieldsOverTls) {
    this.handler = handler;
    this.tunnels = tunnels;
    this.limits = limits;
    this.log = log;
    this.fields = fields;
    this.fieldsOverTls = fieldsOverTls;
  }

  /** A server that answers with what a handler returns. */
  public static HttpServer of(HttpHandler handler) {
    return new HttpServer(
        handler, null, HttpLimits.defaults(), null, Headers.empty(), Headers.empty());
  }

  /** With other limits. */
  public HttpServer withLimits(HttpLimits newLimits) {
    return new HttpServer(handler, tunnels, newLimits, log, fields, fieldsOverTls);
  }

  /** With a log of exchanges: an {@link AccessLog}, or another. */
  public HttpServer withLog(Exchange.Log newLog) {
    return new HttpServer(handler, tunnels, limits, newLog, fields, fieldsOverTls);
  }

  /**
   * With a handler of {@code CONNECT} requests, which otherwise are answered with 501 and reach no
   * handler: to say yes is a {@link Reply#tunnel}.
   */
  public HttpServer withTunnels(HttpHandler newTunnels) {
    return new HttpServer(handler, newTunnels, limits, log, fields, fieldsOverTls);
  }

  /**
   * With fields in every response, whoever makes it: a handler, or the server itself, which answers
   * for a handler that fails and for what is no request. They take the place of those of the same
   * names that a response has.
   *
   * @throws IllegalArgumentException if one of them is for the server to write: Date, Server,
   *     Connection, Content-Length, Transfer-Encoding
   */
  public HttpServer withFields(Headers everywhere) {
    ResponseEncoder.checkCommon(everywhere);
    return new HttpServer(handler, tunnels, limits, log, everywhere, fieldsOverTls);
  }

  /**
   * With more fields in every response over TLS, such as {@link Https#strict}.
   *
   * @throws IllegalArgumentException as {@link #withFields}
   */
  public HttpServer withFieldsOverTls(Headers everywhere) {
    ResponseEncoder.checkCommon(everywhere);
    return new HttpServer(handler, tunnels, limits, log, fields, everywhere);
  }

  // ---- Listening ------------------------------------------------------------------------------

  /**
   * Listens. Unlike {@link Reactor#listen(ServerEndpoint, ProtocolFactory)} it stops accepting at
   * the limit of connections, instead of refusing those above it; who connects then waits in the
   * kernel's backlog.
   */
  public Deferred<Listener> listen(Reactor reactor, ServerEndpoint endpoint) {
    return reactor.listen(
        limits.connections() == Integer.MAX_VALUE
            ? endpoint
            : ConnectionLimit.of(limits.connections()).wrap(endpoint),
        this);
  }

  /** As {@link #listen(Reactor, ServerEndpoint)}, at an endpoint that is described in words. */
  public Deferred<Listener> listen(Reactor reactor, String endpoint) {
    return Deferred.of(() -> listen(reactor, Endpoints.server(endpoint)));
  }

  @Override
  public Protocol build(Transport transport) {
    ServerLoop loop = loops.computeIfAbsent(transport.reactor(), this::loop);
    loop.admit(transport);
    return new HttpConnection(transport, loop);
  }

  /** Says to clients of HTTP that come to a port of HTTPS that they should use that. */
  @Override
  public String answerInTheClear() {
    String lines = CommonFields.lines(join(PLAIN, fields));
    return TO_A_PORT_OF_HTTPS
        + (lines.length() > MOST_IN_THE_CLEAR ? CommonFields.lines(PLAIN) : lines)
        + THIS_IS_A_PORT_OF_HTTPS;
  }

  private ServerLoop loop(Reactor reactor) {
    reactor.afterStop("an HTTP server", () -> forget(reactor));
    return new ServerLoop(reactor, this);
  }

  private Deferred<Void> forget(Reactor reactor) {
    loops.remove(reactor);
    return Deferred.done();
  }

  // ---- For its connections --------------------------------------------------------------------

  HttpLimits limits() {
    return limits;
  }

  Exchange.@Nullable Log log() {
    return log;
  }

  Headers fields() {
    return fields;
  }

  Headers fieldsOverTls() {
    return fieldsOverTls;
  }

  /** The fields of both, those of the second instead of the first's of the same name. */
  static Headers join(Headers first, Headers second) {
    var all = first.toBuilder();
    second.forEach((name, _) -> all.remove(name));
    second.forEach(all::add);
    return all.build();
  }

  Reply handle(Request request) throws Exception {
    if (request.method().equals("CONNECT")) {
      return tunnels == null ? Response.failure(501) : tunnels.handle(request);
    }
    return handler.handle(request);
  }
}
