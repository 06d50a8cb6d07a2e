package io.tendril.testing.descriptors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Reactor;
import io.tendril.core.systemd.Notifier;
import io.tendril.testing.Program;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the manager of a service hears, after sd_notify(3). */
@EnabledOnOs(OS.LINUX)
class NotificationTest {
  /** Listens as a manager does, starts the program, and prints what it hears. */
  private static final String MANAGER =
      """
      import os, socket, subprocess, sys
      name = sys.argv[1]
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.bind("\\0" + name[1:] if name.startswith("@") else name)
      s.settimeout(60)
      child = subprocess.Popen(sys.argv[2:], env=dict(os.environ, NOTIFY_SOCKET=name))
      while True:
          heard = s.recv(5000).decode()
          print(heard.split("USEC=")[0], flush=True)
          if heard == "STOPPING=1":
              break
      print(child.wait())
      """;

  @TempDir Path directory;

  /** A program that is told of. */
  static void main() {
    Reactor.run(reactor -> {
      var manager = Notifier.of(reactor);
      return manager
          .reloading()
          .thenCompose(_ -> manager.status("serves"))
          .thenRun(() -> reactor.callLater(Duration.ZERO, reactor::stop));
    });
  }

  private void hears(String name) throws Exception {
    var output =
        Program.named("/usr/bin/python3")
            .in(directory)
            .run(
                "-c",
                MANAGER,
                name,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                NotificationTest.class.getName());
    assertThat(output.succeeded())
        .isEqualTo("RELOADING=1\nMONOTONIC_\nSTATUS=serves\nREADY=1\nSTOPPING=1\n0\n");
  }

  @Test
  void atAPath() throws Exception {
    hears(directory.resolve("notify").toString());
  }

  @Test
  void atAnAbstractName() throws Exception {
    hears("@tendril-" + ProcessHandle.current().pid());
  }
}
