package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that lie compressed beside themselves. The content names the file that was chosen. */
class PrecompressedFilesTest {
  private static final Instant CHANGED = Instant.parse("1994-11-06T08:49:37Z");

  @TempDir Path root;
  private VirtualServer server;

  @BeforeEach
  void makeFiles() throws IOException {
    file("a.js", "identity....", CHANGED);
    file("a.js.br", "br", CHANGED);
    file("a.js.gz", "gz..", CHANGED.plusSeconds(5));
    file("a.js.zst", "zst", CHANGED);
    file("old.js", "identity", CHANGED);
    file("old.js.gz", "gz", CHANGED.minusSeconds(1));
    file("alone.js", "alone", CHANGED);
    server = VirtualServer.of(StaticFiles.of(root));
  }

  private void file(String name, String content, Instant changed) throws IOException {
    Path path = Files.writeString(root.resolve(name), content);
    Files.setLastModifiedTime(path, FileTime.from(changed));
  }

  private static String content(String response) {
    return response.substring(response.indexOf("\r\n\r\n") + 4);
  }

  private static String field(String response, String name) {
    return response
        .lines()
        .filter(line -> line.startsWith(name + ": "))
        .map(line -> line.substring(name.length() + 2))
        .findFirst()
        .orElse("none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip, deflate, br, zstd | br",
        "gzip | gz..",
        "x-gzip | gz..",
        "GZIP | gz..",
        "zstd, gzip | zst",
        "br;q=0.5, gzip;q=0.8 | gz..",
        "br; q=0.5, gzip ;q=0.500 | br",
        "br;q=0, gzip;q=0.001 | gz..",
        "br;q=0 | identity....",
        "* | br",
        "*;q=0.5, br;q=0 | zst",
        "identity, gzip;q=0.5 | identity....",
        "identity;q=0.5, gzip;q=0.5 | gz..",
        "identity;q=0, gzip;q=0.1 | gz..",
        "identity;q=0 | identity....",
        "*;q=0 | identity....",
        "deflate | identity....",
        "gzip;q=2 | identity....",
        "gzip;q=-1 | identity....",
        "gzip;q=1.0001 | identity....",
        "gzip;x=1 | identity....",
        ", | identity....",
        "'' | identity....",
      })
  void chooses(String accepted, String chosen) {
    String response = server.get("/a.js", "Accept-Encoding: " + accepted);
    assertThat(response).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(content(response)).isEqualTo(chosen);
    assertThat(field(response, "Vary")).isEqualTo("Accept-Encoding");
    assertThat(field(response, "Content-Type")).isEqualTo("text/javascript; charset=utf-8");
    String coding = chosen.replace(".", "").replace("gz", "gzip").replace("zst", "zstd");
    assertThat(field(response, "Content-Encoding"))
        .isEqualTo(coding.equals("identity") ? "none" : coding);
  }

  @Test
  void sendsTheFileAsItIsToWhoSaysNothing() {
    assertThat(content(server.get("/a.js"))).isEqualTo("identity....");
    assertThat(field(server.get("/a.js"), "Vary")).isEqualTo("Accept-Encoding");
  }

  @Test
  void doesNotVaryWithoutVariants() {
    assertThat(field(server.get("/alone.js", "Accept-Encoding: gzip"), "Vary")).isEqualTo("none");
  }

  @Test
  void leavesAVariantAloneThatIsOlder() {
    String response = server.get("/old.js", "Accept-Encoding: gzip");
    assertThat(content(response)).isEqualTo("identity");
    assertThat(field(response, "Vary")).isEqualTo("none");
  }

  @Test
  void leavesVariantsAloneIfToldSo() {
    var plain = VirtualServer.of(StaticFiles.of(root).withoutPrecompressed());
    assertThat(content(plain.get("/a.js", "Accept-Encoding: br"))).isEqualTo("identity....");
  }

  @Test
  void servesAVariantByItsOwnNameAsItIs() {
    String response = server.get("/a.js.gz", "Accept-Encoding: br");
    assertThat(content(response)).isEqualTo("gz..");
    assertThat(field(response, "Content-Type")).isEqualTo("application/gzip");
    assertThat(field(response, "Content-Encoding")).isEqualTo("none");
  }

  @Test
  void givesEachVariantAnEntityTagAndConditionsOfItsOwn() {
    String identity = field(server.get("/a.js"), "ETag");
    String gzip = field(server.get("/a.js", "Accept-Encoding: gzip"), "ETag");
    String br = field(server.get("/a.js", "Accept-Encoding: br"), "ETag");
    assertThat(new String[] {identity, gzip, br}).doesNotHaveDuplicates();
    String same = server.get("/a.js", "Accept-Encoding: gzip", "If-None-Match: " + gzip);
    assertThat(same).startsWith("HTTP/1.1 304 ");
    assertThat(field(same, "Vary")).isEqualTo("Accept-Encoding");
    assertThat(field(same, "ETag")).isEqualTo(gzip);
    assertThat(server.get("/a.js", "Accept-Encoding: br", "If-None-Match: " + gzip))
        .startsWith("HTTP/1.1 200 ");
    assertThat(server.get("/a.js", "Accept-Encoding: br", "If-Match: " + identity))
        .startsWith("HTTP/1.1 412 ");
  }

  @Test
  void countsRangesInTheVariant() {
    String response = server.get("/a.js", "Accept-Encoding: gzip", "Range: bytes=1-2");
    assertThat(response).startsWith("HTTP/1.1 206 ");
    assertThat(field(response, "Content-Range")).isEqualTo("bytes 1-2/4");
    assertThat(content(response)).isEqualTo("z.");
  }

  @Test
  void choosesForTheIndexOfADirectory() throws IOException {
    Files.createDirectories(root.resolve("d"));
    file("d/index.html", "identity", CHANGED);
    file("d/index.html.br", "br", CHANGED);
    assertThat(content(server.get("/d/", "Accept-Encoding: br"))).isEqualTo("br");
  }
}
