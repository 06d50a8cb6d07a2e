package io.tendril.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of one file, run as {@code ./tendril run} does: by Java, from their source. */
class SingleFilesTest {
  private static final Path HERE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  private static final String MODULES =
      Stream.of("core", "app", "http", "all")
          .map(module -> HERE.resolveSibling(module).resolve("target/classes").toString())
          .collect(Collectors.joining(File.pathSeparator));

  @TempDir private Path temp;

  private String run(List<String> options, String... program) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-p", MODULES, "--add-modules", "io.tendril"));
    command.addAll(options);
    command.addAll(List.of(program));
    Path out = Files.createTempFile(temp, "out", "");
    Path err = Files.createTempFile(temp, "err", "");
    Process process =
        new ProcessBuilder(command)
            .directory(HERE.resolve("single").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).as(Files.readString(err)).isZero();
    return Files.readString(out);
  }

  @Test
  void helloGreetsOnContinuations() throws Exception {
    var flag = List.of("--add-exports", "java.base/jdk.internal.vm=io.tendril.core");
    assertThat(run(flag, "hello.java", "Ada")).isEqualToIgnoringNewLines("hello, Ada");
  }

  @Test
  void helloGreetsWithoutAnyFlag() throws Exception {
    assertThat(run(List.of(), "hello.java")).isEqualToIgnoringNewLines("hello, world");
  }

  @Test
  void theReadmeShowsTheEchoServer() throws Exception {
    String echo = Files.readString(HERE.resolve("single/echo.java"));
    assertThat(Files.readString(HERE.resolveSibling("README.md"))).contains(echo);
  }

  @Test
  void theEchoServerCompiles() throws Exception {
    String javac = Path.of(System.getProperty("java.home"), "bin", "javac").toString();
    Process process =
        new ProcessBuilder(
                javac,
                "-p",
                MODULES,
                "--add-modules",
                "io.tendril",
                "-d",
                temp.toString(),
                HERE.resolve("single/echo.java").toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }
}
