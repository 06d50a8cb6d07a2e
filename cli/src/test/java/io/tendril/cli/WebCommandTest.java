package io.tendril.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    "127.0.0.1, 8080, http://127.0.0.1:8080/",
    "0.0.0.0, 8080, http://localhost:8080/",
    "::1, 80, http://[0:0:0:0:0:0:0:1]/",
  })
  void showsWhatToOpen(String address, int port, String url) throws Exception {
    assertThat(WebCommand.url(new InetSocketAddress(InetAddress.getByName(address), port), "x"))
        .isEqualTo(url);
  }

  // ---- As a process ---------------------------------------------------------------------------

  private record Ended(int status, String printed) {}

  private Process start(String... arguments) throws IOException {
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
    return new ProcessBuilder(command)
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

  @Test
  void endsWithOneLineForABadEndpoint() throws Exception {
    Ended ended = end(start("web", "--listen", "tcp:notaport"));
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.printed().lines()).singleElement().asString().contains("tcp:notaport");
  }

  @Test
  void drainsWhenItIsTerminated() throws Exception {
    Process web = start("web", "--listen", HERE);
    Path printed = directory.resolve("printed");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Files.readString(printed).contains("Serving") && System.nanoTime() < end) {
      assertThat(web.waitFor(20, TimeUnit.MILLISECONDS)).isFalse();
    }
    assertThat(get(urls(Files.readString(printed)).getFirst()).statusCode()).isEqualTo(200);
    web.destroy();
    assertThat(end(web).status()).isZero();
  }
}
