package io.tendril.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.testing.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebCommandTest {
  private static final String HERE = "tcp:0:interface=127.0.0.1";

  @TempDir Path directory;

  private static Running<WebCommand> web(String... arguments) throws Exception {
    return new Running<>(new WebCommand(), WebCommand::start, arguments);
  }

  private static List<String> urls(String out) {
    return Pattern.compile("http://\\S+")
        .matcher(out)
        .results()
        .map(found -> found.group())
        .toList();
  }

  private static HttpResponse<String> get(String url) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20)).build();
      return client.send(request, BodyHandlers.ofString());
    }
  }

  @Test
  void servesADirectoryAndSaysWhere() throws Exception {
    Files.writeString(directory.resolve("a.txt"), "hello");
    try (var web = web("--path", "" + directory, "--listen", HERE)) {
      assertThat(web.out()).startsWith("Serving " + directory + " at http://127.0.0.1:");
      String url = urls(web.out()).getFirst();
      assertThat(get(url + "a.txt").body()).isEqualTo("hello");
      assertThat(get(url).body()).contains(">a.txt<");
      assertThat(get(url + "b.txt").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void showsAPageIfThereIsNothingToServe() throws Exception {
    try (var web = web("--listen", HERE)) {
      HttpResponse<String> page = get(urls(web.out()).getFirst());
      assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
      assertThat(page.body()).contains("tendril web --path");
    }
  }

  @Test
  void listensInSeveralPlaces() throws Exception {
    try (var web = web("--listen", HERE, "--listen", HERE)) {
      assertThat(urls(web.out())).hasSize(2).doesNotHaveDuplicates();
      for (String url : urls(web.out())) {
        assertThat(get(url).statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  @Tag("interop")
  void servesOnAUnixSocket() throws Exception {
    Files.writeString(directory.resolve("a.txt"), "hello");
    String endpoint = "unix:" + directory.resolve("s") + ":mode=0600";
    try (var web = web("--path", "" + directory, "--listen", endpoint, "--log", "-")) {
      assertThat(web.out()).startsWith("Serving " + directory + " at " + endpoint);
      var curl = Program.named("curl");
      String[] get = {
        "-sS", "--max-time", "60", "--unix-socket", "" + directory.resolve("s"), "http://x/a.txt"
      };
      assertThat(curl.run(get).succeeded()).isEqualTo("hello");
      assertThat(web.lineWith("GET /a.txt")).startsWith("- - - [").contains("\" 200 ");
    }
    assertThat(directory.resolve("s")).doesNotExist();
  }

  @Test
  void logsToTheStandardOutput() throws Exception {
    try (var web = web("--listen", HERE, "--log", "-")) {
      get(urls(web.out()).getFirst() + "x");
      assertThat(web.lineWith("GET /x")).startsWith("127.0.0.1 - - [").contains("\" 200 ");
    }
  }

  @Test
  void logsToAFile() throws Exception {
    Path log = directory.resolve("log");
    try (var web = web("--listen", HERE, "--log", "" + log)) {
      get(urls(web.out()).getFirst() + "x");
    }
    assertThat(log).content().contains("\"GET /x HTTP/1.1\" 200 ");
  }

  @Test
  @Tag("interop")
  void goesOnInANewLogOnHangup() throws Exception {
    Hearing.needHangup();
    Path log = directory.resolve("log");
    Path moved = directory.resolve("log.1");
    Program java = Program.named(Path.of(System.getProperty("java.home"), "bin", "java") + "");
    try (var web =
        java.start(
            "-cp",
            System.getProperty("java.class.path"),
            "io.tendril.cli.Main",
            "web",
            "--listen",
            HERE,
            "--log",
            "" + log)) {
      web.awaitOutput("http://");
      String url = urls(web.output()).getFirst();
      get(url + "before");
      web.await("the first line", () -> Files.readString(log).contains("GET /before "));
      Files.move(log, moved);
      Program.named("kill").run("-HUP", "" + web.process().pid()).succeeded();
      web.await("the new file", () -> Files.exists(log));
      get(url + "after");
      web.await("the second line", () -> Files.readString(log).contains("GET /after "));
    }
    assertThat(moved).content().contains("GET /before ").doesNotContain("GET /after ");
  }

  @Test
  void saysThatThereIsNoSuchDirectory() {
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> web("--path", "" + missing, "--listen", HERE).close())
        .hasMessage("there is no directory '" + missing + "'");
  }

  @Test
  void saysThatTheLogCannotBeWritten() {
    assertThatThrownBy(() -> web("--listen", HERE, "--log", directory + "/no/log").close())
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 8080, tcp:8080, http://127.0.0.1:8080/",
    "0.0.0.0, 8080, tcp:8080, http://localhost:8080/",
    "::1, 80, tcp:80, http://[0:0:0:0:0:0:0:1]/",
    "127.0.0.1, 8443, tls:8443:cert=a.pem, https://127.0.0.1:8443/",
    "0.0.0.0, 443, tls:tcp:443:cert=a.pem, https://localhost/",
    "127.0.0.1, 80, tls:80:cert=a.pem, https://127.0.0.1:80/",
  })
  void showsWhatToOpen(String address, int port, String endpoint, String url) throws Exception {
    var socket = new InetSocketAddress(InetAddress.getByName(address), port);
    assertThat(WebCommand.url(socket, Place.of(endpoint))).isEqualTo(url);
  }

  // ---- Options --------------------------------------------------------------------------------

  @Test
  void servesAsTheOptionsSay() throws Exception {
    Path root = Files.createDirectories(directory.resolve("root/sub")).getParent();
    Files.writeString(root.resolve("start.html"), "started");
    Files.writeString(directory.resolve("elsewhere"), "elsewhere");
    Files.createSymbolicLink(root.resolve("link"), directory.resolve("elsewhere"));
    String[] plain = {"--path", "" + root, "--listen", HERE};
    try (var web = web(plain)) {
      String url = urls(web.out()).getFirst();
      assertThat(get(url).body()).contains(">start.html<").doesNotContain(">link<");
      assertThat(get(url + "link").statusCode()).isEqualTo(404);
      assertThat(get(url + "sub/").statusCode()).isEqualTo(200);
    }
    String[] options = {
      "--path",
      "" + root,
      "--listen",
      HERE,
      "--index",
      "start.html",
      "--no-listing",
      "--follow-links",
      "--header",
      "X-One: 1",
      "--header",
      "x-two:2",
      "--header",
      "X-One:3"
    };
    try (var web = web(options)) {
      String url = urls(web.out()).getFirst();
      assertThat(get(url).body()).isEqualTo("started");
      assertThat(get(url + "link").body()).isEqualTo("elsewhere");
      assertThat(get(url + "sub/").statusCode()).isEqualTo(404);
      for (String target : List.of("", "link", "sub", "sub/", "nothing", "%00", "..%2f")) {
        assertThat(get(url + target).headers().allValues("X-One"))
            .as(target)
            .containsExactly("1", "3");
      }
      assertThat(get(url).headers().firstValue("X-Two")).hasValue("2");
    }
  }

  @Test
  void putsFieldsInWhatItAnswersToWhatIsNoRequest() throws Exception {
    try (var web = web("--listen", HERE, "--header", "X-One: 1");
        var socket = new Socket("127.0.0.1", URI.create(urls(web.out()).getFirst()).getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write("nonsense\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 400 Bad Request\r\n")
          .contains("\r\nX-One: 1\r\n");
    }
  }

  @Test
  void putsFieldsInTheDemonstrationToo() throws Exception {
    try (var web = web("--listen", HERE, "--header", "Cache-Control: no-store")) {
      assertThat(get(urls(web.out()).getFirst()).headers().firstValue("Cache-Control"))
          .hasValue("no-store");
    }
  }

  @Test
  void letsNoBrowserGuessWhatItIs() throws Exception {
    Files.writeString(directory.resolve("page.html"), "page");
    try (var web = web("--path", "" + directory, "--listen", HERE)) {
      for (String target : List.of("", "page.html", "nothing", "%00")) {
        assertThat(get(urls(web.out()).getFirst() + target).headers())
            .extracting(headers -> headers.allValues("X-Content-Type-Options"))
            .as(target)
            .isEqualTo(List.of("nosniff"));
      }
    }
    try (var web = web("--listen", HERE, "--header", "x-content-type-options: unset")) {
      assertThat(get(urls(web.out()).getFirst()).headers().allValues("X-Content-Type-Options"))
          .containsExactly("unset");
    }
  }

  @Test
  void limitsTheContentOfRequests() throws Exception {
    try (var web = web("--listen", HERE, "--max-body", "1K")) {
      URI url = URI.create(urls(web.out()).getFirst());
      try (var client = HttpClient.newHttpClient()) {
        for (int length : new int[] {1024, 1025}) {
          var post =
              HttpRequest.newBuilder(url)
                  .timeout(Duration.ofSeconds(20))
                  .POST(BodyPublishers.ofByteArray(new byte[length]))
                  .build();
          assertThat(client.send(post, BodyHandlers.ofString()).statusCode())
              .isEqualTo(length > 1024 ? 413 : 200);
        }
      }
    }
  }

  @Test
  void logsJsonToTheStandardOutput() throws Exception {
    try (var web = web("--listen", HERE, "--log-format", "json")) {
      get(urls(web.out()).getFirst() + "x");
      assertThat(web.lineWith("\"/x\"")).startsWith("{\"time\":\"").contains("\"status\":200,");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--header X|'X' has no colon",
        "--header 'X Y:1'|X Y",
        "--header :1|field name",
        "--header Date:now|the server itself writes Date",
        "--max-body 1T|'1T' is no size",
        "--max-body -1|'-1' is no size",
        "--max-body ''|is no size",
        "--log-format xml|'xml' is neither combined nor json",
        "--index a/b|'a/b'",
        "--index ..|'..'",
        "--path|--path",
        "--pth .|--pth",
        "extra|extra",
      })
  void endsWithOneLineForABadOption(String arguments, String complaint) {
    var err = new StringWriter();
    List<String> words =
        Stream.concat(
                Stream.of("web"),
                Pattern.compile("'([^']*)'|\\S+")
                    .matcher(arguments)
                    .results()
                    .map(word -> word.group().replace("'", "")))
            .toList();
    int status =
        Main.run(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err),
            List.of(new WebCommand()),
            words.toArray(String[]::new));
    assertThat(status).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("tendril web: ")
        .contains(complaint);
  }

  // ---- As a process ---------------------------------------------------------------------------

  private record Ended(int status, String printed) {}

  private Process start(String... arguments) throws IOException {
    return start(Map.of(), arguments);
  }

  private Process start(Map<String, String> environment, String... arguments) throws IOException {
    var command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.tendril.cli.Main"));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("printed").toFile())
        .start();
  }

  private Ended end(Process process) throws Exception {
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ended").isTrue();
      return new Ended(process.exitValue(), Files.readString(directory.resolve("printed")));
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp:notaport", "carrier:pigeon", ""})
  void endsWithOneLineForABadEndpoint(String endpoint) throws Exception {
    Ended ended = end(start("web", "--listen", endpoint));
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.printed().lines())
        .singleElement()
        .asString()
        .startsWith("error: endpoint '" + endpoint + "'");
  }

  @Test
  void endsWithOneLineWhenThePortIsTaken() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String endpoint = "tcp:" + taken.getLocalPort() + ":interface=127.0.0.1";
      Ended ended = end(start("web", "--listen", endpoint));
      assertThat(ended.status()).isEqualTo(1);
      assertThat(ended.printed().lines())
          .singleElement()
          .asString()
          .startsWith("error: cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  private String await(Process web) throws Exception {
    Path printed = directory.resolve("printed");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Files.readString(printed).contains("Serving") && System.nanoTime() < end) {
      assertThat(web.waitFor(20, TimeUnit.MILLISECONDS)).isFalse();
    }
    return urls(Files.readString(printed)).getFirst();
  }

  @Test
  void drainsWhenItIsTerminated() throws Exception {
    Process web = start("web", "--listen", HERE);
    assertThat(get(await(web)).statusCode()).isEqualTo(200);
    web.destroy();
    assertThat(end(web).status()).isZero();
  }

  private static void need(String name) {
    Path tool = Path.of("/usr/bin", name);
    assumeTrue(
        Files.isExecutable(tool) || "required".equals(System.getenv("TENDRIL_INTEROP")),
        "there is no " + name);
  }

  /// More than the sockets of both sides hold, so that most of it is still to come.
  @Test
  @Tag("interop")
  void completesADownloadWhenItIsTerminated() throws Exception {
    need("curl");
    byte[] content = new byte[24 << 20];
    new Random(1).nextBytes(content);
    Files.write(Files.createDirectories(directory.resolve("root")).resolve("large"), content);
    Path copy = directory.resolve("copy");
    Process web = start("web", "--path", "" + directory.resolve("root"), "--listen", HERE);
    try {
      String url = await(web);
      Process curl =
          new ProcessBuilder(
                  "curl",
                  "-sS",
                  "--noproxy",
                  "*",
                  "--max-time",
                  "60",
                  "--limit-rate",
                  "8M",
                  "-o",
                  "" + copy,
                  url + "large")
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("curl").toFile())
              .start();
      try {
        while (!Files.exists(copy) || Files.size(copy) == 0) {
          assertThat(curl.waitFor(5, TimeUnit.MILLISECONDS)).isFalse();
        }
        web.destroy();
        assertThat(Files.size(copy)).isLessThan(content.length);
        assertThat(curl.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(curl.exitValue()).as(Files.readString(directory.resolve("curl"))).isZero();
      } finally {
        curl.destroyForcibly();
      }
      assertThat(copy).hasBinaryContent(content);
      assertThat(end(web).status()).isZero();
    } finally {
      web.destroyForcibly();
    }
  }

  /// The names are made by a shell: this Java may be unable to.
  @ParameterizedTest
  @CsvSource({"C, 404", "C.UTF-8, 200"})
  @Tag("interop")
  void saysWhatTheLocaleKeepsItFromServing(String locale, int status) throws Exception {
    Path root = Files.createDirectories(directory.resolve("root"));
    Process shell =
        new ProcessBuilder(
                "/bin/sh", "-c", "printf x > \"$(printf '%s/\\303\\244' \"$1\")\"", "sh", "" + root)
            .start();
    assertThat(shell.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(shell.exitValue()).isZero();
    Process web = start(Map.of("LC_ALL", locale), "web", "--path", "" + root, "--listen", HERE);
    try {
      assertThat(get(await(web) + "%C3%A4").statusCode()).isEqualTo(status);
      web.destroy();
      Ended ended = end(web);
      assertThat(ended.status()).isZero();
      assertThat(ended.printed().contains("LC_ALL=C.UTF-8")).isEqualTo(status == 404);
    } finally {
      web.destroyForcibly();
    }
  }
}
