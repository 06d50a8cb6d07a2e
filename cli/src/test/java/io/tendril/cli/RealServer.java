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
import java.util.stream.Stream;

/// A server command as processes of its own, over all versions that take over from each other.
final class RealServer implements AutoCloseable {
  private static final Pattern URL = Pattern.compile("Serving \\S+ at https?://[^:]+:([0-9]+)/");
  private static final Pattern PLACE = Pattern.compile("Forwarding [^:]+:([0-9]+) to ");

  final Path pidFile;
  private final Path directory;
  private final String command;
  private final Program.Running first;
  private final int port;

  /// `tendril web`: serves the directory `served` below another one, and waits until it does.
  RealServer(Path directory, List<String> before, String... arguments) throws Exception {
    this(
        directory,
        before,
        "web",
        URL,
        Stream.concat(Stream.of("--path", "" + directory.resolve("served")), Stream.of(arguments))
            .toList());
  }

  private RealServer(
      Path directory, List<String> before, String command, Pattern said, List<String> arguments)
      throws Exception {
    this.directory = directory;
    this.command = command;
    pidFile = directory.resolve("pid");
    List<String> words = new ArrayList<>(before);
    words.addAll(java());
    words.addAll(List.of(command, "--pid", "" + pidFile));
    words.addAll(arguments);
    first =
        Program.named(words.getFirst())
            .start(words.subList(1, words.size()).toArray(String[]::new));
    first.await("has a file for its number", () -> Files.exists(pidFile));
    first.await("has said where", () -> said.matcher(first.output()).find());
    Matcher place = said.matcher(first.output());
    assertThat(place.find()).as("%s", first.output()).isTrue();
    port = Integer.parseInt(place.group(1));
  }

  /// `tendril portforward`.
  static RealServer forwarding(Path directory, String... arguments) throws Exception {
    return new RealServer(directory, List.of(), "portforward", PLACE, List.of(arguments));
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
    List<String> words = new ArrayList<>(java());
    words.addAll(List.of("restart", "--pid", "" + pidFile));
    return Program.named(words.getFirst())
        .run(words.subList(1, words.size()).toArray(String[]::new));
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
        .filter(each -> commandLine(each).contains("\0" + command + "\0"))
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
