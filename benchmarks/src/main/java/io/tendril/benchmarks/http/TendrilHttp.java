package io.tendril.benchmarks.http;

import io.tendril.benchmarks.load.Engine;
import io.tendril.benchmarks.load.ServerProcess;
import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import io.tendril.http.Response;
import io.tendril.http.server.HttpHandler;
import io.tendril.http.server.HttpServer;
import io.tendril.http.server.StaticFiles;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The server of Tendril: plain text or, with a directory as the second argument, its files. The
 * first argument is the port, 0 for any.
 */
final class TendrilHttp {
  private TendrilHttp() {}

  /** Answers everything with 13 octets of text. */
  static HttpHandler plaintext() {
    Response hello = Response.plain("Hello, World!").prepare();
    return request -> hello;
  }

  public static void main(String[] arguments) throws Exception {
    HttpHandler handler =
        arguments.length > 1 ? StaticFiles.of(Path.of(arguments[1])) : plaintext();
    Reactor reactor = Engine.reactor().start();
    Listener listener =
        reactor.blockingCall(
            () ->
                reactor.listen(
                    "tcp:" + arguments[0] + ":interface=127.0.0.1", HttpServer.of(handler)),
            Duration.ofSeconds(10));
    ServerProcess.serve(listener.port());
  }
}
