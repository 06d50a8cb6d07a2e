package io.tendril.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.testing.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// New versions of a real server that take over from the one before, under load and under stress.
@EnabledOnOs(OS.LINUX)
@Tag("interop")
class HotRestartTest {
  private static final String PLAIN = "tcp:0:interface=127.0.0.1";

  @TempDir Path directory;

  @BeforeEach
  void serve() throws Exception {
    Files.createDirectory(directory.resolve("served"));
    Files.writeString(directory.resolve("served").resolve("a.txt"), "hello");
  }

  private String secure() throws Exception {
    var made =
        Program.named(RealServer.java().getFirst())
            .in(directory)
            .run(arguments("cert", "--dir", "" + directory, "localhost", "127.0.0.1"));
    assertThat(made.status()).as("%s", made.all()).isZero();
    return "tls:0:interface=127.0.0.1:cert=%s:key=%s"
        .formatted(directory.resolve("localhost.pem"), directory.resolve("localhost.key"));
  }

  private static String[] arguments(String... words) {
    var all = new ArrayList<>(RealServer.java().subList(1, RealServer.java().size()));
    all.addAll(List.of(words));
    return all.toArray(String[]::new);
  }

  // ---- Under load -----------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"http,4,0,1", "https,3,0,1", "http,2,2,1", "http,2,0,2", "http,1,2,2"})
  void wrkSeesNoFailedRequest(String scheme, int restarts, int workers, int reactors)
      throws Exception {
    Program wrk = Program.named("wrk");
    List<String> all =
        new ArrayList<>(List.of("--listen", scheme.equals("http") ? PLAIN : secure()));
    if (workers > 0) {
      all.addAll(List.of("--workers", "" + workers));
    }
    all.addAll(List.of("--reactors", "" + reactors));
    String[] options = all.toArray(String[]::new);
    try (var server = new RealServer(directory, List.of(), options);
        var load =
            wrk.start(
                "-t1",
                "-c8",
                "-d600",
                "--timeout",
                "60",
                scheme + "://127.0.0.1:" + server.port() + "/a.txt")) {
      for (int i = 0; i < restarts; i++) {
        assertThat(server.restart().succeeded())
            .contains(workers == 0 ? "has taken over" : "have been replaced");
      }
      Program.named("kill").run("-INT", "" + load.process().pid()).succeeded();
      String result = load.awaitEnd().succeeded();
      assertThat(result)
          .contains("requests in")
          .doesNotContain("Socket errors")
          .doesNotContain("Non-2xx");
      server.end();
      assertThat(Files.exists(server.pidFile)).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"http,3", "https,4"})
  void h2loadSeesNoFailedRequest(String scheme, int restarts) throws Exception {
    Program h2load = Program.named("h2load");
    String endpoint = scheme.equals("http") ? PLAIN : secure();
    try (var server = new RealServer(directory, List.of(), "--listen", endpoint)) {
      String url = scheme + "://127.0.0.1:" + server.port() + "/a.txt";
      var goOn = new AtomicBoolean(true);
      CompletableFuture<Integer> load =
          CompletableFuture.supplyAsync(() -> {
            int runs = 0;
            for (; goOn.get() || runs == 0; runs++) {
              assertThat(run(h2load, "--h1", "-n4000", "-c8", "-t1", url))
                  .contains(
                      "4000 total, 4000 started, 4000 done, 4000 succeeded, 0 failed, 0 errored");
            }
            return runs;
          });
      try {
        for (int i = 0; i < restarts && !load.isDone(); i++) {
          assertThat(server.restart().succeeded()).contains("has taken over");
        }
      } finally {
        goOn.set(false);
      }
      assertThat(load.get(100, TimeUnit.SECONDS)).isPositive();
      server.end();
    }
  }

  private static String run(Program program, String... arguments) {
    try {
      return program.run(arguments).succeeded();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  // ---- Forwarding -----------------------------------------------------------------------------

  @Test
  void aConnectionThatIsForwardedGoesOnOverARestart() throws Exception {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (var target = new ServerSocket(0, 50, here);
        var server =
            RealServer.forwarding(
                directory,
                "--listen",
                PLAIN,
                "--to",
                "tcp:127.0.0.1:" + target.getLocalPort(),
                "--drain",
                "600")) {
      long before = server.process();
      try (var client = connect(server.port());
          var there = target.accept()) {
        carries(client, there);
        server.restart().succeeded();
        assertThat(server.process()).isNotEqualTo(before);
        for (int i = 0; i < 100; i++) {
          carries(client, there);
          carries(there, client);
        }
        assertThat(server.processes()).hasSize(2);
        try (var later = connect(server.port());
            var laterThere = target.accept()) {
          // Both ends are the new process's: the old one accepts nothing, and its end is its own.
          carries(later, laterThere);
          client.close();
          assertThat(there.getInputStream().read()).isEqualTo(-1);
          there.close();
          server.await("the old one has ended", () -> server.processes().size() == 1);
          carries(later, laterThere);
          carries(laterThere, later);
        }
      }
      server.end();
    }
  }

  private static Socket connect(int port) throws IOException {
    var client = new Socket(InetAddress.getLoopbackAddress(), port);
    client.setSoTimeout(60_000);
    return client;
  }

  private static void carries(Socket from, Socket to) throws IOException {
    byte[] words = "some words".getBytes(ISO_8859_1);
    to.setSoTimeout(60_000);
    from.getOutputStream().write(words);
    assertThat(to.getInputStream().readNBytes(words.length)).isEqualTo(words);
  }

  // ---- Flight Recorder ------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRecordingThatNeedsTheSignalKeepsItFromBeingAnOrder(boolean needed) throws Exception {
    List<String> recording =
        List.of(
            "env",
            needed ? "--unset=_JAVA_SR_SIGNUM" : "_JAVA_SR_SIGNUM=50",
            "JAVA_TOOL_OPTIONS=-XX:StartFlightRecording:filename="
                + directory.resolve("recording.jfr"));
    try (var server = new RealServer(directory, recording, "--listen", PLAIN)) {
      long before = server.process();
      if (needed) {
        Program.named("kill").run("-USR2", "" + before).succeeded();
        server.await("it says so", () -> server.output().contains("SIGUSR2 is not obeyed while"));
        Program.named("kill").run("-USR2", "" + before).succeeded();
        assertThat(server.answer()).endsWith("hello");
        assertThat(server.process()).isEqualTo(before);
        assertThat(server.output()).containsOnlyOnce("SIGUSR2 is not obeyed while");
      } else {
        server.restart().succeeded();
        assertThat(server.process()).isNotEqualTo(before);
        assertThat(server.answer()).endsWith("hello");
      }
      server.end();
    }
  }

  // ---- What goes wrong ------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"0", "2"})
  void aVersionThatDoesNotStartLeavesTheOldOneServing(int workers) throws Exception {
    String[] options =
        workers == 0
            ? new String[] {"--listen", PLAIN}
            : new String[] {"--listen", PLAIN, "--workers", "" + workers};
    try (var server = new RealServer(directory, List.of(), options)) {
      long before = server.process();
      Path served = directory.resolve("served");
      Path away = directory.resolve("away");
      Files.move(served, away);
      Program.Output failed = server.restart();
      Files.move(away, served);
      assertThat(failed.status()).isEqualTo(1);
      assertThat(failed.errors())
          .startsWith("tendril restart: not restarted, what was there goes on: ")
          .contains("exit status 1")
          .endsWith("\n");
      assertThat(server.process()).isEqualTo(before);
      assertThat(server.output()).contains("not restarted, what was there goes on: ");
      assertThat(server.answer()).endsWith("hello");
      server.restart().succeeded(); // and the next one does
      assertThat(server.answer()).endsWith("hello");
      server.end();
    }
  }

  @Test
  void twoAtOnceAreOneAlsoWhileCertificatesAreReadAgain() throws Exception {
    try (var server =
        new RealServer(directory, List.of(), "--listen", PLAIN, "--listen", secure())) {
      long before = server.process();
      Program kill = Program.named("kill");
      kill.run("-HUP", "" + before).succeeded();
      kill.run("-USR2", "" + before).succeeded();
      kill.run("-HUP", "" + before).succeeded();
      kill.run("-USR2", "" + before).succeeded();
      server.await("taken over", () -> server.process() != before);
      long after = server.process();
      server.await(
          "the old one has ended",
          () -> server.processes().stream().allMatch(each -> each.pid() == after));
      assertThat(server.output().lines().filter(line -> line.contains("has taken over")).distinct())
          .containsExactly("tendril web: process " + after + " has taken over");
      assertThat(server.answer()).endsWith("hello");
      server.end();
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "2"})
  void theFileOfAUnixSocketStaysUntilTheEndOfAll(int workers) throws Exception {
    Program curl = Program.named("curl");
    Path socket = directory.resolve("s");
    List<String> options =
        new ArrayList<>(List.of("--listen", PLAIN, "--listen", "unix:" + socket));
    if (workers > 0) {
      options.addAll(List.of("--workers", "" + workers));
    }
    try (var server = new RealServer(directory, List.of(), options.toArray(String[]::new))) {
      for (int i = 0; i < 2; i++) {
        long before = server.process();
        int processes = workers + 1;
        server.restart().succeeded();
        server.await("the old ones have ended", () -> server.processes().size() == processes);
        assertThat(before == server.process()).isEqualTo(workers > 0);
        String url = "http://localhost/a.txt";
        assertThat(
                curl.run("-sS", "--max-time", "60", "--unix-socket", "" + socket, url).succeeded())
            .isEqualTo("hello");
      }
      server.end();
      assertThat(Files.exists(socket)).isFalse();
    }
  }

  @Test
  void aServerThatIsShortOfDescriptorsIsRestarted() throws Exception {
    Program.named("strace");
    try (var server =
        new RealServer(
            directory,
            List.of(
                "strace",
                "-f",
                "-qq",
                "--seccomp-bpf",
                "-o",
                "" + directory.resolve("calls"),
                "-e",
                "trace=accept,accept4",
                "-e",
                "inject=accept,accept4:error=EMFILE:when=2+3"),
            "--listen",
            PLAIN)) {
      for (int i = 0; i < 12; i++) {
        assertThat(server.answer()).endsWith("hello");
      }
      assertThat(server.output()).contains("Too many open files");
      server.restart().succeeded();
      for (int i = 0; i < 12; i++) {
        assertThat(server.answer()).endsWith("hello");
      }
      server.end();
    }
  }

  @Test
  void noWorkerOutlivesItsParent() throws Exception {
    try (var server = new RealServer(directory, List.of(), "--listen", PLAIN, "--workers", "2")) {
      assertThat(server.answer()).endsWith("hello");
      assertThat(server.processes()).hasSize(3);
      ProcessHandle.of(server.process()).orElseThrow().destroyForcibly();
      server.await("no worker is left", () -> server.processes().isEmpty());
    }
  }

  // ---- The command ----------------------------------------------------------------------------

  @Test
  void aProcessThatDoesNotListenIsLeftAlone() throws Exception {
    try (var sleeping = Program.named("sleep").start("600")) {
      long process = sleeping.process().pid();
      Program.Output output =
          Program.named(RealServer.java().getFirst())
              .run(arguments("restart", "--pid", "" + process));
      assertThat(output.status()).isEqualTo(1);
      assertThat(output.errors())
          .isEqualTo("tendril restart: process " + process + " does not listen for SIGUSR2\n");
      assertThat(sleeping.process().isAlive()).isTrue();
    }
  }
}
