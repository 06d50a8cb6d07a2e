package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.http.Response;
import io.tendril.testing.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the usual load generators say of the server: each asks many times, and none sees an error.
 */
@Tag("interop")
class LoadGeneratorsTest {
  @TempDir Path root;
  private LiveServer server;

  @BeforeEach
  void serve() throws Exception {
    Files.write(root.resolve("file"), new byte[1024]);
    server =
        LiveServer.of(
            Router.of(routes -> {
              routes.get("/", _ -> Response.plain("Hello, world!"));
              routes.mount("/files", StaticFiles.of(root));
            }));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.port + path;
  }

  private static String load(String program, String... arguments) throws Exception {
    return Program.named(program).run(arguments).succeeded();
  }

  @Test
  void wrk() throws Exception {
    String report = load("wrk", "-t", "1", "-c", "64", "-d", "1s", url("/"));
    assertThat(report)
        .containsPattern("[1-9]\\d* requests in")
        .doesNotContain("Non-2xx")
        .doesNotContain("Socket errors");
  }

  @Test
  void h2loadInHttp11() throws Exception {
    assertThat(load("h2load", "--h1", "-n", "10000", "-c", "64", "-m", "1", url("/files/file")))
        .contains("10000 done, 10000 succeeded, 0 failed, 0 errored, 0 timeout");
  }

  @Test
  void apacheBenchKeepingConnections() throws Exception {
    assertThat(load("ab", "-q", "-k", "-n", "10000", "-c", "64", url("/files/file")))
        .containsPattern("Complete requests: +10000\n")
        .containsPattern("Failed requests: +0\n")
        .containsPattern("Keep-Alive requests: +10000\n");
  }

  /** In HTTP/1.0, a connection for each. */
  @Test
  void apacheBenchWithoutKeepingConnections() throws Exception {
    assertThat(load("ab", "-q", "-n", "2000", "-c", "16", url("/")))
        .containsPattern("Complete requests: +2000\n")
        .containsPattern("Failed requests: +0\n");
  }

  @Test
  void siege() throws Exception {
    var siege = Program.named("siege").in(root);
    Path settings = Files.writeString(root.resolve("siegerc"), "logging = false\n");
    String report = siege.run("-R", "" + settings, "-b", "-c", "16", "-r", "50", url("/")).all();
    assertThat(report)
        .containsPattern("Successful transactions:\\s+800\n")
        .containsPattern("Failed transactions:\\s+0\n");
  }

  @Test
  void httpie() throws Exception {
    String answer =
        load("http", "--ignore-stdin", "--check-status", "--print=hb", "GET", url("/files/file"));
    assertThat(answer).startsWith("HTTP/1.1 200 OK").contains("Content-Length: 1024");
  }
}
