package io.tendril.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ReactorGroup;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The example, asked by the JDK's client. */
class EveryCoreTest {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final ReactorGroup group =
      ReactorGroup.start(ReactorGroup.Options.defaults().withReactors(2));
  private String url;

  @BeforeEach
  void start() throws Exception {
    var program = new EveryCore(group);
    int port =
        group
            .first()
            .blockingCall(() -> group.listen("tcp:0:interface=127.0.0.1", program::server), LONGEST)
            .port();
    url = "http://127.0.0.1:" + port;
  }

  @AfterEach
  void stop() throws Exception {
    group.stop();
    group.awaitStopped(LONGEST);
  }

  private String get(HttpClient client, String path) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url + path)).timeout(LONGEST).build();
    return client.send(request, BodyHandlers.ofString()).body();
  }

  private static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @Test
  void eachReactorCountsForItselfAndAllTogether() throws Exception {
    try (HttpClient one = client();
        HttpClient other = client()) {
      assertThat(get(one, "/")).isEqualTo("You are number 1 here\n");
      assertThat(get(other, "/")).isEqualTo("You are number 1 here\n");
      assertThat(get(one, "/")).isEqualTo("You are number 2 here\n");
      assertThat(get(other, "/visits")).isEqualTo("3 in [2, 1]\n");
    }
  }
}
