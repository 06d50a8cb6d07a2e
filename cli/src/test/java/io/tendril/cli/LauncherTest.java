package io.tendril.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Runs the launcher `./tendril` in a small checkout of its own, with a `java` that prints what it
/// is given and a `mvn` that counts how often it is asked to build.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a POSIX shell script")
class LauncherTest {
  /// What the launcher may use besides Java and Maven.
  private static final List<String> TOOLS =
      List.of(
          "cat",
          "cp",
          "date",
          "dirname",
          "find",
          "grep",
          "head",
          "ls",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sh",
          "sleep",
          "sort",
          "tail",
          "tee",
          "touch");

  @TempDir private Path temp;
  private Path root;
  private Path bin;
  private Path jdk;

  private record Running(Process process, Path out, Path err) {}

  private record Outcome(int status, List<String> out, String err) {}

  @BeforeEach
  void makeACheckout() throws IOException {
    temp = temp.toRealPath();
    root = Files.createDirectories(temp.resolve("a checkout"));
    var sources = Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    Files.copy(sources.resolve("tendril"), root.resolve("tendril"));
    Files.createDirectories(root.resolve("build"));
    Files.copy(sources.resolve("build/jdk.sh"), root.resolve("build/jdk.sh"));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    for (var module : List.of("core", "cli", "examples")) {
      Files.createDirectories(root.resolve(module).resolve("src/main/java"));
      Files.writeString(root.resolve(module).resolve("pom.xml"), "<project/>");
      Files.writeString(root.resolve(module).resolve("src/main/java/A.java"), "class A {}");
    }
    bin = Files.createDirectories(temp.resolve("bin"));
    for (var tool : TOOLS) {
      script(bin.resolve(tool), "exec " + tool(tool) + " \"$@\"\n");
    }
    jdk = jdk("jdk-25", "25.0.1+8");
    script(
        bin.resolve("mvn"),
        """
        echo "mvn $JAVA_HOME" >> "$0.calls"
        while [ "$1" != -f ]; do shift; done
        lib=${2%/pom.xml}/cli/target/lib
        mkdir -p "$lib"
        echo '[INFO] Building Tendril core 0.1.0-SNAPSHOT            [1/2]'
        [ ! -e "$0.slow" ] || sleep 2
        if [ -e "$0.broken" ]; then echo '[ERROR] A.java: this is wrong'; exit 3; fi
        touch "$lib/core.jar" "$lib/../tendril-cli-1.jar"
        """);
  }

  @Test
  void passesArgumentsOnUnchanged() throws Exception {
    var arguments =
        List.of(
            "web",
            "",
            "two words",
            "*",
            "$HOME",
            "`ls`",
            "it's",
            "\"quoted\"",
            "back\\slash",
            "new\nline",
            "--",
            "-n",
            "~",
            "-- a",
            "ü");
    var outcome = run(arguments.toArray(String[]::new));
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).endsWith(arguments.toArray(String[]::new));
    assertThat(outcome.out().get(outcome.out().size() - arguments.size() - 1))
        .isEqualTo("io.tendril.cli/io.tendril.cli.Main");
  }

  @Test
  void startsOnTheModulePathWithItsFlags() throws Exception {
    assertThat(run().out())
        .containsSubsequence("--add-modules", "io.tendril")
        .containsSubsequence("--add-exports", "java.base/jdk.internal.vm=io.tendril.core")
        .contains("--enable-native-access=io.tendril.core,io.tendril.tls.boringssl");
    assertThat(modulePath(run())).isDirectoryContaining("glob:**/tendril-cli-1.jar");
    assertThat(modulePath(run())).isDirectoryContaining("glob:**/core.jar");
  }

  /// In the plain locale Java could not open a file whose name is not ASCII.
  @ParameterizedTest
  @CsvSource({
    "LC_ALL=C, C.UTF-8",
    "LC_ALL=POSIX, C.UTF-8",
    "LC_ALL=, C.UTF-8",
    "LC_ALL= LANG=C, C.UTF-8",
    "LC_ALL= LC_CTYPE=C LANG=de_DE.UTF-8, C.UTF-8",
    "LC_ALL= LANG=de_DE.UTF-8, unset",
    "LC_ALL= LC_CTYPE=de_DE.ISO-8859-1, unset",
    "LC_ALL=de_DE.UTF-8, de_DE.UTF-8",
  })
  void givesJavaALocaleThatCanNameAnyFile(String environment, String locale) throws Exception {
    var command = List.of(root.resolve("tendril").toString(), "--locale");
    assertThat(finish(start(root, command, environment.split(" "))).out()).containsExactly(locale);
  }

  @Test
  void startsThroughSymbolicLinksFromAnyDirectory() throws Exception {
    var elsewhere = Files.createDirectories(temp.resolve("else where/deep"));
    var first = Files.createSymbolicLink(temp.resolve("first"), Path.of("a checkout/tendril"));
    var second = Files.createSymbolicLink(elsewhere.resolve("second"), first);
    var outcome = finish(start(elsewhere, List.of("./" + second.getFileName(), "x")));
    assertThat(outcome.err()).doesNotContain("rror");
    assertThat(modulePath(outcome)).startsWith(root.resolve(".tendril"));
    assertThat(outcome.out()).endsWith("x");
  }

  @Test
  void leavesItsStatusAndProcessToJava() throws Exception {
    run();
    var process = start(root, List.of(root.resolve("tendril").toString(), "--pid"));
    var outcome = finish(process);
    assertThat(outcome.out()).containsExactly(Long.toString(process.process().pid()));
    assertThat(outcome.status()).isEqualTo(42);
  }

  @Test
  void buildsOnceWithTheJdkThatItFound() throws Exception {
    var outcome = run();
    assertThat(outcome.err()).contains("building with " + jdk, "[1/2] Tendril core");
    assertThat(run().err()).isEmpty();
    assertThat(builds()).containsExactly("mvn " + jdk);
  }

  @Test
  void usesTheClassesOfItsTrainingRun() throws Exception {
    assertThat(run().out()).filteredOn(option -> option.startsWith("-XX:AOTCache=")).hasSize(1);
  }

  @Test
  void trainsWithoutAServerWhereNoneCanBe() throws Exception {
    Files.createFile(jdk.resolve("no-server"));
    assertThat(run().out()).filteredOn(option -> option.startsWith("-XX:AOTCache=")).hasSize(1);
  }

  @Test
  void doesWithoutSharedClassesWhereTheJdkCannotMakeThem() throws Exception {
    Files.createFile(jdk.resolve("no-cache"));
    assertThat(run().status()).isZero();
    Files.writeString(jdk.resolve("calls"), "");
    assertThat(run().out()).noneMatch(option -> option.startsWith("-XX:AOTCache="));
    assertThat(Files.readAllLines(jdk.resolve("calls"))).hasSize(1);
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws Exception {
    run();
    later(root.resolve("core/src/main/java/A.java"));
    run();
    assertThat(builds()).hasSize(2);
  }

  @Test
  void buildsAgainWhenASourceIsGone() throws Exception {
    run();
    Files.delete(root.resolve("core/src/main/java/A.java"));
    later(root.resolve("core/src/main/java"));
    run();
    assertThat(builds()).hasSize(2);
  }

  @Test
  void doesNotBuildForWhatTheCommandDoesNotUse() throws Exception {
    run();
    later(root.resolve("examples/src/main/java/A.java"));
    run();
    assertThat(builds()).hasSize(1);
  }

  @Test
  void keepsTheModulesOfACommandThatStillRuns() throws Exception {
    var before = modulePath(run());
    later(root.resolve("pom.xml"));
    assertThat(modulePath(run())).isNotEqualTo(before).isDirectory();
    assertThat(before).isDirectory();
  }

  @Test
  void showsTheEndOfTheLogWhenTheBuildFails() throws Exception {
    Files.createFile(bin.resolve("mvn.broken"));
    var outcome = run();
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("the build failed", "status 3", "A.java: this is wrong");
    assertThat(outcome.out()).isEmpty();
    Files.delete(bin.resolve("mvn.broken"));
    assertThat(run().status()).isZero();
  }

  @Test
  void launchersThatMeetBuildOnce() throws Exception {
    Files.createFile(bin.resolve("mvn.slow"));
    var command = List.of(root.resolve("tendril").toString(), "x");
    var processes = Stream.of(1, 2, 3).map(_ -> start(root, command)).toList();
    for (var process : processes) {
      var outcome = finish(process);
      assertThat(outcome.status()).isZero();
      assertThat(outcome.out()).endsWith("x");
    }
    assertThat(builds()).hasSize(1);
    assertThat(root.resolve(".tendril/lock")).doesNotExist();
  }

  @Test
  void takesTheLockOfALauncherThatDied() throws Exception {
    var dead = new ProcessBuilder(bin.resolve("sh").toString(), "-c", ":").start();
    dead.waitFor();
    var lock = Files.createDirectories(root.resolve(".tendril/lock"));
    Files.writeString(lock.resolve("pid"), dead.pid() + "\n");
    assertThat(run().status()).isZero();
    assertThat(lock).doesNotExist();
  }

  @Test
  void saysWhereItLookedWhenThereIsNoJdk() throws Exception {
    delete(jdk);
    jdk("jdk-21", "21.0.2+13");
    Files.createDirectories(temp.resolve("jdks/empty"));
    var outcome = run();
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("needs a JDK 25 or later", "JAVA_HOME", "java on the PATH")
        .contains("jdk-21 (Java 21.0.2+13)");
    assertThat(builds()).isEmpty();
  }

  @Test
  void refusesARuntimeWithoutACompiler() throws Exception {
    Files.delete(jdk.resolve("bin/javac"));
    var outcome = run();
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("without javac");
  }

  @Test
  void prefersJavaHomeThenThePath() throws Exception {
    var onPath = jdk("on path", "26+1");
    Files.createSymbolicLink(bin.resolve("java"), onPath.resolve("bin/java"));
    assertThat(run().err()).contains("building with " + onPath);
    var home = jdk("home", "27-ea+3");
    delete(root.resolve(".tendril"));
    var process = start(root, List.of(root.resolve("tendril").toString()), "JAVA_HOME=" + home);
    assertThat(finish(process).err()).contains("building with " + home);
  }

  @Test
  void asksAJdkThatHasNoReleaseFileForItsVersion() throws Exception {
    Files.delete(jdk.resolve("release"));
    assertThat(run().status()).isZero();
  }

  @Test
  void saysThatMavenIsMissing() throws Exception {
    Files.delete(bin.resolve("mvn"));
    var outcome = run();
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("needs Maven").hasLineCount(1);
    assertThat(root.resolve(".tendril/lock")).doesNotExist();
  }

  @Test
  void runsASourceFileOnTheSameModulePath() throws Exception {
    var command = run("web");
    var source = Files.writeString(temp.resolve("echo it.java"), "void main() {}").toString();
    var outcome = run("run", source, "run", "-h", "two words");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).endsWith(source, "run", "-h", "two words");
    assertThat(outcome.out()).doesNotContain("-m");
    assertThat(modulePath(outcome)).isEqualTo(modulePath(command));
    assertThat(outcome.out()).contains("--add-modules", "io.tendril");
  }

  @Test
  void saysWhichSourceFileItCannotRun() throws Exception {
    for (var file : List.of("missing.java", "web")) {
      var outcome = run("run", file);
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(outcome.out()).isEmpty();
      assertThat(outcome.err().lines().toList().getLast())
          .startsWith("tendril: run: ")
          .contains(file);
    }
  }

  @Test
  void leavesHelpOnRunningSourceFilesToTheCommand() throws Exception {
    assertThat(run("run", "--help").out())
        .endsWith("io.tendril.cli/io.tendril.cli.Main", "run", "--help");
    assertThat(run("run").out()).endsWith("io.tendril.cli/io.tendril.cli.Main", "run");
  }

  @Test
  void needsNoMavenOnceBuilt() throws Exception {
    run();
    Files.delete(bin.resolve("mvn"));
    assertThat(run().status()).isZero();
  }

  private Outcome run(String... arguments) throws Exception {
    var command = new ArrayList<String>();
    command.add(root.resolve("tendril").toString());
    command.addAll(Arrays.asList(arguments));
    return finish(start(root, command));
  }

  private Running start(Path directory, List<String> command, String... environment) {
    try (var jdks = Files.list(temp.resolve("jdks"))) {
      var out = Files.createTempFile(temp, "out", "");
      var err = Files.createTempFile(temp, "err", "");
      var builder = new ProcessBuilder(command).directory(directory.toFile());
      builder.environment().clear();
      builder.environment().put("PATH", bin.toString());
      builder.environment().put("HOME", temp.toString());
      builder.environment().put("LC_ALL", "C.UTF-8");
      builder
          .environment()
          .put("TENDRIL_JDKS", jdks.map(Path::toString).sorted().collect(joining(":")));
      for (var variable : environment) {
        var equals = variable.indexOf('=');
        builder.environment().put(variable.substring(0, equals), variable.substring(equals + 1));
      }
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      return new Running(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Outcome finish(Running running) throws Exception {
    if (!running.process().waitFor(60, SECONDS)) {
      running.process().destroyForcibly();
      throw new AssertionError("still runs: " + Files.readString(running.err()));
    }
    // What follows the last null character is no argument.
    var arguments = List.of(Files.readString(running.out()).split("\0", -1));
    return new Outcome(
        running.process().exitValue(),
        arguments.subList(0, arguments.size() - 1),
        Files.readString(running.err()));
  }

  private static Path modulePath(Outcome outcome) {
    return Path.of(outcome.out().get(outcome.out().indexOf("-p") + 1));
  }

  private List<String> builds() throws IOException {
    var calls = bin.resolve("mvn.calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  /// A JDK whose `java` prints its arguments, each ended by a null character.
  private Path jdk(String name, String version) throws IOException {
    var home = temp.resolve("jdks").resolve(name);
    Files.createDirectories(home.resolve("bin"));
    script(
        home.resolve("bin/java"),
        """
        home=${0%/bin/java}
        echo call >> "$home/calls"
        for argument; do
          case $argument in
            -XshowSettings*) echo '    java.runtime.version = VERSION' >&2; exit 0 ;;
            -XX:AOTMode=record)
              case "$*" in *Rehearsal*) [ ! -e "$home/no-server" ] || exit 1 ;; esac
              [ ! -e "$home/no-cache" ]
              exit
              ;;
            -XX:AOTCache=*) cache=${argument#*=} ;;
            --pid) printf '%s\\0' "$$"; exit 42 ;;
            --locale) printf '%s\\0' "${LC_ALL:-unset}"; exit 0 ;;
          esac
        done
        for argument; do
          if [ "$argument" = -XX:AOTMode=create ]; then echo classes > "$cache"; exit 0; fi
        done
        printf '%s\\0' "$@"
        """
            .replace("VERSION", version));
    script(home.resolve("bin/javac"), "exit 0");
    Files.writeString(
        home.resolve("release"),
        """
        IMPLEMENTOR="A Vendor"
        JAVA_RUNTIME_VERSION="%s"
        JAVA_VERSION="%s"
        """
            .formatted(version, version.replaceFirst("[+-].*", "")));
    return home;
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path tool(String name) {
    return Stream.of("/usr/bin", "/bin")
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " on this machine"));
  }

  private static void later(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
