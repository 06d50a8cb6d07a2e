package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no plain file, or becomes something else between being looked at and being opened. */
@Timeout(60)
class SpecialFilesTest {
  @TempDir Path directory;
  private Path root;

  @BeforeEach
  void makeFiles() throws IOException {
    directory = directory.toRealPath();
    root = Files.createDirectories(directory.resolve("root"));
    Files.writeString(Files.createDirectories(root.resolve("a/b")).resolve("file"), "inside");
    Files.writeString(
        Files.createDirectories(directory.resolve("out/b")).resolve("file"), "outside");
  }

  private static void pipe(Path path) throws Exception {
    Path tool = Path.of("/usr/bin/mkfifo");
    assumeTrue(Files.isExecutable(tool), "there is no mkfifo");
    Process process = new ProcessBuilder(tool.toString(), path.toString()).start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void refusesAPipeWithoutWaitingForAnybody() throws Exception {
    pipe(root.resolve("pipe"));
    var server = VirtualServer.of(StaticFiles.of(root));
    assertThat(server.get("/pipe")).startsWith("HTTP/1.1 404 ");
    assertThat(server.get("/")).contains("a/").doesNotContain("pipe");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/zero", "/dev/null", "/proc/self/mem"})
  void refusesDevices(String device) throws Exception {
    assumeTrue(Files.exists(Path.of(device)));
    Files.createSymbolicLink(root.resolve("link"), Path.of(device));
    boolean regular = Files.isRegularFile(Path.of(device));
    assertThat(VirtualServer.of(StaticFiles.of(root)).get("/link")).startsWith("HTTP/1.1 404 ");
    if (!regular) {
      var server = VirtualServer.of(StaticFiles.of(root).withLinksOut());
      assertThat(server.get("/link")).startsWith("HTTP/1.1 404 ");
      assertThat(server.get("/")).doesNotContain(">link<");
    }
  }

  @Test
  void takesNamesOfOtherSystemsForPlainNames() throws Exception {
    var server = VirtualServer.of(StaticFiles.of(root));
    for (String name : List.of("CON", "nul.txt", "a::$DATA", "C:", "a.", "COM1", "A", "LPT1.txt")) {
      assertThat(server.get("/" + name)).startsWith("HTTP/1.1 404 ");
      Files.writeString(root.resolve(name), "plain");
      assertThat(server.get("/" + name)).startsWith("HTTP/1.1 200 ").endsWith("plain");
    }
  }

  @Test
  void bearsLinksThatGoRoundInCircles() throws Exception {
    Files.createSymbolicLink(root.resolve("x"), Path.of("y"));
    Files.createSymbolicLink(root.resolve("y"), Path.of("x"));
    Files.createSymbolicLink(root.resolve("self"), Path.of("."));
    var server = VirtualServer.of(StaticFiles.of(root));
    assertThat(server.get("/x")).startsWith("HTTP/1.1 404 ");
    assertThat(server.get("/self/self/a/b/file")).endsWith("inside");
    assertThat(server.get("/")).contains("self/").doesNotContain(">x<");
  }

  @Test
  void bearsNamesThatAreTooLong() {
    var server = VirtualServer.of(StaticFiles.of(root));
    assertThat(server.get("/" + "x".repeat(300))).startsWith("HTTP/1.1 404 ");
    assertThat(server.get("/x".repeat(4_000))).startsWith("HTTP/1.1 404 ");
  }

  // ---- Between the look and the opening -------------------------------------------------------

  private LocalFiles.Opened open(String path) throws IOException {
    return LocalFiles.open(root, root.resolve(path));
  }

  @Test
  void opensAFile() throws Exception {
    LocalFiles.Opened opened = open("a/b/file");
    try (var channel = opened.channel()) {
      assertThat(channel.size()).isEqualTo(6);
      assertThat(opened.attributes().size()).isEqualTo(6);
    }
  }

  @Test
  void doesNotFollowALinkThatTookTheFilesPlace() throws Exception {
    Files.delete(root.resolve("a/b/file"));
    Files.createSymbolicLink(root.resolve("a/b/file"), directory.resolve("out/b/file"));
    assertThat(open("a/b/file")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a/b"})
  void doesNotFollowALinkThatTookADirectorysPlace(String name) throws Exception {
    Files.move(root.resolve(name), directory.resolve("away"));
    Path other = name.equals("a") ? directory.resolve("out") : directory.resolve("out/b");
    Files.createSymbolicLink(root.resolve(name), other);
    assertThat(Files.readString(root.resolve("a/b/file"))).isEqualTo("outside");
    assertThat(open("a/b/file")).isNull();
  }

  @Test
  void doesNotWaitForAPipeThatTookTheFilesPlace() throws Exception {
    Files.delete(root.resolve("a/b/file"));
    pipe(root.resolve("a/b/file"));
    assertThat(open("a/b/file")).isNull();
  }

  @Test
  void findsNothingWhereAFileWas() throws Exception {
    Files.delete(root.resolve("a/b/file"));
    assertThat(open("a/b/file")).isNull();
    assertThat(open("a/b/file/x")).isNull();
    assertThat(open("a/b")).isNull();
  }

  @Test
  void servesNothingButTheInsideHoweverLinksChange() throws Exception {
    var server =
        VirtualServer.of(
            StaticFiles.of(root).withCache(FileCacheLimits.defaults().withMemory(0, 100)));
    Path link = root.resolve("link");
    for (String target : List.of("a", "../out", "a", "../out", "nowhere", "a")) {
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, Path.of(target));
      String response = server.get("/link/b/file");
      assertThat(response).doesNotContain("outside");
      assertThat(response.endsWith("inside")).isEqualTo(target.equals("a"));
      server.pass(Duration.ofSeconds(2));
    }
  }
}
