package io.tendril.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.testing.Program;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Servers of the command line at sockets that whoever starts them has opened, and what a manager
/// of services hears of them.
@EnabledOnOs(OS.LINUX)
@Tag("interop")
class ActivationTest {
  /// Opens a socket and becomes the program, as systemd does, and hears what that has to say.
  private static final String MANAGER =
      """
      import os, signal, socket, sys
      listening = socket.socket()
      listening.bind(("127.0.0.1", int(sys.argv[1])))
      listening.listen()
      notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      notify.bind("notify")
      notify.settimeout(80)
      child = os.fork()
      if child == 0:
          held = os.dup2(listening.fileno(), 50)  # which may have been 3, to be closed by exec
          os.dup2(held, 3, inheritable=True)
          os.environ.update(LISTEN_FDS="1", LISTEN_FDNAMES="web", LISTEN_PID=str(os.getpid()),
                            NOTIFY_SOCKET=os.path.abspath("notify"))
          os.execvp(sys.argv[2], sys.argv[2:])
      try:
          while True:
              heard = notify.recv(5000).decode().split("\\n")[0]
              print("heard " + heard, flush=True)
              if heard == "READY=1" and os.path.exists("hang up"):
                  os.remove("hang up")
                  os.kill(child, signal.SIGHUP)
              elif heard == "READY=1":
                  open("ready", "w").close()
              elif heard == "STOPPING=1":
                  break
          print("status", os.waitpid(child, 0)[1], flush=True)
      finally:
          try:
              os.kill(child, signal.SIGKILL)
          except ProcessLookupError:
              pass
      """;

  @TempDir Path directory;

  private static int freePort() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void serves(String endpoint) throws Exception {
    Hearing.needHangup();
    Files.writeString(directory.resolve("page.txt"), "hello");
    Files.createFile(directory.resolve("hang up"));
    int port = freePort();
    Program python = Program.named("/usr/bin/python3").in(directory);
    try (var running =
        python.start(
            "-c",
            MANAGER,
            "" + port,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "io.tendril.cli.Main",
            "web",
            "--path",
            ".",
            "--log",
            "access.log",
            "--listen",
            endpoint)) {
      running.await("is ready", () -> Files.exists(directory.resolve("ready")));
      try (var client = HttpClient.newHttpClient()) {
        var request =
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/page.txt"))
                .timeout(Duration.ofSeconds(60))
                .build();
        assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo("hello");
      }
      running.process().children().forEach(ProcessHandle::destroy); // SIGTERM
      assertThat(running.awaitEnd().succeeded().lines())
          .contains("Serving . at http://127.0.0.1:" + port + "/")
          .filteredOn(line -> !line.startsWith("Serving"))
          .containsExactly(
              "heard READY=1",
              "heard RELOADING=1",
              "heard READY=1",
              "heard STOPPING=1",
              "status 0");
    }
  }

  @Test
  void aSocketOfSystemdsByName() throws Exception {
    serves("systemd:name=web");
  }

  @Test
  void aSocketByItsNumber() throws Exception {
    serves("fd:3");
  }

  @Test
  void whatIsNotThereIsOneLine() throws Exception {
    var output =
        Program.named("sh")
            .run(
                "-c",
                "exec \"$0\" \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.tendril.cli.Main",
                "web",
                "--listen",
                "systemd:name=web");
    assertThat(output.status()).isEqualTo(1);
    assertThat(output.errors())
        .endsWith(
            "error: cannot listen on systemd:name=web: no sockets were passed to this process:"
                + " LISTEN_FDS is not set\n");
  }
}
