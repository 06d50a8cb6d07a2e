package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.http.Body;
import io.tendril.http.Headers;
import io.tendril.http.Reply;
import io.tendril.http.Response;
import io.tendril.testing.Program;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as other people's clients find it. */
@Tag("interop")
class HttpClientsTest {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  @TempDir Path directory;

  private static final HttpHandler HANDLER =
      request ->
          switch (request.path()) {
            case "/mirror" -> new Response(200, Headers.empty(), request.body());
            case "/count" ->
                Reply.when(
                    ((Body.Stream) request.body())
                        .source()
                        .forEach(data -> {})
                        .thenApply(count -> Response.plain("" + count)));
            case "/written" ->
                Response.of(200)
                    .withBody(
                        Body.written(sink -> sink.send("one ").thenCompose(_ -> sink.send("two"))));
            default -> Response.plain("hello");
          };

  private static byte[] random(int length) {
    var octets = new byte[length];
    new Random(1).nextBytes(octets);
    return octets;
  }

  private static HttpRequest.Builder request(LiveServer server, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port + path))
        .timeout(LONGEST);
  }

  private static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @Test
  void streamsBothWaysWithTheJdk() throws Exception {
    // It does not read before it has sent all: this much the two kernels hold.
    byte[] octets = random(300_000);
    try (var server = LiveServer.of(HANDLER);
        var client = client()) {
      var known = request(server, "/mirror").POST(BodyPublishers.ofByteArray(octets)).build();
      assertThat(client.send(known, BodyHandlers.ofByteArray()).body()).isEqualTo(octets);
      var chunked =
          request(server, "/mirror")
              .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(octets)))
              .build();
      assertThat(client.send(chunked, BodyHandlers.ofByteArray()).body()).isEqualTo(octets);
      var written = request(server, "/written").build();
      assertThat(client.send(written, BodyHandlers.ofString()).body()).isEqualTo("one two");
    }
  }

  @Test
  void answersManyOfTheJdksAtOnce() throws Exception {
    try (var server = LiveServer.of(HANDLER);
        var client = client()) {
      List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        all.add(client.sendAsync(request(server, "/").build(), BodyHandlers.ofString()));
      }
      for (var one : all) {
        assertThat(one.get(60, TimeUnit.SECONDS).body()).isEqualTo("hello");
      }
    }
  }

  @Test
  void letsTheJdkAskFirst() throws Exception {
    try (var server = LiveServer.of(HANDLER);
        var client = client()) {
      var asking =
          request(server, "/count")
              .expectContinue(true)
              .POST(BodyPublishers.ofByteArray(random(300_000)))
              .build();
      assertThat(client.send(asking, BodyHandlers.ofString()).body()).isEqualTo("300000");
    }
  }

  // ---- Programs -------------------------------------------------------------------------------

  @Test
  void servesWget() throws Exception {
    try (var server = LiveServer.of(HANDLER)) {
      String url = "http://127.0.0.1:" + server.port;
      assertThat(
              Program.named("wget")
                  .run(
                      "-q",
                      "-O",
                      "-",
                      "--no-proxy",
                      "--tries=1",
                      "--timeout=60",
                      url + "/written",
                      url + "/",
                      url + "/written")
                  .succeeded())
          .isEqualTo("one twohelloone two");
    }
  }

  /** Each line of what it prints is one answer. */
  private static final String AIOHTTP =
      """
      import asyncio, sys, aiohttp
      async def pieces():
          for i in range(1000):
              yield b'x' * 1000
      async def main(url):
          timeout = aiohttp.ClientTimeout(total=60)
          async with aiohttp.ClientSession(timeout=timeout) as session:
              async with session.get(url + '/') as answer:
                  print(answer.status, await answer.text())
              async with session.post(url + '/mirror', data=pieces()) as answer:
                  print(answer.status, len(await answer.read()))
              async with session.post(url + '/count', data=b'y' * 100000, expect100=True) as answer:
                  print(answer.status, await answer.text())
              async with session.get(url + '/written') as answer:
                  print(answer.status, await answer.text())
              async def one():
                  async with session.get(url + '/') as answer:
                      return await answer.text()
              print(len(await asyncio.gather(*[one() for i in range(200)])))
      asyncio.run(main(sys.argv[1]))
      """;

  @Test
  void servesAiohttp() throws Exception {
    Program.need(Files.isDirectory(Path.of("/usr/lib/python3/dist-packages/aiohttp")), "aiohttp");
    Path script = Files.writeString(directory.resolve("script.py"), AIOHTTP);
    try (var server = LiveServer.of(HANDLER)) {
      assertThat(
              Program.named("/usr/bin/python3")
                  .run("" + script, "http://127.0.0.1:" + server.port)
                  .succeeded())
          .isEqualTo("200 hello\n200 1000000\n200 100000\n200 one two\n200\n");
    }
  }
}
