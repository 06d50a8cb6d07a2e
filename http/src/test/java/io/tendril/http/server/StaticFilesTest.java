package io.tendril.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.http.Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The file server as a client sees it: contract line H5. */
class StaticFilesTest {
  private static final String MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";

  @TempDir Path directory;
  private Path root;
  private VirtualServer server;

  @BeforeEach
  void makeFiles() throws IOException {
    root = Files.createDirectories(directory.resolve("root"));
    file("root/hello.txt", "hello");
    file("root/empty.css", "");
    file("root/.hidden", "secret");
    file("root/.git/config", "secret");
    file("root/with/index.html", "the index");
    file("root/with/other.html", "other");
    file("root/without/a b&<c>.txt", "x");
    file("root/without/javascript:alert(1)", "x");
    file("root/without/.hidden", "secret");
    Files.createDirectories(directory.resolve("root/without/sub"));
    file("outside/secret.txt", "secret");
    file("root-of-another/secret.txt", "secret");
    link("root/inside", "root/hello.txt");
    link("root/out", "outside/secret.txt");
    link("root/outdir", "outside");
    link("root/up", ".");
    link("root/tohidden", "root/.hidden");
    link("root/dangling", "nowhere");
    link("root/without/out", "outside/secret.txt");
    server = VirtualServer.of(StaticFiles.of(root));
  }

  @AfterEach
  void nothingFailed() {
    server.stop();
    assertThat(server.failures).isEmpty();
  }

  private void file(String name, String content) throws IOException {
    Path path = directory.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
    Files.setLastModifiedTime(path, FileTime.from(Instant.parse("1994-11-06T08:49:37Z")));
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(directory.resolve(name), directory.resolve(target));
  }

  private static String content(String response) {
    return response.substring(response.indexOf("\r\n\r\n") + 4);
  }

  private static String field(String response, String name) {
    return response
        .lines()
        .filter(line -> line.regionMatches(true, 0, name + ": ", 0, name.length() + 2))
        .map(line -> line.substring(name.length() + 2))
        .findFirst()
        .orElse("none");
  }

  // ---- Whole files ----------------------------------------------------------------------------

  @Test
  void servesAFile() {
    String response = server.get("/hello.txt");
    assertThat(response).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(content(response)).isEqualTo("hello");
    assertThat(field(response, "Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(field(response, "Content-Length")).isEqualTo("5");
    assertThat(field(response, "Last-Modified")).isEqualTo(MODIFIED);
    assertThat(field(response, "Accept-Ranges")).isEqualTo("bytes");
    assertThat(field(response, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(field(response, "ETag")).matches("\"[0-9a-f-]+\"");
  }

  @Test
  void servesAFileWhateverTheQuery() {
    assertThat(content(server.get("/hello.txt?v=1&/../x"))).isEqualTo("hello");
  }

  @Test
  void servesAFileByAnAbsoluteTarget() {
    assertThat(content(server.get("http://elsewhere/hello.txt"))).isEqualTo("hello");
  }

  @Test
  void tellsOfAFileWithoutItsContent() {
    String response = server.request("HEAD", "/hello.txt");
    assertThat(response).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(field(response, "Content-Length")).isEqualTo("5");
    assertThat(content(response)).isEmpty();
  }

  @Test
  void servesAnEmptyFile() {
    String response = server.get("/empty.css");
    assertThat(response).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(field(response, "Content-Length")).isEqualTo("0");
  }

  @Test
  void servesALargeFile() throws IOException {
    String large = "0123456789abcdef".repeat(100_000);
    file("root/large.bin", large);
    String response = server.get("/large.bin");
    assertThat(field(response, "Content-Type")).isEqualTo("application/octet-stream");
    assertThat(content(response)).isEqualTo(large);
  }

  @Test
  void followsALinkThatStaysInside() {
    assertThat(content(server.get("/inside"))).isEqualTo("hello");
  }

  @Test
  void decodesNames() throws IOException {
    assumeTrue(System.getProperty("sun.jnu.encoding").equals("UTF-8"));
    file("root/\u00e4 \u20ac.txt", "here");
    assertThat(content(server.get("/%C3%A4%20%E2%82%AC.txt"))).isEqualTo("here");
  }

  // ---- What is not served ---------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../outside/secret.txt",
        "/%2e%2e/outside/secret.txt",
        "/%2E%2E%2Foutside%2Fsecret.txt",
        "/..%2foutside/secret.txt",
        "/with/../../outside/secret.txt",
        "/..\\outside\\secret.txt",
        "/..%5coutside%5csecret.txt",
        "/%c0%ae%c0%ae/outside/secret.txt",
        "/%252e%252e/outside/secret.txt",
        "/../root-of-another/secret.txt",
        "//etc/passwd",
        "///etc/passwd",
        "/%2fetc%2fpasswd",
        "/hello.txt%00",
        "/hello.txt%00.png",
        "/hello.txt/",
        "/hello.txt/x",
        "/out",
        "/outdir",
        "/outdir/",
        "/outdir/secret.txt",
        "/up/",
        "/up/outside/secret.txt",
        "/tohidden",
        "/dangling",
        "/.hidden",
        "/.git/config",
        "/%2ehidden",
        "/.",
        "/..",
        "/nothing",
      })
  void doesNotServe(String target) {
    assertThat(server.get(target))
        .containsPattern("\\AHTTP/1.1 40[04] ")
        .doesNotContain("secret", "root:", directory.toString());
  }

  @Test
  void refusesOtherMethods() {
    assertThat(server.request("POST", "/hello.txt"))
        .startsWith("HTTP/1.1 405 Method Not Allowed\r\n")
        .contains("\r\nAllow: GET, HEAD, OPTIONS\r\n");
    assertThat(server.request("BREW", "/hello.txt")).startsWith("HTTP/1.1 501 Not Implemented\r\n");
  }

  // ---- Conditions and ranges ------------------------------------------------------------------

  @Test
  void answers304ToWhoHasTheFile() {
    String etag = field(server.get("/hello.txt"), "ETag");
    String response = server.get("/hello.txt", "If-None-Match: " + etag);
    assertThat(response).startsWith("HTTP/1.1 304 Not Modified\r\n");
    assertThat(field(response, "ETag")).isEqualTo(etag);
    assertThat(content(response)).isEmpty();
    assertThat(server.get("/hello.txt", "If-Modified-Since: " + MODIFIED))
        .startsWith("HTTP/1.1 304 Not Modified\r\n");
  }

  @Test
  void answers412WhenTheConditionFails() {
    assertThat(server.get("/hello.txt", "If-Match: \"other\"")).startsWith("HTTP/1.1 412 ");
  }

  @Test
  void changesTheEntityTagWithTheFile() throws IOException {
    String before = field(server.get("/hello.txt"), "ETag");
    Files.setLastModifiedTime(root.resolve("hello.txt"), FileTime.from(Instant.EPOCH));
    server.pass(Duration.ofSeconds(1));
    assertThat(field(server.get("/hello.txt"), "ETag")).isNotEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"bytes=1-3, ell, 1-3", "bytes=3-, lo, 3-4", "bytes=-2, lo, 3-4"})
  void servesARange(String range, String content, String told) {
    String response = server.get("/hello.txt", "Range: " + range);
    assertThat(response).startsWith("HTTP/1.1 206 Partial Content\r\n");
    assertThat(field(response, "Content-Range")).isEqualTo("bytes " + told + "/5");
    assertThat(content(response)).isEqualTo(content);
  }

  @Test
  void servesARangeOfALargeFile() throws IOException {
    String large = "0123456789".repeat(100_000);
    file("root/large.bin", large);
    String response = server.get("/large.bin", "Range: bytes=123456-654321");
    assertThat(response).startsWith("HTTP/1.1 206 ");
    assertThat(content(response)).isEqualTo(large.substring(123_456, 654_322));
  }

  @Test
  void answers416ToARangeBehindTheEnd() {
    String response = server.get("/hello.txt", "Range: bytes=5-");
    assertThat(response).startsWith("HTTP/1.1 416 Range Not Satisfiable\r\n");
    assertThat(field(response, "Content-Range")).isEqualTo("bytes */5");
  }

  @Test
  void servesTheWholeFileIfTheRangeIsOfAnother() {
    assertThat(content(server.get("/hello.txt", "Range: bytes=0-0", "If-Range: \"other\"")))
        .isEqualTo("hello");
    assertThat(content(server.get("/hello.txt", "Range: bytes=0-0", "If-Range: " + MODIFIED)))
        .isEqualTo("h");
  }

  @Test
  void servesSeveralRanges() throws IOException {
    file("root/ranges.txt", "0123456789".repeat(100));
    String response = server.get("/ranges.txt", "Range: bytes=0-2,-3");
    assertThat(response).startsWith("HTTP/1.1 206 Partial Content\r\n");
    String type = field(response, "Content-Type");
    assertThat(type).matches("multipart/byteranges; boundary=[0-9a-f]+");
    String boundary = type.substring(type.indexOf('=') + 1);
    String content =
        """
        --B
        Content-Type: text/plain; charset=utf-8
        Content-Range: bytes 0-2/1000

        012
        --B
        Content-Type: text/plain; charset=utf-8
        Content-Range: bytes 997-999/1000

        789
        --B--
        """
            .replace("\n", "\r\n")
            .replace("B", boundary);
    assertThat(content(response).replace(boundary, "B")).isEqualTo(content.replace(boundary, "B"));
    assertThat(field(response, "Content-Length")).isEqualTo("" + content.length());
    assertThat(response.substring(0, response.indexOf("\r\n\r\n"))).doesNotContain("Content-Range");
  }

  @Test
  void servesSeveralRangesOfALargeFile() throws IOException {
    String large = "0123456789".repeat(100_000);
    file("root/large.bin", large);
    String response = server.get("/large.bin", "Range: bytes=5-200004,500000-,300001-300001");
    assertThat(content(response))
        .contains("\r\n\r\n" + large.substring(5, 200_005) + "\r\n--")
        .contains("\r\n\r\n" + large.substring(500_000) + "\r\n--")
        .contains("Content-Range: bytes 300001-300001/1000000\r\n\r\n1\r\n--");
    assertThat(field(response, "Content-Length")).isEqualTo("" + content(response).length());
  }

  @Test
  void servesOneRangeForSeveralThatTouch() {
    String response = server.get("/hello.txt", "Range: bytes=0-0,2-2");
    assertThat(field(response, "Content-Range")).isEqualTo("bytes 0-2/5");
    assertThat(content(response)).isEqualTo("hel");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-0,x", "lines=1-2", "bytes=", "bytes=3-1"})
  void servesTheWholeFileForARangeThatIsNone(String range) {
    String response = server.get("/hello.txt", "Range: " + range);
    assertThat(response).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(content(response)).isEqualTo("hello");
  }

  @Test
  void heedsNoRangeForHead() {
    assertThat(server.request("HEAD", "/hello.txt", "Range: bytes=0-0"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("\r\nContent-Length: 5\r\n");
  }

  // ---- Directories ----------------------------------------------------------------------------

  @Test
  void servesTheIndexOfADirectory() {
    assertThat(content(server.get("/with/"))).isEqualTo("the index");
  }

  @Test
  void addsTheSlashOfADirectory() {
    String response = server.get("/with?a=b");
    assertThat(response).startsWith("HTTP/1.1 301 Moved Permanently\r\n");
    assertThat(field(response, "Location")).isEqualTo("/with/?a=b");
  }

  @Test
  void listsADirectory() {
    String page = content(server.get("/without/"));
    assertThat(page)
        .contains("<title>/without/</title>")
        .contains("<a href=\"../\">Index</a><span>/</span>without")
        .contains("href=\"../\"><span>..</span>")
        .contains("<a class=\"directory\" href=\"./sub/\"><span>sub/</span><small></small>")
        .contains("<a href=\"./a%20b%26%3Cc%3E.txt\"><span>a b&amp;&lt;c&gt;.txt</span>")
        .contains("</span><small>1 B</small><small>1994-11-06 08:49</small></a>")
        .contains("href=\"./javascript%3Aalert%281%29\"")
        .contains("1 directory. 2 files, 2 B.")
        .doesNotContain("hidden", ">out<", "<c>");
    assertThat(page.indexOf("sub/")).isLessThan(page.indexOf("a b&amp;"));
  }

  @Test
  void listsTheRootWithoutAWayUp() {
    assertThat(content(server.get("/")))
        .contains("hello.txt", "inside", "with/")
        .doesNotContain("../", "outdir", "dangling", ".git");
  }

  @Test
  void listsNothingIfToldSo() {
    var closed = VirtualServer.of(StaticFiles.of(root).withoutListing());
    assertThat(closed.get("/")).startsWith("HTTP/1.1 404 ");
    assertThat(content(closed.get("/with/"))).isEqualTo("the index");
  }

  @Test
  void servesAnIndexOfAnotherName() {
    var other = VirtualServer.of(StaticFiles.of(root).withIndex("other.html"));
    assertThat(content(other.get("/with/"))).isEqualTo("other");
  }

  @Test
  void escapesThePathOfAListing() throws IOException {
    Files.createDirectories(root.resolve("<b>\"&'"));
    String page = new String(content(server.get("/%3Cb%3E%22&'/")).getBytes(ISO_8859_1), UTF_8);
    assertThat(page).contains("/&lt;b&gt;&quot;&amp;&#39;/").doesNotContain("<b>");
  }

  // ---- Options --------------------------------------------------------------------------------

  @Test
  void showsHiddenFilesIfToldSo() {
    var all = VirtualServer.of(StaticFiles.of(root).withHidden());
    assertThat(content(all.get("/.hidden"))).isEqualTo("secret");
    assertThat(content(all.get("/tohidden"))).isEqualTo("secret");
    assertThat(content(all.get("/"))).contains(".git/", ".hidden").doesNotContain("outdir");
    assertThat(all.get("/../outside/secret.txt")).startsWith("HTTP/1.1 404 ");
    assertThat(all.get("/out")).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void followsLinksOutIfToldSo() {
    var all = VirtualServer.of(StaticFiles.of(root).withLinksOut());
    assertThat(content(all.get("/out"))).isEqualTo("secret");
    assertThat(content(all.get("/outdir/secret.txt"))).isEqualTo("secret");
    assertThat(content(all.get("/"))).contains("outdir/").doesNotContain("dangling", ".git");
    assertThat(all.get("/../outside/secret.txt")).startsWith("HTTP/1.1 404 ");
    assertThat(all.get("/tohidden")).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void setsFields() {
    var set =
        VirtualServer.of(
            StaticFiles.of(root)
                .withFields(Headers.of("Cache-Control", "max-age=60", "Content-Type", "text/x")));
    for (String target : new String[] {"/hello.txt", "/"}) {
      assertThat(field(set.get(target), "Cache-Control")).isEqualTo("max-age=60");
    }
    assertThat(field(set.get("/hello.txt"), "Content-Type")).isEqualTo("text/x");
    assertThat(field(set.get("/hello.txt", "If-None-Match: *"), "Cache-Control"))
        .isEqualTo("max-age=60");
  }

  @Test
  void knowsTypesThatItIsTold() {
    var set = VirtualServer.of(StaticFiles.of(root).withType("TXT", "text/special"));
    assertThat(field(set.get("/hello.txt"), "Content-Type")).isEqualTo("text/special");
    assertThat(field(set.get("/empty.css"), "Content-Type")).startsWith("text/css");
  }

  @Test
  void servesBelowAPrefix() {
    var site =
        VirtualServer.of(Router.of(routes -> routes.mount("/assets/v1", StaticFiles.of(root))));
    assertThat(content(site.get("/assets/v1/hello.txt"))).isEqualTo("hello");
    assertThat(field(site.get("/assets/v1/with?q"), "Location")).isEqualTo("/assets/v1/with/?q");
    assertThat(content(site.get("/assets/v1/"))).contains("<h1>Index</h1>").doesNotContain("../");
    assertThat(field(site.get("/assets/v1"), "Location")).isEqualTo("/assets/v1/");
    for (String target :
        new String[] {"/hello.txt", "/assets/v1/../hello.txt", "/assets/hello.txt"}) {
      assertThat(site.get(target)).startsWith("HTTP/1.1 404 ");
    }
  }

  @Test
  void tellsWhatCanBeDone() {
    assertThat(server.request("OPTIONS", "/hello.txt"))
        .startsWith("HTTP/1.1 204 ")
        .contains("\r\nAllow: GET, HEAD, OPTIONS\r\n");
  }

  // ---- Bad times ------------------------------------------------------------------------------

  @Test
  void closesAFileThatNobodyWaitsForAnyMore() throws IOException {
    file("root/large.bin", "x".repeat(10_000_000));
    long before = openFiles();
    for (int i = 0; i < 20; i++) {
      var client = server.connect();
      client.pause();
      client.send("GET /large.bin HTTP/1.1\r\nHost: h\r\n\r\n");
      client.abort();
    }
    server.pass(Duration.ofMinutes(2));
    assertThat(openFiles()).isLessThan(before + 10);
  }

  private static long openFiles() throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    assumeTrue(Files.isDirectory(descriptors));
    try (var open = Files.list(descriptors)) {
      return open.count();
    }
  }

  @Test
  void abortsAResponseWhoseFileIsCutShort() throws IOException {
    file("root/large.bin", "x".repeat(10_000_000));
    var client = server.connect();
    client.pause();
    client.send("GET /large.bin HTTP/1.1\r\nHost: h\r\n\r\n");
    Files.writeString(root.resolve("large.bin"), "x".repeat(1_000_000));
    client.resume();
    server.pass(Duration.ofSeconds(10));
    assertThat(client.closed()).isTrue();
    assertThat(content(client.received())).hasSizeLessThanOrEqualTo(1_000_000);
  }
}
