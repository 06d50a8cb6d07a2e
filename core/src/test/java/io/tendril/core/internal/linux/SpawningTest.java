package io.tendril.core.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.process.Command;
import io.tendril.core.process.Command.Limit;
import io.tendril.core.process.SpawnFailed;
import io.tendril.core.process.Wiring;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starting with what this machine happens to have, and with less. */
@EnabledOnOs(OS.LINUX)
class SpawningTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nothingIsInheritedWhateverTheLibraryCanClose(boolean closesFrom) throws Exception {
    Path list = directory.resolve("list");
    Command command =
        Command.of("ls", "/proc/self/fd")
            .input(Wiring.nothing())
            .output(Wiring.toFile(list))
            .errors(Wiring.nothing())
            .descriptor(7, Wiring.nothing());
    try (var open = FileChannel.open(directory);
        var spawning = new Spawning(command, closesFrom);
        var arena = Arena.ofConfined()) {
      assertThat(open.isOpen()).isTrue();
      LinuxChild child = spawning.start();
      var state = arena.allocate(Libc.state());
      LinuxChild.awaitEnd(state, Kernel.P_PIDFD, child.descriptor().number());
      child.forget();
    }
    assertThat(Files.readAllLines(list)).containsExactlyInAnyOrder("0", "1", "2", "3", "7");
  }

  @Test
  void saysWhichHelperIsMissing() {
    Command limited = Command.of("/bin/true").limited(Limit.NOFILE, 10);
    assertMissing("prlimit", limited);
    assertMissing("setpriv", limited.as("nobody", "nogroup"));
  }

  private static void assertMissing(String helper, Command command) {
    var none = new ProgramSearch(path -> false);
    List<String> words = new ArrayList<>(List.of("true"));
    assertThatThrownBy(() -> HelperPrograms.wrap(command, "/bin/true", words, none))
        .isInstanceOfSatisfying(
            SpawnFailed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo(SpawnFailed.Reason.NO_HELPER);
              assertThat(failed.path()).isEqualTo(helper);
            });
  }

  @Test
  void helpersStandInFrontOfEachOther() {
    var all = new ProgramSearch(path -> path.startsWith("/usr/bin/"));
    List<String> words = new ArrayList<>(List.of("true", "-x"));
    Command command = Command.of("true", "-x").limited(Limit.NOFILE, 10).as("nobody", "nogroup");
    assertThat(HelperPrograms.wrap(command, "/bin/true", words, all)).isEqualTo("/usr/bin/prlimit");
    assertThat(words)
        .containsExactly(
            "/usr/bin/prlimit",
            "--nofile=10:10",
            "--",
            "/usr/bin/setpriv",
            "--reuid=nobody",
            "--regid=nogroup",
            "--init-groups",
            "--",
            "/bin/true",
            "-x");
  }
}
