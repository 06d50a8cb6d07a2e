package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Protocol;
import io.tendril.http.Headers;
import io.tendril.http.Reply;
import io.tendril.http.Response;
import io.tendril.testing.RecordingTransport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What observers are told of a connection and its requests, and in what order. */
class HttpEventTest {
  private final RecordingTransport connection = new RecordingTransport();
  private final List<HttpEvent> events = new ArrayList<>();

  private List<String> told() {
    return events.stream().map(event -> event.getClass().getSimpleName()).toList();
  }

  private void serve(HttpHandler handler) {
    connection
        .reactor()
        .observe(event -> {
          if (event instanceof HttpEvent http) {
            events.add(http);
          }
        });
    connection.connect(HttpServer.of(handler));
  }

  @Test
  void tellsEachPhaseOfAnExchange() {
    serve(request -> Reply.when(request.text().thenApply(Response::plain)));
    connection.deliver(
        "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    assertThat(told()).containsExactly("RequestReceived", "ContinueSent");
    events.clear();
    connection.deliver("hello");
    assertThat(told()).containsExactly("ResponseStarted", "ResponseEnded", "ContentReceived");
    assertThat(events.get(1))
        .isInstanceOfSatisfying(
            HttpEvent.ResponseEnded.class,
            ended -> {
              assertThat(ended.status()).isEqualTo(200);
              assertThat(ended.octets()).isEqualTo(5);
              assertThat(ended.complete()).isTrue();
            });
  }

  @Test
  void tellsOfARefusal() {
    serve(request -> Response.of(204));
    connection.deliver("GET / HTTP/1.1\r\n\r\n");
    assertThat(told())
        .containsExactly("RequestRefused", "ResponseStarted", "ResponseEnded", "LingerBegun");
    assertThat(events.getFirst())
        .isInstanceOfSatisfying(
            HttpEvent.RequestRefused.class,
            refused -> {
              assertThat(refused.status()).isEqualTo(400);
              assertThat(refused.rule()).isEqualTo("no Host");
              assertThat(refused.request()).isNull();
            });
  }

  @Test
  void tellsOfATakeover() {
    serve(request ->
        Reply.upgrade(
            "echo", Headers.empty(), Protocol.onData((transport, data) -> transport.write(data))));
    connection.deliver("GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
    assertThat(told()).containsExactly("RequestReceived", "TakenOver");
  }

  @Test
  void tellsOfDraining() {
    serve(request -> Response.of(204));
    connection.reactor().stop();
    connection.clock().runCurrent();
    assertThat(events).singleElement().isInstanceOf(HttpEvent.DrainBegun.class);
  }
}
