package io.tendril.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.testing.Program;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contract T9 in a process whose kernel says, again and again, that there is no descriptor. */
@Tag("interop")
class ShortOfDescriptorsTest {
  private static final int CLIENTS = 8;
  private static final int REQUESTS = 15;
  private static final Pattern URL = Pattern.compile("http://127\\.0\\.0\\.1:([0-9]+)/");

  @TempDir Path directory;

  /** The engine on the kernel's own calls needs native access, and nio is taken without. */
  @ParameterizedTest
  @CsvSource({"--enable-native-access=ALL-UNNAMED, linux", "--illegal-native-access=deny, nio"})
  void everyRequestOfALoadedServerIsAnswered(String option, String engine) throws Exception {
    Path traced = directory.resolve("calls");
    Files.createDirectory(directory.resolve("served"));
    Files.writeString(directory.resolve("served").resolve("a.txt"), "hello");
    Program strace = Program.named("strace");
    try (var server =
        strace.start(
            "-f",
            "-qq",
            "--seccomp-bpf",
            "-o",
            "" + traced,
            "-e",
            "trace=accept,accept4",
            "-e",
            "inject=accept,accept4:error=EMFILE:when=4+25",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            option,
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "web",
            "--path",
            "" + directory.resolve("served"),
            "--listen",
            "tcp:0:interface=127.0.0.1")) {
      try {
        server.awaitOutput("http://");
        server.awaitOutput("\n");
        Matcher url = URL.matcher(server.output());
        assertThat(url.find()).as("%s", server.output()).isTrue();
        assertThat(answers(Integer.parseInt(url.group(1))))
            .hasSize(CLIENTS * REQUESTS)
            .allMatch(answer -> answer.startsWith("HTTP/1.1 200 ") && answer.endsWith("hello"));
      } finally {
        // The one that is traced: strace ends with it.
        server.process().descendants().forEach(ProcessHandle::destroy);
      }
      Program.Output output = server.awaitEnd();
      assertThat(output.errors()).contains("DescriptorsExhausted").contains("Too many open files");
    }
    assertThat(Files.readAllLines(traced))
        .filteredOn(line -> line.contains("(INJECTED)"))
        .hasSizeGreaterThan(2)
        .allMatch(line -> line.contains("SOCK_NONBLOCK") == engine.equals("linux"));
  }

  private static List<String> answers(int port) throws Exception {
    List<Callable<List<String>>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(() -> {
        List<String> answers = new ArrayList<>();
        for (int request = 0; request < REQUESTS; request++) {
          answers.add(answer(port));
        }
        return answers;
      });
    }
    List<String> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      for (Future<List<String>> client : threads.invokeAll(clients, 60, TimeUnit.SECONDS)) {
        all.addAll(client.get());
      }
    }
    return all;
  }

  /** Asks on a connection of its own. */
  private static String answer(int port) throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(50_000);
      socket
          .getOutputStream()
          .write(
              "GET /a.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
