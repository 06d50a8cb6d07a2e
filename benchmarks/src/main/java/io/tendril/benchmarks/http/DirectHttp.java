package io.tendril.benchmarks.http;

import io.tendril.benchmarks.load.ServerProcess;
import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.http.Reply;
import io.tendril.http.Response;
import io.tendril.http.server.HttpHandler;
import io.tendril.http.server.HttpServer;
import java.time.Duration;

/**
 * Tendril's plain text server with a handler in direct style. The argument says what it waits for:
 * nothing ("at once"), or another task of the loop ("await"; "callback" is the same without
 * coroutines).
 */
final class DirectHttp {
  private DirectHttp() {}

  private static HttpHandler handler(String how) {
    Response hello = Response.plain("Hello, World!").prepare();
    return switch (how) {
      case "at once" -> HttpHandler.direct(request -> hello);
      case "await" -> HttpHandler.direct(request -> answer(hello).await());
      case "callback" -> request -> Reply.when(answer(hello));
      default -> throw new IllegalArgumentException(how);
    };
  }

  private static Deferred<Response> answer(Response answer) {
    Promise<Response> promise = Promise.create();
    Reactor.current().execute(() -> promise.succeed(answer));
    return promise.deferred();
  }

  public static void main(String[] arguments) throws Exception {
    Reactor reactor = Reactor.create().start();
    Listener listener =
        reactor.blockingCall(
            () -> reactor.listen("tcp:0:interface=127.0.0.1", HttpServer.of(handler(arguments[0]))),
            Duration.ofSeconds(10));
    ServerProcess.serve(listener.port());
  }
}
