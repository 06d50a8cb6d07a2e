package io.tendril.http.server;

import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.http.Body;
import io.tendril.http.Headers;
import io.tendril.http.HttpFailure;
import io.tendril.http.HttpLimits;
import io.tendril.http.Reply;
import io.tendril.http.Request;
import io.tendril.http.Response;

/** A handler that does a bit of everything, and whose answers do not depend on how bytes arrive. */
final class SampleSite implements HttpHandler {
  /** Limits that are soon reached. */
  static final HttpLimits LIMITS =
      HttpLimits.defaults().withHead(256, 8).withBody(64).withStreamedBody(128).withDrain(32);

  private static final Response PREPARED = Response.plain("prepared").prepare();

  static HttpServer server() {
    return HttpServer.of(new SampleSite()).withTunnels(request -> tunnel()).withLimits(LIMITS);
  }

  @Override
  public Reply handle(Request request) {
    return switch (request.path()) {
      case "/" -> PREPARED;
      case "/text" -> Reply.when(request.text().thenApply(Response::plain));
      case "/trailers" -> Reply.when(request.text().thenApply(text -> trailers(request)));
      case "/mirror" ->
          request.body().length() < 0
              ? Response.failure(411)
              : new Response(200, Headers.empty(), request.body());
      case "/unread" -> Response.plain("unread");
      case "/written" ->
          Response.of(200)
              .withBody(
                  Body.written(sink -> {
                    sink.trailer("After", "all");
                    return sink.send("one").thenCompose(_ -> sink.send("two"));
                  }));
      case "/later" -> later(Response.plain("later"));
      case "/upgrade" ->
          request.offers("echo")
              ? Reply.upgrade("echo", Headers.empty(), echo())
              : Response.of(426);
      case "/later-upgrade" ->
          request.offers("echo")
              ? later(Reply.upgrade("echo", Headers.of("A", "b"), echo()))
              : Response.of(426).with("Upgrade", "echo");
      case "/small" -> Reply.when(request.body().limitedTo(4).text().thenApply(Response::plain));
      case "/conflict" -> throw new HttpFailure(409, "as asked");
      case "/none" -> Response.of(204);
      default -> Response.failure(404);
    };
  }

  private static Reply later(Reply reply) {
    Promise<Reply> promise = Promise.create();
    Reactor.current()
        .execute(() -> {
          if (!promise.isDone()) {
            promise.succeed(reply);
          }
        });
    return Reply.when(promise.deferred());
  }

  private static Response trailers(Request request) {
    return Response.plain(request.body().trailers().toString());
  }

  private static Reply tunnel() {
    return Reply.tunnel(echo());
  }

  private static io.tendril.core.ProtocolFactory<Protocol> echo() {
    return Protocol.onData((transport, data) -> transport.write(data));
  }
}
