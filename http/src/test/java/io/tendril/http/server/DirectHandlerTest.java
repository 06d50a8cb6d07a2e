package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Promise;
import io.tendril.http.HttpFailure;
import io.tendril.http.Response;
import io.tendril.testing.RecordingTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Handlers in direct style. */
class DirectHandlerTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

  private final RecordingTransport client = new RecordingTransport();
  private final Promise<String> found = client.reactor().promise();
  private final List<Object> log = new ArrayList<>();

  @AfterEach
  void nothingFailed() {
    client.clock().close();
  }

  private void serve(HttpHandler handler) {
    client.connect(HttpServer.of(HttpHandler.direct(handler)));
  }

  private void find(String text) {
    client.reactor().execute(() -> found.succeed(text));
    client.clock().runCurrent();
  }

  @Test
  void answersAtOnceWhenItDoesNotAwait() {
    serve(request -> Response.plain("hello"));
    client.deliver(GET + GET);
    assertThat(client.text().split("hello", -1)).hasSize(3);
  }

  @Test
  void answersWhenWhatItAwaitsIsThereAndTheNextRequestWaits() {
    serve(request -> {
      log.add("asked");
      return Response.plain(found.isDone() ? "again" : found.deferred().await());
    });
    client.deliver(GET + GET);
    assertThat(client.text()).isEmpty();
    assertThat(log).hasSize(1);
    find("treasure");
    assertThat(client.text()).containsSubsequence("treasure", "again");
  }

  @Test
  void aFailureIsAnsweredBeforeAndAfterAnAwait() {
    serve(request -> {
      if (!request.path().equals("/later")) {
        throw new HttpFailure(410, "gone");
      }
      found.deferred().await();
      throw new HttpFailure(409, "conflict");
    });
    client.deliver(GET);
    assertThat(client.takeText()).startsWith("HTTP/1.1 410 ");
    client.deliver(GET.replace("/ ", "/later "));
    find("");
    assertThat(client.takeText()).startsWith("HTTP/1.1 409 ");
  }

  @Test
  void isCancelledWhenTheClientIsGone() {
    serve(request -> {
      try {
        return Response.plain(found.deferred().await());
      } catch (CancellationException e) {
        log.add("cancelled");
        throw e;
      }
    });
    client.deliver(GET);
    client.reset();
    client.clock().runCurrent();
    assertThat(log).containsExactly("cancelled");
  }
}
