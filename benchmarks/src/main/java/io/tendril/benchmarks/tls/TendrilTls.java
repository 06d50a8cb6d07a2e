package io.tendril.benchmarks.tls;

import io.tendril.benchmarks.load.ServerProcess;
import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import io.tendril.core.endpoint.TcpServerEndpoint;
import io.tendril.core.endpoint.TlsServerEndpoint;
import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsOptions;
import io.tendril.http.Response;
import io.tendril.http.server.HttpHandler;
import io.tendril.http.server.HttpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The HTTPS server of Tendril: certificate, key, TLS engine, and the size of what it answers with.
 */
final class TendrilTls {
  private TendrilTls() {}

  public static void main(String[] arguments) throws Exception {
    Response prepared = Response.plain("x".repeat(Integer.parseInt(arguments[3]))).prepare();
    HttpHandler handler = request -> prepared;
    var identity =
        Pem.identity(
            Files.readString(Path.of(arguments[0])), Files.readString(Path.of(arguments[1])));
    TlsOptions options = TlsOptions.server(identity).withEngine(arguments[2]);
    Reactor reactor = Reactor.create().start();
    Listener listener =
        reactor.blockingCall(
            () ->
                reactor.listen(
                    TlsServerEndpoint.over(TcpServerEndpoint.port(0).on("127.0.0.1"), options),
                    HttpServer.of(handler)),
            Duration.ofSeconds(10));
    ServerProcess.serve(listener.port());
  }
}
