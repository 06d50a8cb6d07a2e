package io.tendril.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.http.Reply;
import io.tendril.http.Response;
import io.tendril.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server as curl finds it. */
@Tag("interop")
class CurlTest {
  @TempDir Path directory;

  /** Runs curl, and returns what it prints; {@code URL} in an argument is the server's. */
  private static String curl(LiveServer server, String... arguments) throws Exception {
    var all = new ArrayList<>(List.of("-sS", "--max-time", "60"));
    for (String argument : arguments) {
      all.add(argument.replace("URL", "http://127.0.0.1:" + server.port));
    }
    return Program.named("curl").run(all.toArray(String[]::new)).all();
  }

  private LiveServer files() throws Exception {
    return LiveServer.of(StaticFiles.of(Files.createDirectories(directory.resolve("root"))));
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(Files.createDirectories(directory.resolve("root")).resolve(name), content);
  }

  @Test
  void getsAFileAgainOnlyIfItChanged() throws Exception {
    file("a.txt", "hello".getBytes(UTF_8));
    Path etag = directory.resolve("etag");
    String[] get = {
      "--etag-save", "" + etag, "--etag-compare", "" + etag, "-w", " %{http_code}", "URL/a.txt"
    };
    try (var server = files()) {
      assertThat(curl(server, get)).endsWith("hello 200");
      assertThat(curl(server, get)).endsWith("304");
    }
  }

  @Test
  void getsARange() throws Exception {
    file("a.txt", "hello".getBytes(UTF_8));
    try (var server = files()) {
      assertThat(curl(server, "-r", "1-3", "-w", " %{http_code}", "URL/a.txt"))
          .isEqualTo("ell 206");
    }
  }

  @Test
  void getsManyFilesOnOneConnection() throws Exception {
    file("a.txt", "hello".getBytes(UTF_8));
    try (var server = files()) {
      assertThat(curl(server, "-w", " %{num_connects} ", "URL/a.txt?[1-5]"))
          .isEqualTo("hello 1 hello 0 hello 0 hello 0 hello 0 ");
    }
  }

  @Test
  void speaksTheOldVersion() throws Exception {
    file("a.txt", "hello".getBytes(UTF_8));
    try (var server = files()) {
      assertThat(curl(server, "--http1.0", "URL/a.txt")).isEqualTo("hello");
    }
  }

  @Test
  void asksForTheHeadAlone() throws Exception {
    file("a.txt", "hello".getBytes(UTF_8));
    try (var server = files()) {
      assertThat(curl(server, "-I", "URL/a.txt")).contains("Content-Length: 5");
    }
  }

  @Test
  void doesNotEscapeTheDirectory() throws Exception {
    Files.writeString(directory.resolve("secret"), "secret");
    try (var server = files()) {
      for (String target : List.of("/../secret", "/%2e%2e/secret", "/..%2fsecret", "//secret")) {
        assertThat(curl(server, "--path-as-is", "-w", "%{http_code}", "URL" + target))
            .endsWith("404")
            .doesNotContain("secret");
      }
    }
  }

  @Test
  void sendsContentAfterBeingToldToContinue() throws Exception {
    Path upload = file("upload", "x".repeat(900_000).getBytes(UTF_8));
    HttpHandler echo =
        request -> Reply.when(request.text().thenApply(text -> Response.plain("" + text.length())));
    try (var server = LiveServer.of(echo)) {
      assertThat(curl(server, "-H", "Expect: 100-continue", "-T", "" + upload, "URL/"))
          .isEqualTo("900000");
    }
  }

  @Test
  void sendsChunks() throws Exception {
    Path upload = file("upload", "x".repeat(900_000).getBytes(UTF_8));
    HttpHandler echo =
        request -> Reply.when(request.text().thenApply(text -> Response.plain("" + text.length())));
    try (var server = LiveServer.of(echo)) {
      assertThat(curl(server, "-H", "Transfer-Encoding: chunked", "-T", "" + upload, "URL/"))
          .isEqualTo("900000");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Expect: 100-continue", "Expect:"})
  void hearsThatItsContentIsTooLarge(String expectation) throws Exception {
    Path upload = file("upload", new byte[3_000_000]);
    HttpHandler echo = request -> Reply.when(request.text().thenApply(Response::plain));
    try (var server = LiveServer.of(echo)) {
      for (int i = 0; i < 20; i++) {
        assertThat(
                curl(server, "-H", expectation, "-w", " %{http_code}", "-T", "" + upload, "URL/"))
            .isEqualTo("413 Content Too Large\n 413");
      }
    }
  }

  @Test
  void getsALargeFileWhole() throws Exception {
    var large = new byte[64 << 20];
    new java.util.Random(1).nextBytes(large);
    Path file = file("large", large);
    Path got = directory.resolve("got");
    try (var server = files()) {
      assertThat(curl(server, "-o", "" + got, "-w", "%{http_code}", "URL/large")).isEqualTo("200");
    }
    assertThat(Files.mismatch(file, got)).isEqualTo(-1);
  }
}
