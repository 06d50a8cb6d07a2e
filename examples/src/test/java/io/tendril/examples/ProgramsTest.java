package io.tendril.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.process.WindowSize;
import io.tendril.spi.Engines;
import io.tendril.testing.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The examples that start other programs. */
@EnabledOnOs(OS.LINUX)
class ProgramsTest {
  private static final Duration AMPLE = Duration.ofSeconds(30);

  private static <T> T run(Function<Reactor, Deferred<T>> program) throws Exception {
    var reactor = Reactor.create(ReactorOptions.defaults().withEngine(Engines.linux())).start();
    try {
      return reactor.blockingCall(() -> program.apply(reactor), AMPLE);
    } finally {
      reactor.stop();
      reactor.awaitStopped(AMPLE);
    }
  }

  @Test
  void bcCalculates() throws Exception {
    Program.need(Files.isExecutable(Path.of("/usr/bin/bc")), "bc");
    List<String> answers =
        run(reactor -> Calculator.ask(reactor, List.of("6 * 7", "2^100", "1 +")));
    assertThat(answers)
        .startsWith("6 * 7 = 42", "2^100 = 1267650600228229401496703205376")
        .hasSize(4)
        .endsWith("bc: exit status 0");
  }

  @Test
  void aShellBelievesThatSomebodyTypes() throws Exception {
    var size = new WindowSize(90, 20);
    String screen =
        run(reactor -> ShellSession.type(reactor, size, List.of("stty size", "echo $((6 * 7))")));
    assertThat(screen)
        .contains("next please> stty size\n20 90\n")
        .endsWith("next please> echo $((6 * 7))\n42\n");
  }
}
