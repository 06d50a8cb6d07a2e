package io.tendril.http.server;

import io.tendril.http.Headers;
import io.tendril.http.Request;
import io.tendril.http.Response;
import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * What a site needs that is to be had over TLS alone.
 *
 * <pre>{@code
 * HttpServer server =
 *     HttpServer.of(Https.only(443).around(site)).withFieldsOverTls(Https.strict(Duration.ofDays(365)));
 * server.listen(reactor, "tls:443:dir=certificates");
 * server.listen(reactor, "tcp:80");
 * }</pre>
 */
public final class Https {
  private static final int USUAL_PORT = 443;

  private Https() {}

  /**
   * Sends whoever asks in the clear to the same place over TLS, with 308, so that a method and its
   * content stay what they are. A client of HTTP/1.0 that names no host is refused with 403.
   *
   * @param port where this site speaks TLS
   */
  public static Filter only(int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("no port: " + port);
    }
    return only(() -> port);
  }

  /**
   * As {@link #only(int)}, with a port that is known later: when the first request comes.
   *
   * @param port asked in the reactor's thread, once a request in the clear
   */
  public static Filter only(IntSupplier port) {
    return (request, next) ->
        request.tls() == null ? sent(request, port.getAsInt()) : next.handle(request);
  }

  private static Response sent(Request request, int port) {
    String host = request.host();
    if (host == null || host.isEmpty()) {
      return Response.failure(403);
    }
    String query = request.query();
    String place =
        "https://"
            + withoutPort(host)
            + (port == USUAL_PORT ? "" : ":" + port)
            + request.prefix()
            + (request.path().equals("*") ? "/" : request.path())
            + (query == null ? "" : "?" + query);
    return Response.failure(308).with("Location", place);
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }

  /**
   * Has browsers come over TLS and nothing else from now on: {@code Strict-Transport-Security} (RFC
   * 6797), for {@link HttpServer#withFieldsOverTls}: so it is in each response over TLS, and in
   * none that goes in the clear, where it would not count.
   *
   * @param time how long they are to remember it, in whole seconds; zero has them forget it
   */
  public static Headers strict(Duration time) {
    return strict("max-age=" + seconds(time));
  }

  /** As {@link #strict(Duration)}, for all names below the site's own, too. */
  public static Headers strictWithSubdomains(Duration time) {
    return strict("max-age=" + seconds(time) + "; includeSubDomains");
  }

  private static Headers strict(String value) {
    return Headers.of("Strict-Transport-Security", value);
  }

  private static long seconds(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("a negative time: " + time);
    }
    return time.toSeconds();
  }
}
