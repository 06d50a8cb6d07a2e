package io.tendril.testing.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.core.process.Captured;
import io.tendril.core.process.Command;
import io.tendril.core.process.Command.Limit;
import io.tendril.core.process.SpawnFailed;
import io.tendril.testing.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Children with another user or with limits, by programs of util-linux. */
class HelperProgramsTest extends ChildFixture {
  private static void need(String program) {
    Program.need(Files.isExecutable(Path.of("/usr/bin/" + program)), program);
  }

  @Test
  void limitsHold() throws Exception {
    need("prlimit");
    Command limited =
        shell("ulimit -n; ulimit -Hn; ulimit -t").limited(Limit.NOFILE, 33).limited(Limit.CPU, 44);
    assertThat(capture(limited).text()).isEqualTo("33\n33\n44\n");
    assertThat(capture(limited.in(Path.of("/"))).status().isSuccess()).isTrue();
  }

  @Test
  void anotherUserHasAnotherUsersRights() throws Exception {
    need("setpriv");
    assumeTrue("root".equals(System.getProperty("user.name")), "this takes the rights of root");
    Captured captured =
        capture(
            shell("id -un; id -gn; id -Gn; ulimit -n; test -r /etc/shadow || echo no")
                .as("nobody", "nogroup")
                .limited(Limit.NOFILE, 50));
    assertThat(captured.text()).isEqualTo("nobody\nnogroup\nnogroup\n50\nno\n");
  }

  @Test
  void aProgramThatIsNotThereIsMissedBefore() {
    need("prlimit");
    SpawnFailed failed =
        failure(
            SpawnFailed.class, reactor.spawn(Command.of("no-such-program").limited(Limit.CORE, 0)));
    assertThat(failed.reason()).isEqualTo(SpawnFailed.Reason.NOT_FOUND);
    failed =
        failure(
            SpawnFailed.class,
            reactor.spawn(Command.of("/no/such/program").limited(Limit.CORE, 0)));
    assertThat(failed.reason()).isEqualTo(SpawnFailed.Reason.NOT_FOUND);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    failure(
        IllegalArgumentException.class,
        reactor.spawn(Command.of("true").named("x").limited(Limit.AS, 1 << 30)));
    assertThatThrownBy(() -> Command.of("true").limited(Limit.AS, -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Command.of("true").as("--clear-groups", "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
