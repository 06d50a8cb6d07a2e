package io.tendril.testing.descriptors;

import static io.tendril.testing.descriptors.StdioTest.program;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.testing.Program;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Sockets that whoever starts a process opens for it. */
@EnabledOnOs(OS.LINUX)
class ActivationTest {
  /** Does what systemd does before it becomes the program: the variables name its own process. */
  private static final String ACTIVATE =
      """
      import os, socket, sys
      port, names = int(sys.argv[1]), sys.argv[2]
      listening = []
      for i, name in enumerate(names.split(":")):
          s = socket.socket()
          s.bind(("127.0.0.1", port if i == 0 else 0))
          s.listen()
          listening.append(s)
      held = [os.dup2(s.fileno(), 50 + i) for i, s in enumerate(listening)]
      for i, fd in enumerate(held):
          os.dup2(fd, 3 + i, inheritable=True)
      os.environ["LISTEN_FDS"] = str(len(held))
      os.environ["LISTEN_FDNAMES"] = names
      os.environ["LISTEN_PID"] = str(os.getpid())
      os.execvp("sh", ["sh", "-c", "exec " + sys.argv[3]])
      """;

  @TempDir Path directory;

  private static int freePort() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String talk(int port) throws Exception {
    try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
      client.setSoTimeout(60_000);
      client.getOutputStream().write("quit".getBytes());
      client.shutdownOutput();
      return new String(client.getInputStream().readAllBytes());
    }
  }

  private void serves(String names, String endpoint) throws Exception {
    int port = freePort();
    Path python = Path.of("/usr/bin/python3");
    try (var running =
        Program.named(python.toString())
            .start("-c", ACTIVATE, "" + port, names, program("serve", endpoint))) {
      running.awaitOutput("up");
      assertThat(talk(port)).isEqualTo("QUIT");
      assertThat(running.awaitEnd().errors()).isEqualTo("up\nlost: Done\nover\n");
    }
  }

  @Test
  void byName() throws Exception {
    serves("web:admin", "systemd:name=web");
  }

  @Test
  void byIndex() throws Exception {
    serves("web:admin", "systemd:index=0");
  }

  @Test
  void severalOfOneName() throws Exception {
    serves("web:web", "systemd:name=web");
  }

  @Test
  void byNumber() throws Exception {
    serves("web:admin", "fd:3");
  }

  @Test
  void whatIsNotThereIsSaid() throws Exception {
    var shell = Program.named("sh").in(directory);
    assertThat(shell.run("-c", program("serve", "systemd:name=web")).errors())
        .isEqualTo(
            "failed: cannot listen on systemd:name=web: no sockets were passed to this process:"
                + " LISTEN_FDS is not set\nover\n");
    assertThat(
            shell
                .run("-c", "LISTEN_FDS=1 LISTEN_PID=1 exec " + program("serve", "systemd:index=0"))
                .errors())
        .startsWith(
            "failed: cannot listen on systemd:index=0: the sockets of LISTEN_FDS were passed to"
                + " process 1 (LISTEN_PID), and this is process ");
    assertThat(shell.run("-c", program("serve", "fd:900")).errors())
        .isEqualTo("failed: cannot listen on fd:900: Bad file descriptor\nover\n");
    Files.writeString(directory.resolve("x"), "x");
    assertThat(shell.run("-c", program("serve", "fd:9") + " 9< x").errors())
        .isEqualTo(
            "failed: cannot listen on fd:9: descriptor 9 is a regular file, and not a stream socket"
                + " that listens\nover\n");
  }

  @Test
  void systemdsOwnActivatorStartsIt() throws Exception {
    int port = freePort();
    Files.writeString(directory.resolve("program"), "exec " + program("serve", "systemd:name=web"));
    try (var running =
        Program.named("systemd-socket-activate")
            .in(directory)
            .start(
                "--listen=127.0.0.1:" + port,
                "--fdname=web",
                "-E",
                "JAVA_TOOL_OPTIONS",
                "sh",
                "program")) {
      running.awaitOutput("Listening on");
      assertThat(talk(port)).isEqualTo("QUIT");
      running.awaitOutput("over");
    }
  }
}
