package io.tendril.examples;

import module io.tendril;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Content that flows both ways through a web server, in no more memory than a few buffers: what is
 * posted comes back in capitals while it is still being sent, and rows are written at the pace of
 * who reads them.
 */
public final class Uppercase {
  private Uppercase() {}

  static void main(String[] arguments) {
    String endpoint = arguments.length > 0 ? arguments[0] : "tcp:8080:interface=127.0.0.1";
    Reactor.run(reactor -> server().listen(reactor, endpoint));
  }

  static HttpServer server() {
    HttpLimits limits =
        HttpLimits.defaults()
            .withStreamedBody(1L << 40)
            .withConnections(1_000)
            .withTimes(Duration.ofSeconds(20), Duration.ofSeconds(10));
    return HttpServer.of(Uppercase::handle).withLimits(limits);
  }

  private static Reply handle(Request request) {
    return switch (request.path()) {
      case "/uppercase" -> uppercase(request.body());
      case "/count" -> count(request.body().limitedTo(1L << 40));
      case "/rows" -> Response.of(200).withBody(Body.written(Uppercase::rows));
      default -> Response.failure(404);
    };
  }

  /** Reading pauses while the client does not take what it gets back. */
  private static Reply uppercase(Body body) {
    return body instanceof Body.Stream(var source, var length, _, _)
        ? Response.of(200).withBody(Body.of(new Capitals(source), length))
        : Response.of(204);
  }

  /** Octets in capitals, as they pass. */
  private record Capitals(Source source) implements Source {
    @Override
    public Deferred<Long> forEach(Receiver consumer) {
      return source.forEach(data -> {
        for (int i = data.position(); i < data.limit(); i++) {
          byte octet = data.get(i);
          data.put(i, octet >= 'a' && octet <= 'z' ? (byte) (octet - 32) : octet);
        }
        consumer.accept(data);
      });
    }

    @Override
    public void pause() {
      source.pause();
    }

    @Override
    public void resume() {
      source.resume();
    }

    @Override
    public void stop() {
      source.stop();
    }
  }

  /** An upload of any size, of which nothing is kept. */
  private static Reply count(Body body) {
    return body instanceof Body.Stream stream
        ? Reply.when(
            stream
                .source()
                .forEach(ByteBuffer::clear)
                .thenApply(octets -> Response.plain(octets + " octets\n")))
        : Response.plain("0 octets\n");
  }

  /** A million rows; each waits until there is room. The sum comes behind them, as a trailer. */
  private static Deferred<?> rows(BodySink sink) {
    return Reactor.current()
        .async(() -> {
          long sum = 0;
          for (int row = 0; row < 1_000_000; row++) {
            sum += row;
            sink.send("row " + row + "\n").await();
          }
          sink.trailer("Sum", Long.toString(sum));
          return sum;
        });
  }
}
