package io.tendril.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ReactorGroup.Connections;
import io.tendril.testing.Program;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// The server commands on several reactors.
@Timeout(60)
class SeveralReactorsTest {
  private static final String HERE = "tcp:0:interface=127.0.0.1";
  private static final String REQUEST = "GET /a.txt HTTP/1.1\r\nHost: here\r\n\r\n";

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"auto, 0", "0, 0", "1, 1", "12, 12"})
  void readsHowMany(String text, int count) {
    var option = new ReactorsOption();
    var _ = new CommandLine(new Holder(option)).parseArgs("--reactors", text);
    assertThat(option.options().reactors()).isEqualTo(count);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "many", "1025", "1.5", ""})
  void refusesWhatIsNoNumber(String text) {
    assertThatThrownBy(
            () -> new CommandLine(new Holder(new ReactorsOption())).parseArgs("--reactors=" + text))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessageContaining("is no number of reactors");
  }

  @CommandLine.Command
  private static final class Holder {
    @CommandLine.Mixin private final ReactorsOption option;

    Holder(ReactorsOption option) {
      this.option = option;
    }
  }

  private static int port(String out) {
    return Integer.parseInt(out.strip().replaceAll("(?s).*127.0.0.1:(\\d+).*", "$1"));
  }

  private static void get(Socket socket) throws Exception {
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(REQUEST.getBytes(US_ASCII));
    var answer = new StringBuilder();
    while (answer.indexOf("\r\n\r\nhello") < 0) {
      int next = socket.getInputStream().read();
      assertThat(next).as("after %s", answer).isNotNegative();
      answer.append((char) next);
    }
    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n");
  }

  @Test
  void webServesAndLogsInAll() throws Exception {
    Files.writeString(directory.resolve("a.txt"), "hello");
    Path log = directory.resolve("log");
    List<Socket> open = new ArrayList<>();
    try (var web =
        new Running<>(
            3,
            new WebCommand(),
            WebCommand::start,
            "--path",
            "" + directory,
            "--listen",
            HERE,
            "--log",
            "" + log)) {
      assertThat(web.out().lines()).hasSize(1);
      for (int i = 0; i < 9; i++) {
        open.add(new Socket("127.0.0.1", port(web.out())));
        for (int j = 0; j < 20; j++) {
          get(open.getLast());
        }
      }
      assertThat(web.group.connections()).extracting(Connections::open).containsExactly(3, 3, 3);
      for (Socket socket : open) {
        socket.close();
      }
    }
    String line = "127.0.0.1 - - \\[[^\n]*] \"GET /a.txt HTTP/1.1\" 200 5 [^\n]*";
    assertThat(Files.readAllLines(log)).hasSize(180).allMatch(each -> each.matches(line));
  }

  @Test
  void aFailureOfOneIsThatOfTheCommand() {
    assertThatThrownBy(() ->
            new Running<>(
                2,
                new WebCommand(),
                WebCommand::start,
                "--path",
                "" + directory.resolve("missing"),
                "--listen",
                HERE))
        .hasMessage("there is no directory '" + directory.resolve("missing") + "'");
  }

  @Test
  void portForwardForwardsInAll() throws Exception {
    Files.writeString(directory.resolve("a.txt"), "hello");
    try (var web =
            new Running<>(
                new WebCommand(), WebCommand::start, "--path", "" + directory, "--listen", HERE);
        var forwarding =
            new Running<>(
                2,
                new PortForwardCommand(),
                PortForwardCommand::start,
                "--listen",
                HERE,
                "--to",
                "tcp:127.0.0.1:" + port(web.out()))) {
      int port = Integer.parseInt(forwarding.out().replaceAll("(?s).*?:(\\d+) to .*", "$1"));
      for (int i = 0; i < 6; i++) {
        try (var client = new Socket("127.0.0.1", port)) {
          get(client);
        }
      }
      assertThat(forwarding.group.connections())
          .extracting(Connections::accepted)
          .allMatch(accepted -> accepted > 0);
      assertThat(forwarding.lineWith("bytes there")).contains("to tcp:127.0.0.1:");
    }
  }

  /// A process of its own, whose signals reach all reactors once.
  @Test
  @Tag("interop")
  void hangupAndTheEndAreForAll() throws Exception {
    Files.writeString(directory.resolve("a.txt"), "hello");
    Path log = directory.resolve("log");
    Path moved = directory.resolve("log.1");
    Program kill = Program.named("kill");
    Program java = Program.named(Path.of(System.getProperty("java.home"), "bin", "java") + "");
    List<Socket> open = new ArrayList<>();
    try (var web =
        java.start(
            "-cp",
            System.getProperty("java.class.path"),
            "io.tendril.cli.Main",
            "web",
            "--reactors=3",
            "--path=" + directory,
            "--listen=" + HERE,
            "--log=" + log)) {
      web.awaitOutput("http://");
      for (int i = 0; i < 3; i++) {
        open.add(new Socket("127.0.0.1", port(web.output()))); // one for each
        get(open.getLast());
      }
      web.await("the first lines", () -> lines(log) == 3);
      Files.move(log, moved);
      kill.run("-HUP", "" + web.process().pid()).succeeded();
      web.await("the new file", () -> Files.exists(log));
      int asked = 3;
      while (lines(log) < 3) { // until the last of them has it
        for (Socket socket : open) {
          get(socket);
        }
        asked += 3;
        int all = asked;
        web.await("all lines", () -> lines(log) + lines(moved) == all);
      }
      kill.run("-TERM", "" + web.process().pid()).succeeded();
      assertThat(web.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(web.process().exitValue()).isZero();
      for (Socket socket : open) {
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
        socket.close();
      }
    }
  }

  private static long lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file).lines().count() : 0;
  }
}
