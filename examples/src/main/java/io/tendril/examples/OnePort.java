package io.tendril.examples;

import module io.tendril;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * One port for three protocols: HTTPS; HTTP, whose clients are sent to HTTPS; and lines, which come
 * back in capitals. The certificates are in a directory, as {@code tendril cert} makes them.
 */
public final class OnePort {
  private int port;

  private OnePort() {}

  static void main(String[] arguments) {
    TlsKeyFiles keys =
        TlsKeyFiles.inDirectory(Path.of(arguments.length > 0 ? arguments[0] : "certificates"));
    String endpoint = arguments.length > 1 ? arguments[1] : "tcp:8443:interface=127.0.0.1";
    Reactor.run(reactor ->
        keys.reload(reactor).thenCompose(_ -> listen(reactor, endpoint, TlsOptions.server(keys))));
  }

  static Deferred<Listener> listen(Reactor reactor, String endpoint, TlsOptions options) {
    var here = new OnePort();
    return reactor
        .listen(endpoint, here.protocols(options))
        .thenApply(listener -> {
          here.port = listener.port();
          return listener;
        });
  }

  private ProtocolFactory<Protocol> protocols(TlsOptions options) {
    HttpHandler site = _ -> Response.plain("Hello over TLS\n");
    HttpServer http =
        HttpServer.of(Https.only(() -> port).around(site))
            .withFieldsOverTls(Https.strict(Duration.ofDays(365)));
    return FirstBytes.select()
        .when(FirstBytes.tls(), TlsServerEndpoint.secured(options, http))
        .when("GET ", http)
        .otherwise(Capitals::new);
  }

  private static final class Capitals extends LineProtocol {
    Capitals(Transport transport) {
      super(transport);
    }

    @Override
    protected void lineReceived(String line) {
      writeLine(line.toUpperCase(Locale.ROOT));
    }
  }
}
