package io.tendril.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.http.Body;
import io.tendril.http.Headers;
import io.tendril.http.Reply;
import io.tendril.http.Response;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server behind the proxies that most servers stand behind. */
@Tag("interop")
class ProxiesTest {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  @TempDir Path directory;

  /** A proxy that passes what comes on to a port, and keeps connections to it. */
  enum Proxy {
    HAPROXY {
      @Override
      RealServers.Listening start(Path directory, int server) throws Exception {
        return RealServers.haproxy(
            directory,
            """
            frontend front
              bind 127.0.0.1:PORT
              default_backend back
            backend back
              http-reuse always
              server tendril 127.0.0.1:SERVER
            """
                .replace("SERVER", "" + server));
      }
    },
    NGINX {
      @Override
      RealServers.Listening start(Path directory, int server) throws Exception {
        return RealServers.nginx(
            directory,
            """
            upstream tendril { server 127.0.0.1:SERVER; keepalive 16; }
            server {
              listen 127.0.0.1:PORT;
              location / {
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_request_buffering off;
                proxy_pass http://tendril;
              }
            }
            """
                .replace("SERVER", "" + server));
      }
    };

    abstract RealServers.Listening start(Path directory, int server) throws Exception;
  }

  private static final HttpHandler HANDLER =
      request ->
          switch (request.path()) {
            case "/mirror" -> new Response(200, Headers.empty(), request.body());
            case "/written" ->
                Response.of(200)
                    .withBody(
                        Body.written(sink -> sink.send("one ").thenCompose(_ -> sink.send("two"))));
            case "/nothing" -> Response.of(204);
            case "/last" -> Response.plain("last").with("Connection", "close");
            case "/wrong" -> throw new IllegalStateException("wrong");
            default -> Reply.when(request.text().thenApply(text -> Response.plain("hello" + text)));
          };

  /** Speaks with the server through a proxy. */
  private interface Conversation {
    void speak(Client client) throws Exception;
  }

  private record Client(HttpClient client, String url) {
    HttpRequest.Builder at(String path) {
      return HttpRequest.newBuilder(URI.create(url + path)).timeout(LONGEST);
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
      return client.send(request.build(), BodyHandlers.ofString(ISO_8859_1));
    }
  }

  private void through(Proxy proxy, LiveServer server, Conversation conversation) throws Exception {
    try (var running = proxy.start(directory, server.port);
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      conversation.speak(new Client(client, "http://127.0.0.1:" + running.port()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void passesEachKindOfAnswer(Proxy proxy) throws Exception {
    try (var server = LiveServer.of(HANDLER)) {
      through(
          proxy,
          server,
          client -> {
            // Twice, so that an answer that ended wrongly spoils the next.
            for (int i = 0; i < 2; i++) {
              assertThat(client.send(client.at("/")).body()).isEqualTo("hello");
              assertThat(client.send(client.at("/written")).body()).isEqualTo("one two");
              assertThat(client.send(client.at("/nothing")).statusCode()).isEqualTo(204);
              assertThat(client.send(client.at("/").HEAD()).headers().firstValue("Content-Length"))
                  .hasValue("5");
              assertThat(client.send(client.at("/last")).body()).isEqualTo("last");
            }
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void passesContentBothWays(Proxy proxy) throws Exception {
    var octets = new byte[200_000];
    new Random(1).nextBytes(octets);
    String content = new String(octets, ISO_8859_1);
    try (var server = LiveServer.of(HANDLER)) {
      through(
          proxy,
          server,
          client -> {
            var known = client.at("/mirror").POST(BodyPublishers.ofByteArray(octets));
            assertThat(client.send(known).body()).isEqualTo(content);
            var chunked =
                client
                    .at("/mirror")
                    .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(octets)));
            assertThat(client.send(chunked).body()).isEqualTo(content);
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void passesTheServersErrors(Proxy proxy) throws Exception {
    try (var server = LiveServer.of(HANDLER)) {
      through(
          proxy,
          server,
          client -> {
            assertThat(client.send(client.at("/wrong")).statusCode()).isEqualTo(500);
            var large = client.at("/").POST(BodyPublishers.ofByteArray(new byte[2_000_000]));
            assertThat(client.send(large).statusCode()).isEqualTo(413);
            assertThat(client.send(client.at("/")).body()).isEqualTo("hello");
          });
      assertThat(server.failures()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void answersManyAtOnce(Proxy proxy) throws Exception {
    try (var server = LiveServer.of(HANDLER)) {
      through(
          proxy,
          server,
          client -> {
            List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
              var request = client.at(i % 2 == 0 ? "/" : "/written").build();
              all.add(client.client().sendAsync(request, BodyHandlers.ofString()));
            }
            for (var one : all) {
              assertThat(one.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            }
          });
    }
  }
}
