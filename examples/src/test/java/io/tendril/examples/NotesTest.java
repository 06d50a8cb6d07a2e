package io.tendril.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Reactor;
import io.tendril.spi.SocketSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example, asked by the JDK's client. */
class NotesTest {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  @TempDir Path files;
  private final Reactor reactor = Reactor.create();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();
  private String url;

  @BeforeEach
  void start() throws Exception {
    reactor.start();
    int port =
        reactor.blockingCall(
            () ->
                reactor
                    .network()
                    .listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        SocketSettings.defaults(),
                        Notes.server("open", files))
                    .thenApply(listener -> listener.port()),
            LONGEST);
    url = "http://127.0.0.1:" + port;
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    reactor.stop();
    reactor.awaitStopped(LONGEST);
  }

  private HttpResponse<String> ask(String method, String path, String token, String content)
      throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url + path)).timeout(LONGEST);
    request.method(
        method, content == null ? BodyPublishers.noBody() : BodyPublishers.ofString(content));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void keepsNotes() throws Exception {
    assertThat(ask("GET", "/notes", null, null).body()).isEqualTo("[]");
    HttpResponse<String> added = ask("POST", "/notes", "open", "say \"hi\"\n");
    assertThat(added.statusCode()).isEqualTo(201);
    assertThat(added.headers().firstValue("Location")).hasValue("/notes/1");
    HttpResponse<String> note = ask("GET", "/notes/1", null, null);
    assertThat(note.body()).isEqualTo("{\"id\":1,\"text\":\"say \\\"hi\\\"\\u000a\"}");
    assertThat(note.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(ask("GET", "/notes", null, null).body()).isEqualTo("[" + note.body() + "]");
    assertThat(ask("DELETE", "/notes/1", "open", null).statusCode()).isEqualTo(204);
    assertThat(ask("GET", "/notes/1", null, null).body())
        .isEqualTo("{\"status\":404,\"problem\":\"no note 1\"}");
  }

  @Test
  void letsOnlyThoseWithTheTokenChangeNotes() throws Exception {
    for (String token : new String[] {null, "wrong"}) {
      HttpResponse<String> refused = ask("POST", "/notes", token, "x");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
      assertThat(refused.headers().firstValue("Cache-Control")).hasValue("no-store");
      assertThat(refused.body()).isEqualTo("{\"status\":401,\"problem\":\"Unauthorized\"}");
    }
  }

  @Test
  void refusesWhatItCannotDo() throws Exception {
    assertThat(ask("POST", "/notes", "open", "x".repeat(1_001)).statusCode()).isEqualTo(413);
    assertThat(ask("GET", "/notes/one", null, null).statusCode()).isEqualTo(404);
    HttpResponse<String> put = ask("PUT", "/notes/1", "open", "x");
    assertThat(put.statusCode()).isEqualTo(405);
    assertThat(put.headers().firstValue("Allow")).hasValue("GET, HEAD, DELETE, OPTIONS");
  }

  @Test
  void servesFilesBesides() throws Exception {
    Files.writeString(files.resolve("index.html"), "the page");
    assertThat(ask("GET", "/", null, null).body()).isEqualTo("the page");
  }
}
