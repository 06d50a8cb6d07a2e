package io.tendril.core.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.core.Reactor;
import io.tendril.spi.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said where there can be no ring: programs that strace has the kernel refuse it. */
@EnabledOnOs(OS.LINUX)
class AvailabilityTest {
  @TempDir Path directory;

  /** Says why there is no engine; or, told to, runs a reactor that nobody has given one. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      if (arguments.length > 0) {
        Reactor reactor = Reactor.create();
        reactor.execute(reactor::stop);
        reactor.run();
        return;
      }
      try {
        Engines.uring().open().close();
        System.out.println("there is one");
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /** Runs the program under strace: what it has said. */
  private String run(String injected, String... arguments) throws Exception {
    Path output = directory.resolve("output");
    List<String> command = new ArrayList<>();
    command.addAll(List.of("strace", "-f", "--seccomp-bpf"));
    command.addAll(List.of("-o", directory.resolve("calls").toString()));
    command.addAll(List.of("-e", "trace=io_uring_setup,io_uring_register"));
    command.addAll(List.of("-e", "inject=" + injected));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName()));
    command.addAll(List.of(arguments));
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      assumeTrue("required".equals(System.getenv("TENDRIL_INTEROP")), "no strace here");
      throw e;
    }
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  @ParameterizedTest
  @CsvSource({
    "io_uring_setup:error=EPERM, does not allow io_uring",
    "io_uring_setup:error=ENOSYS, has no io_uring",
    "io_uring_setup:error=EINVAL, is too old",
    "io_uring_setup:error=ENOMEM, Cannot allocate memory",
    "io_uring_register:error=EINVAL:when=1, which operations",
    "io_uring_register:error=EINVAL:when=2, rings of buffers"
  })
  void itSaysWhyThereIsNone(String injected, String words) throws Exception {
    assertThat(run(injected)).contains("no uring engine: ").contains(words);
  }

  @Test
  void aReactorNeverTakesItUnasked() throws Exception {
    assertThat(run("io_uring_setup:error=EPERM", "reactor")).isEmpty();
    assertThat(directory.resolve("calls")).content().doesNotContain("io_uring");
  }

  @ParameterizedTest
  @CsvSource({"2, is 2", "1, io_uring_group", "0, seccomp", "'', seccomp"})
  void itSaysWhoForbidsIt(String setting, String words) {
    assertThat(Availability.forbidden(setting)).contains(words);
  }
}
