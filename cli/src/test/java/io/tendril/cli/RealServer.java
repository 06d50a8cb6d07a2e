package io.tendril.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.testing.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `tendril web` as processes of its own, over all versions that take over from each other.
final class RealServer implements AutoCloseable {
  private static final Pattern URL = Pattern.compile("Serving \\S+ at (https?)://[^:]+:([0-9]+)/");

  final Path pidFile;
  private final Path directory;
  private final Program.Running first;
  private final int port;

  /// Serves the directory `served` below another one, and waits until it does.
  RealServer(Path directory, List<String> before, String... arguments) throws Exception {
    this.directory = directory;
    pidFile = directory.resolve("pid");
    List<String> command = new ArrayList<>(before);
    command.addAll(java());
    command.addAll(
        List.of("web", "--path", "" + directory.resolve("served"), "--pid", "" + pidFile));
    command.addAll(List.of(arguments));
    first =
        Program.named(command.getFirst())
            .start(command.subList(1, command.size()).toArray(String[]::new));
    first.awaitOutput("Serving");
    first.await("has a file for its number", () -> Files.exists(pidFile));
    first.awaitOutput("/\n");
    Matcher url = URL.matcher(first.output());
    assertThat(url.find()).as("%s", first.output()).isTrue();
    port = Integer.parseInt(url.group(2));
  }

  /// What runs the command of this build.
  static List<String> java() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx200m",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName());
  }

  int port() {
    return port;
  }

  /// The main process.
  long process() throws IOException {
    return Long.parseLong(Files.readString(pidFile).strip());
  }

  /// All that the processes have printed.
  String output() throws IOException {
    return first.output();
  }

  void await(String what, Program.Condition condition) throws Exception {
    long end = System.nanoTime() + 90_000_000_000L;
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("%s: %s", what, output()).isLessThan(end);
      Thread.onSpinWait();
      Thread.yield();
    }
  }

  /// `tendril restart`.
  Program.Output restart() throws Exception {
    List<String> command = new ArrayList<>(java());
    command.addAll(List.of("restart", "--pid", "" + pidFile));
    return Program.named(command.getFirst())
        .run(command.subList(1, command.size()).toArray(String[]::new));
  }

  /// The answer to a request of its own connection, in the clear.
  String answer() throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(60_000);
      socket
          .getOutputStream()
          .write(
              "GET /a.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  /// All processes that serve here.
  List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses()
        .filter(each -> commandLine(each).contains("\0--pid\0" + pidFile + "\0"))
        .filter(each -> commandLine(each).contains("\0web\0"))
        .toList();
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), ISO_8859_1);
    } catch (IOException | UncheckedIOException e) {
      return ""; // it has ended
    }
  }

  /// Ends all in order, and tells what was left after a while.
  void end() throws Exception {
    ProcessHandle.of(process()).ifPresent(ProcessHandle::destroy);
    await("no process is left of " + directory, () -> processes().isEmpty());
  }

  @Override
  public void close() throws Exception {
    first.close();
    processes().forEach(ProcessHandle::destroyForcibly);
  }
}
