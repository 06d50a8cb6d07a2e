package io.tendril.benchmarks.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.WebServer;
import io.tendril.benchmarks.load.ServerProcess;

/** Helidon's plain text server: a virtual thread for each connection. */
final class HelidonHttp {
  private static final Header TYPE =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
  private static final Header NAME = HeaderValues.createCached(HeaderNames.SERVER, "Helidon");

  private HelidonHttp() {}

  public static void main(String[] arguments) throws Exception {
    byte[] hello = "Hello, World!".getBytes(US_ASCII);
    WebServer server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .routing(routing ->
                routing.get(
                    "/",
                    (request, response) -> {
                      response.header(TYPE);
                      response.header(NAME);
                      response.send(hello);
                    }))
            .build()
            .start();
    ServerProcess.serve(server.port());
  }
}
