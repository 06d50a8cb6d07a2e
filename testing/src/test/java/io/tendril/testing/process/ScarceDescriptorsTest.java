package io.tendril.testing.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.process.ChildProcess;
import io.tendril.core.process.Command;
import io.tendril.core.process.SpawnFailed;
import io.tendril.core.process.WindowSize;
import io.tendril.core.process.Wiring;
import io.tendril.testing.OpenDescriptors;
import io.tendril.testing.Program;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Children in want of descriptors: in a process that has none left, then one, then two, until there
 * are enough. Each descriptor that a start opens is once the one that is missing.
 */
@EnabledOnOs(OS.LINUX)
class ScarceDescriptorsTest {
  private static final int LIMIT = 200;
  private static final int MOST = 40;

  private static final List<Command> COMMANDS =
      List.of(
          Command.of("true"),
          Command.of("true").inTerminal(WindowSize.USUAL),
          Command.of("true")
              .in(Path.of("/"))
              .input(Wiring.fromFile(Path.of("/etc/passwd")))
              .output(Wiring.nothing())
              .descriptor(9, Wiring.pipeToChild()));

  private Reactor reactor;

  /** The reason why a start failed, or the status of a child. */
  private String start(Command command) {
    List<String> outcome = new ArrayList<>();
    Deferred<ChildProcess> starting = reactor.spawn(command);
    var _ =
        starting
            .thenCompose(ChildProcess::exited)
            .handle(
                status -> outcome.add("" + status),
                failure ->
                    outcome.add(
                        failure instanceof SpawnFailed failed
                            ? "" + failed.reason()
                            : "" + failure));
    while (outcome.isEmpty()) {
      reactor.turn(Duration.ofMillis(5));
    }
    for (int i = 0; i < 20; i++) {
      reactor.turn(Duration.ofMillis(1)); // the ends of its pipes
    }
    return outcome.getFirst();
  }

  private static List<Closeable> takeAll() {
    List<Closeable> taken = new ArrayList<>();
    try {
      while (taken.size() < LIMIT) {
        taken.add(FileChannel.open(Path.of("/dev/null")));
      }
    } catch (IOException e) {
      return taken;
    }
    throw new IllegalStateException("there is no limit");
  }

  private void play(Command command) throws IOException {
    String _ = start(command); // which loads all classes, as does one that fails
    String _ = start(Command.of("/no/such/program"));
    OpenDescriptors before = OpenDescriptors.now();
    int failures = 0;
    for (int left = 0; left < MOST; left++) {
      List<Closeable> taken = takeAll();
      for (int i = 0; i < left; i++) {
        taken.removeLast().close();
      }
      String outcome = start(command);
      for (Closeable each : taken) {
        each.close();
      }
      before.assertNoMore();
      if (!ChildFixture.children().isEmpty()) {
        throw new AssertionError("children are left");
      } else if (outcome.equals("exit status 0")) {
        IO.println("started after " + failures + " failures");
        return;
      } else if (!outcome.equals("OUT_OF_DESCRIPTORS")) {
        throw new AssertionError(outcome + " with " + left + " descriptors left");
      }
      failures++;
    }
    throw new AssertionError("never started");
  }

  /** For the process with the limit. */
  static void main() throws IOException {
    var test = new ScarceDescriptorsTest();
    test.reactor = ChildFixture.linux(Duration.ofSeconds(5));
    for (Command command : COMMANDS) {
      test.play(command);
    }
    System.exit(0);
  }

  @Test
  void whicheverIsMissingNothingIsLeft() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> lines =
        Program.named("prlimit")
            .run(
                "--nofile=" + LIMIT,
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ScarceDescriptorsTest.class.getName())
            .succeeded()
            .lines()
            .toList();
    assertThat(lines).hasSize(COMMANDS.size());
    assertThat(lines).allMatch(line -> line.matches("started after [1-9][0-9]* failures"));
  }
}
