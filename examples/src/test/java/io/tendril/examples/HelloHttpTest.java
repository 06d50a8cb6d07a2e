package io.tendril.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Reactor;
import io.tendril.spi.SocketSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The example, asked by the JDK's client. */
class HelloHttpTest {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final Reactor reactor = Reactor.create();
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
                        HelloHttp.server())
                    .thenApply(listener -> listener.port()),
            LONGEST);
    url = "http://127.0.0.1:" + port;
  }

  @AfterEach
  void stop() throws Exception {
    reactor.stop();
    reactor.awaitStopped(LONGEST);
  }

  private static String body(HttpRequest.Builder request) throws Exception {
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return client.send(request.timeout(LONGEST).build(), BodyHandlers.ofString()).body();
    }
  }

  private HttpRequest.Builder get(String path) {
    return HttpRequest.newBuilder(URI.create(url + path));
  }

  @Test
  void counts() throws Exception {
    assertThat(body(get("/"))).isEqualTo("Hello, you are number 1\n");
    assertThat(body(get("/"))).isEqualTo("Hello, you are number 2\n");
  }

  @Test
  void takesItsTime() throws Exception {
    assertThat(body(get("/slow"))).startsWith("Good things");
  }

  @Test
  void shouts() throws Exception {
    var post = get("/shout").POST(HttpRequest.BodyPublishers.ofString("hear me"));
    assertThat(body(post)).isEqualTo("HEAR ME");
  }
}
