package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of the files is kept at hand, and for how long. The network begins in 2026. */
class FileCacheTest {
  private static final Instant LONG_AGO = Instant.parse("1994-11-06T08:49:37Z");
  private static final int LARGE = 1_000_000;

  @TempDir Path root;
  private VirtualServer server;

  @BeforeEach
  void start() {
    server = VirtualServer.of(StaticFiles.of(root));
  }

  @AfterEach
  void stop() {
    if (server.host.reactor().state() != Reactor.State.STOPPED) {
      server.stop();
    }
  }

  private Path file(String name, String content) throws IOException {
    Path path = Files.writeString(root.resolve(name), content);
    Files.setLastModifiedTime(path, FileTime.from(LONG_AGO));
    return path;
  }

  private static VirtualServer with(Path root, FileCacheLimits limits) {
    return VirtualServer.of(StaticFiles.of(root).withCache(limits));
  }

  private String get(String target, String... fields) {
    String response = server.get(target, fields);
    return response.startsWith("HTTP/1.1 2")
        ? response.substring(response.indexOf("\r\n\r\n") + 4)
        : response.substring(9, 12);
  }

  private long openFiles() throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    assumeTrue(Files.isDirectory(descriptors));
    try (var open = Files.list(descriptors)) {
      return open.filter(this::isOfTest).count();
    }
  }

  private boolean isOfTest(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).startsWith(root);
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  // ---- How long -------------------------------------------------------------------------------

  @Test
  void looksAtAFileOnceASecond() throws IOException {
    file("a", "old");
    assertThat(get("/a")).isEqualTo("old");
    Files.writeString(root.resolve("a"), "newer");
    server.pass(Duration.ofMillis(999));
    assertThat(get("/a")).isEqualTo("old");
    server.pass(Duration.ofMillis(1));
    assertThat(get("/a")).isEqualTo("newer");
  }

  @Test
  void readsAFileAgainOnlyIfItChanged() throws IOException {
    file("a", "old");
    assertThat(get("/a")).isEqualTo("old");
    // What nobody does: other content, and all the rest the same. It shows that none was read.
    Files.writeString(root.resolve("a"), "new");
    Files.setLastModifiedTime(root.resolve("a"), FileTime.from(LONG_AGO));
    server.pass(Duration.ofSeconds(1));
    assertThat(get("/a")).isEqualTo("old");
  }

  @Test
  void readsAFileAgainIfAChangeMayNotShow() throws IOException {
    var now = FileTime.from(Instant.parse("2025-12-31T23:59:59Z"));
    Files.setLastModifiedTime(file("a", "old"), now);
    assertThat(get("/a")).isEqualTo("old");
    Files.writeString(root.resolve("a"), "new");
    Files.setLastModifiedTime(root.resolve("a"), now);
    server.pass(Duration.ofSeconds(1));
    assertThat(get("/a")).isEqualTo("new");
  }

  @Test
  void noticesThatAFileIsGoneOrHasCome() throws IOException {
    assertThat(get("/a")).isEqualTo("404");
    file("a", "x");
    assertThat(get("/a")).isEqualTo("x");
    Files.delete(root.resolve("a"));
    server.pass(Duration.ofSeconds(1));
    assertThat(get("/a")).isEqualTo("404");
  }

  @Test
  void noticesAnotherFileInItsPlace() throws IOException {
    file("a", "old");
    assertThat(get("/a")).isEqualTo("old");
    Files.move(file("b", "new"), root.resolve("a"), StandardCopyOption.REPLACE_EXISTING);
    server.pass(Duration.ofSeconds(1));
    assertThat(get("/a")).isEqualTo("new");
  }

  @Test
  void noticesThatAnIndexHasCome() throws IOException {
    assertThat(get("/")).contains("Nothing is here.");
    file("index.html", "index");
    assertThat(get("/")).isEqualTo("index");
  }

  @Test
  void noticesThatAVariantHasCome() throws IOException {
    file("a", "identity");
    assertThat(get("/a", "Accept-Encoding: gzip")).isEqualTo("identity");
    file("a.gz", "gzip");
    server.pass(Duration.ofSeconds(1));
    assertThat(get("/a", "Accept-Encoding: gzip")).isEqualTo("gzip");
    assertThat(get("/a")).isEqualTo("identity");
  }

  @Test
  void answersAllWhoAskAtOnceWithOneLook() throws IOException {
    file("a", "x".repeat(LARGE));
    var clients = new ArrayList<VirtualServer.Client>();
    for (int i = 0; i < 20; i++) {
      clients.add(server.connect());
    }
    long before = openFiles();
    for (var client : clients) {
      client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    server.pass(Duration.ofMillis(900));
    assertThat(openFiles()).isEqualTo(before + 1);
    for (var client : clients) {
      assertThat(client.received()).endsWith("\r\n\r\n" + "x".repeat(LARGE));
    }
  }

  // ---- How much -------------------------------------------------------------------------------

  @Test
  void keepsNothingIfToldSo() throws IOException {
    server = with(root, FileCacheLimits.defaults().withMemory(0, 1000));
    file("a", "old");
    file("b", "x".repeat(LARGE));
    long before = openFiles();
    assertThat(get("/a")).isEqualTo("old");
    Files.writeString(root.resolve("a"), "newer");
    assertThat(get("/a")).isEqualTo("newer");
    assertThat(get("/b")).hasSize(LARGE);
    assertThat(openFiles()).isEqualTo(before);
  }

  @Test
  void givesUpWhatHasNotBeenAskedForTheLongest() throws IOException {
    server = with(root, FileCacheLimits.defaults().withMemory(3 * 2048, 2048));
    for (String name : List.of("a", "b", "c")) {
      file(name, "x".repeat(500));
      assertThat(get("/" + name)).hasSize(500);
    }
    assertThat(get("/a")).hasSize(500);
    file("d", "x".repeat(1500));
    assertThat(get("/d")).hasSize(1500);
    for (String name : List.of("a", "b", "c", "d")) {
      Files.writeString(root.resolve(name), "new");
    }
    assertThat(get("/a")).hasSize(500);
    assertThat(get("/d")).hasSize(1500);
    assertThat(get("/b")).isEqualTo("new");
  }

  @Test
  void keepsAFewLargeFilesOpen() throws IOException {
    server = with(root, FileCacheLimits.defaults().withOpenFiles(3));
    long before = openFiles();
    file("small", "old");
    assertThat(get("/small")).isEqualTo("old");
    for (int i = 0; i < 10; i++) {
      file("" + i, "x".repeat(LARGE));
      assertThat(get("/" + i)).hasSize(LARGE);
      assertThat(get("/" + i, "Range: bytes=0-9")).hasSize(10);
    }
    assertThat(openFiles()).isEqualTo(before + 3);
    Files.writeString(root.resolve("small"), "newer");
    assertThat(get("/small")).as("small files stay").isEqualTo("old");
    server.pass(Duration.ofSeconds(1));
    Files.delete(root.resolve("9"));
    assertThat(get("/9")).isEqualTo("404");
    assertThat(openFiles()).isEqualTo(before + 2);
  }

  @Test
  void sendsAFileThatWasGivenUpWhileItWasLookedAtAgain() throws IOException {
    server = with(root, FileCacheLimits.defaults().withOpenFiles(1));
    server.host.blockingTakes(Duration.ofMillis(10), Duration.ofMillis(10));
    file("a", "a".repeat(LARGE));
    file("b", "b".repeat(LARGE));
    long before = openFiles();
    assertThat(get("/a")).hasSize(LARGE);
    server.pass(Duration.ofSeconds(1));
    var first = server.connect();
    var second = server.connect();
    first.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
    second.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    server.pass(Duration.ofSeconds(1));
    assertThat(first.received()).endsWith("\r\n\r\n" + "b".repeat(LARGE));
    assertThat(second.received()).endsWith("\r\n\r\n" + "a".repeat(LARGE));
    assertThat(openFiles()).isEqualTo(before + 1);
  }

  @Test
  void closesWhatItKeepsWhenTheReactorStops() throws IOException {
    long before = openFiles();
    file("a", "x".repeat(LARGE));
    assertThat(get("/a")).hasSize(LARGE);
    assertThat(openFiles()).isEqualTo(before + 1);
    server.host.run(reactor -> {
      reactor.stop();
      return Deferred.done();
    });
    server.pass(Duration.ofMinutes(1));
    assertThat(openFiles()).isEqualTo(before);
  }

  // ---- Files that change while they are sent --------------------------------------------------

  @Test
  void sendsTheFileThatItBeganWithThoughAnotherTakesItsPlace() throws IOException {
    file("a", "x".repeat(10 * LARGE));
    var client = server.connect();
    client.pause();
    client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    Files.move(
        file("b", "y".repeat(LARGE)), root.resolve("a"), StandardCopyOption.REPLACE_EXISTING);
    server.pass(Duration.ofSeconds(1));
    assertThat(get("/a")).isEqualTo("y".repeat(LARGE));
    client.resume();
    server.pass(Duration.ofSeconds(10));
    assertThat(client.received()).endsWith("\r\n\r\n" + "x".repeat(10 * LARGE));
  }

  @Test
  void sendsAsMuchAsItSaidOfAFileThatGrows() throws IOException {
    file("a", "x".repeat(10 * LARGE));
    var client = server.connect();
    client.pause();
    client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    Files.writeString(root.resolve("a"), "x".repeat(11 * LARGE));
    client.resume();
    server.pass(Duration.ofSeconds(10));
    assertThat(client.received()).endsWith("\r\n\r\n" + "x".repeat(10 * LARGE));
    assertThat(client.closed()).isFalse();
    assertThat(get("/a")).hasSize(11 * LARGE);
  }
}
