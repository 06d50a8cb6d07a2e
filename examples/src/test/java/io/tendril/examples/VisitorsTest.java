package io.tendril.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.adapters.jdbc.Database;
import io.tendril.core.Reactor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The example with a database, in both styles and on every carrier, asked by the JDK's client. */
class VisitorsTest {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final String ANY_PORT = "tcp:0:interface=127.0.0.1";

  static List<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Style style : Style.values()) {
      for (Place.Carrier carrier : Place.Carrier.values()) {
        cases.add(Arguments.of(style, carrier));
      }
    }
    return cases;
  }

  /** Made in the thread that it runs in: until it runs, it is its maker's. */
  private static Reactor start(Place.Carrier carrier) {
    if (carrier == Place.Carrier.VIRTUAL_THREADS) {
      var made = new CompletableFuture<Reactor>();
      Thread.ofVirtual()
          .name("a reactor of the test")
          .start(() -> {
            Reactor reactor = Reactor.create();
            made.complete(reactor);
            reactor.run();
          });
      return made.orTimeout(LONGEST.toSeconds(), TimeUnit.SECONDS).join();
    }
    return Reactor.create().start();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void countsEachVisitOnce(Style style, Place.Carrier carrier) throws Exception {
    var reactor = start(carrier);
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      int port =
          reactor.blockingCall(
              () -> {
                var database = Database.hikari("jdbc:h2:mem:" + style + carrier, "sa", "");
                return database
                    .runIn(reactor)
                    .thenCompose(started -> style.visitors(reactor, database))
                    .thenCompose(server -> reactor.listen(ANY_PORT, server))
                    .thenApply(listener -> listener.port());
              },
              LONGEST);
      String url = "http://127.0.0.1:" + port + "/visits";
      assertThat(visit(client, url + "/bob").join().body())
          .isEqualTo("bob has been here 1 times\n");
      var visits = Stream.generate(() -> visit(client, url + "/ada")).limit(20).toList();
      assertThat(visits)
          .extracting(CompletableFuture::join)
          .allMatch(response -> response.statusCode() == 201)
          .extracting(HttpResponse::body)
          .doesNotHaveDuplicates();
      assertThat(get(client, url + "/ada")).isEqualTo("20\n");
      assertThat(get(client, url + "/eve")).isEqualTo("nobody of that name\n");
      assertThat(get(client, url)).isEqualTo("ada 20\nbob 1\n");
    } finally {
      reactor.stop();
      reactor.awaitStopped(LONGEST);
    }
  }

  private static CompletableFuture<HttpResponse<String>> visit(HttpClient client, String url) {
    var request = HttpRequest.newBuilder(URI.create(url)).timeout(LONGEST);
    return client.sendAsync(request.POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString());
  }

  private static String get(HttpClient client, String url) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url)).timeout(LONGEST);
    return client.send(request.build(), BodyHandlers.ofString()).body();
  }
}
