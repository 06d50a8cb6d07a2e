package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.testing.Program;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as programs fetch them that people use: curl, wget, Chromium. */
@Tag("interop")
class BrowsersTest {
  @TempDir Path directory;
  private Path root;

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectories(directory.resolve("root"));
  }

  /** Runs a program, and returns what it prints on its standard output. */
  private String run(String program, String... arguments) throws Exception {
    return Program.named(program).in(directory).run(arguments).succeeded();
  }

  private LiveServer serve() throws Exception {
    return LiveServer.of(StaticFiles.of(root));
  }

  private static String url(LiveServer server, String path) {
    return "http://127.0.0.1:" + server.port + path;
  }

  // ---- curl -----------------------------------------------------------------------------------

  @Test
  void givesCurlSeveralRanges() throws Exception {
    Files.writeString(root.resolve("a"), "0123456789".repeat(1_000));
    try (var server = serve()) {
      String parts = run("curl", "-sS", "-r", "0-3,5000-5003,-2", url(server, "/a"));
      assertThat(parts)
          .containsSubsequence(
              "Content-Range: bytes 0-3/10000\r\n\r\n0123\r\n--",
              "Content-Range: bytes 5000-5003/10000\r\n\r\n0123\r\n--",
              "Content-Range: bytes 9998-9999/10000\r\n\r\n89\r\n--");
    }
  }

  @Test
  void givesCurlWhatWasCompressedAheadOfTime() throws Exception {
    Files.writeString(root.resolve("a.txt"), "hello hello hello");
    run("gzip", "-k", "" + root.resolve("a.txt"));
    try (var server = serve()) {
      String compressed =
          run("curl", "-sSi", "-H", "Accept-Encoding: gzip", "--compressed", url(server, "/a.txt"));
      assertThat(compressed)
          .contains("\r\nContent-Encoding: gzip\r\n", "\r\nContent-Type: text/plain")
          .endsWith("\r\n\r\nhello hello hello");
    }
  }

  // ---- wget -----------------------------------------------------------------------------------

  @Test
  void letsWgetMirrorADirectoryByItsListings() throws Exception {
    var names = List.of("plain", "two words", "a:b", "100%", "a&b", "q?x", "#1", "it's", "a+b;c=d");
    for (String name : names) {
      Path sub = Files.createDirectories(root.resolve("sub").resolve(name));
      Files.writeString(sub.resolve(name + ".txt"), "content of " + name);
    }
    try (var server = serve()) {
      run(
          "wget",
          "-q",
          "-r",
          "-np",
          "-nH",
          "--reject",
          "index.html*",
          "-e",
          "robots=off",
          "--restrict-file-names=nocontrol",
          "-P",
          "mirror",
          url(server, "/sub/"));
    }
    for (String name : names) {
      Path copy = directory.resolve("mirror/sub").resolve(name).resolve(name + ".txt");
      assertThat(copy).as(name).hasContent("content of " + name);
    }
  }

  @Test
  void letsWgetGoOnWhereItStopped() throws Exception {
    String content = "0123456789".repeat(100_000);
    Files.writeString(root.resolve("a"), content);
    Files.writeString(directory.resolve("a"), content.substring(0, 123_456));
    try (var server = serve()) {
      run("wget", "-q", "-c", "-P", "" + directory, url(server, "/a"));
    }
    assertThat(directory.resolve("a")).hasContent(content);
  }

  // ---- Chromium -------------------------------------------------------------------------------

  @Test
  void showsAPageOfManyImagesInChromium() throws Exception {
    for (int i = 0; i < 200; i++) {
      var image = new BufferedImage(7, 7, BufferedImage.TYPE_INT_RGB);
      image.setRGB(3, 3, i * 1000);
      ImageIO.write(image, "png", root.resolve(i + ".png").toFile());
    }
    String images =
        IntStream.range(0, 200)
            .mapToObj(i -> "<img src=\"" + i + ".png\">")
            .collect(Collectors.joining());
    Files.writeString(
        root.resolve("index.html"),
        """
        <!doctype html><title>not loaded</title>IMAGES<script>
        onload = () => document.title = [...document.images]
            .filter(image => image.complete && image.naturalWidth == 7).length + " are here"
        </script>
        """
            .replace("IMAGES", images));
    try (var server = serve()) {
      String page =
          run(
              "chromium",
              "--headless",
              "--no-sandbox",
              "--disable-gpu",
              "--no-first-run",
              "--user-data-dir=" + directory.resolve("profile"),
              "--timeout=60000",
              "--dump-dom",
              url(server, "/"));
      assertThat(page).contains("<title>200 are here</title>");
    }
  }
}
