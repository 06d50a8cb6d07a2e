package io.tendril.core.internal.coroutine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Reactor;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A plain {@code java} without any option: everything works, slower, and says so once. */
class WithoutTheOptionTest {
  @Test
  void coroutinesRunOnVirtualThreadsAndTheLoopMovesToOne() throws Exception {
    String classPath =
        Stream.of(Reactor.class, WithoutTheOption.class)
            .map(WithoutTheOptionTest::place)
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                classPath,
                WithoutTheOption.class.getName())
            .redirectErrorStream(true)
            .start();
    List<String> lines;
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      lines = output.lines().toList();
    } finally {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
    assertThat(process.exitValue()).as("%s", lines).isZero();
    assertThat(lines)
        .contains(
            "set-up in main: true",
            "loop moved: true",
            "sum: 1000",
            "carriers: [virtual threads, without --add-exports"
                + " java.base/jdk.internal.vm=ALL-UNNAMED]",
            "second: 1");
    assertThat(lines)
        .filteredOn(line -> line.startsWith("engine: "))
        .singleElement()
        .asString()
        .startsWith("engine: nio, no linux engine: ");
    assertThat(lines)
        .filteredOn(line -> line.contains("coroutines run on virtual threads"))
        .singleElement()
        .asString()
        .contains("--add-exports java.base/jdk.internal.vm=ALL-UNNAMED");
  }

  private static String place(Class<?> type) {
    return Path.of(
            java.net.URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }
}
