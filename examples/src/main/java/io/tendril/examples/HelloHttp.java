package io.tendril.examples;

import module io.tendril;

import java.time.Duration;
import java.util.Locale;

/** A web server that greets, counts, and takes its time when it is asked to. */
public final class HelloHttp {
  /** No lock: all requests are handled in one reactor's thread. */
  private int visits;

  private HelloHttp() {}

  static void main(String[] arguments) {
    String endpoint = arguments.length > 0 ? arguments[0] : "tcp:8080:interface=127.0.0.1";
    Reactor.run(reactor -> reactor.listen(endpoint, server()));
  }

  static HttpServer server() {
    return HttpServer.of(new HelloHttp()::handle);
  }

  private Reply handle(Request request) {
    return switch (request.path()) {
      case "/" -> Response.plain("Hello, you are number " + ++visits + "\n");
      case "/slow" -> Reply.when(later());
      case "/shout" ->
          Reply.when(
              request.text().thenApply(text -> Response.plain(text.toUpperCase(Locale.ROOT))));
      default -> Response.failure(404);
    };
  }

  private static Deferred<Response> later() {
    return Reactor.current()
        .after(Duration.ofSeconds(1))
        .thenApply(_ -> Response.plain("Good things come to those who wait\n"));
  }
}
