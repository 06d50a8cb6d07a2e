package io.tendril.benchmarks.http;

import io.tendril.benchmarks.load.ServerProcess;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** Vert.x's plain text server, on one event loop of Netty's native epoll. */
final class VertxHttp {
  private VertxHttp() {}

  private static final class Server extends AbstractVerticle {
    private static final CharSequence TYPE =
        HttpHeaders.createOptimized("text/plain; charset=utf-8");
    private static final CharSequence NAME = HttpHeaders.createOptimized("Vert.x");
    private static final CharSequence LENGTH = HttpHeaders.createOptimized("13");

    private final Buffer hello = Buffer.buffer("Hello, World!");
    private CharSequence date = now();

    private static CharSequence now() {
      var utc = ZonedDateTime.now(ZoneOffset.UTC);
      return HttpHeaders.createOptimized(DateTimeFormatter.RFC_1123_DATE_TIME.format(utc));
    }

    @Override
    public void start(Promise<Void> started) {
      vertx.setPeriodic(1000, id -> date = now());
      vertx
          .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
          .requestHandler(request -> {
            MultiMap headers = request.response().headers();
            headers
                .add(HttpHeaders.CONTENT_TYPE, TYPE)
                .add(HttpHeaders.CONTENT_LENGTH, LENGTH)
                .add(HttpHeaders.SERVER, NAME)
                .add(HttpHeaders.DATE, date);
            request.response().end(hello);
          })
          .listen()
          .onSuccess(server -> config().put("port", server.actualPort()))
          .<Void>mapEmpty()
          .onComplete(started);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    if (!vertx.isNativeTransportEnabled()) {
      throw new IllegalStateException(
          "no native transport", vertx.unavailableNativeTransportCause());
    }
    var server = new Server();
    vertx.deployVerticle(server).await();
    ServerProcess.serve(server.config().getInteger("port"));
  }
}
