package io.tendril.testing.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.EngineLacks;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.process.Captured;
import io.tendril.core.process.Command;
import io.tendril.core.process.ExitStatus;
import io.tendril.core.process.SpawnFailed;
import io.tendril.core.process.SpawnFailed.Reason;
import io.tendril.core.process.WindowSize;
import io.tendril.core.process.Wiring;
import io.tendril.spi.Engines;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a child is given, and what keeps one from being started. */
class SpawnTest extends ChildFixture {
  @TempDir Path directory;

  // ---- What it is given -----------------------------------------------------------------------

  @Test
  void argumentsAreHandedOverAsTheyAre() throws Exception {
    Captured captured =
        capture(Command.of("printf", "%s|", "", "a b", "\"'$HOME`", "-n", "grün", "line\nfeed"));
    assertThat(captured.text()).isEqualTo("|a b|\"'$HOME`|-n|grün|line\nfeed|");
    assertThat(captured.status().isSuccess()).isTrue();
    assertThat(captured.errorText()).isEmpty();
  }

  @Test
  void aProgramMayBeCalledByAnotherName() throws Exception {
    assertThat(capture(shell("echo $0").named("other")).text()).isEqualTo("other\n");
  }

  @Test
  void itWorksInADirectory() throws Exception {
    Path real = directory.toRealPath();
    assertThat(capture(Command.of("/bin/pwd", "-P").in(real)).text()).isEqualTo(real + "\n");
    assertThat(capture(Command.of("/bin/pwd", "-P")).text())
        .isEqualTo(Path.of("").toRealPath() + "\n");
  }

  @Test
  void aPathOfAProgramBeginsInItsDirectory() throws Exception {
    Path script = Files.writeString(directory.resolve("here"), "#!/bin/sh\necho yes\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    assertThat(capture(Command.of("./here").in(directory)).text()).isEqualTo("yes\n");
  }

  @Test
  void theEnvironmentIsInheritedAndChanged() throws Exception {
    String mine = capture(Command.of("env")).text();
    assertThat(mine).contains("PATH=" + System.getenv("PATH") + "\n");
    Captured changed =
        capture(Command.of("env").with("TENDRIL_TEST", "a=b").with("HOME", "/x").without("PATH"));
    assertThat(changed.text().lines())
        .contains("TENDRIL_TEST=a=b", "HOME=/x")
        .noneMatch(line -> line.startsWith("PATH="));
    assertThat(changed.text().lines().filter(line -> line.startsWith("HOME="))).hasSize(1);
  }

  @Test
  void theEnvironmentMayBeOnlyWhatIsGiven() throws Exception {
    assertThat(capture(Command.of("env").withOnly(Map.of("A", "1", "B", ""))).text().lines())
        .containsExactlyInAnyOrder("A=1", "B=");
    assertThat(capture(Command.of("env").withOnly(Map.of())).text()).isEmpty();
  }

  @Test
  void noSignalIsBlockedOrIgnored() throws Exception {
    String status = capture(Command.of("grep", "Sig[BI]", "/proc/self/status")).text();
    assertThat(status.lines()).hasSize(2).allMatch(line -> line.matches("Sig...:\\s+0{16}"));
  }

  // ---- Descriptors ----------------------------------------------------------------------------

  @Test
  void aChildInheritsNothingThatItIsNotGiven() throws Exception {
    try (var open = FileChannel.open(directory, StandardOpenOption.READ)) {
      assertThat(open.isOpen()).isTrue(); // of a kind that Java's own children would have
      assertThat(descriptorsOf(Command.of("ls", "/proc/self/fd"))).isEqualTo("0 1 2 3");
    }
    Command some =
        Command.of("ls", "/proc/self/fd")
            .descriptor(5, Wiring.nothing())
            .descriptor(200, Wiring.pipeToChild())
            .closed(2);
    assertThat(descriptorsOf(some)).isEqualTo("0 1 2 200 5"); // 2 is the directory that it reads
  }

  private String descriptorsOf(Command command) throws Exception {
    return capture(command).text().replace('\n', ' ').trim();
  }

  @Test
  void filesAreReadWrittenAndAppendedTo() throws Exception {
    Path in = Files.writeString(directory.resolve("in"), "b\na\n");
    Path out = Files.writeString(directory.resolve("out"), "this goes, and is longer");
    Command sort = Command.of("sort").input(Wiring.fromFile(in)).output(Wiring.toFile(out));
    assertThat(capture(sort).status()).isEqualTo(new ExitStatus.Code(0));
    assertThat(Files.readString(out)).isEmpty(); // capture gives it nothing to read
    var child = spawn(sort.errors(Wiring.nothing()));
    assertThat(get(child.ended()).isSuccess()).isTrue();
    assertThat(Files.readString(out)).isEqualTo("a\nb\n");
    get(spawn(sort.output(Wiring.appendTo(out)).errors(Wiring.nothing())).ended());
    assertThat(Files.readString(out)).isEqualTo("a\nb\na\nb\n");
  }

  private Path fifo(String name) throws Exception {
    Path fifo = directory.resolve(name);
    assertThat(capture(Command.of("mkfifo", "" + fifo)).status().isSuccess()).isTrue();
    return fifo;
  }

  @Test
  void oneChildReadsOfAFifoWhatAnotherWrites() throws Exception {
    Path fifo = fifo("both");
    var reader = reactor.spawn(Command.of("sort").input(Wiring.fromFile(fifo)));
    get(spawn(shell("echo b; echo a").output(Wiring.toFile(fifo))).exited());
    var sorting = get(reader);
    assertThat(get(sorting.exited()).isSuccess()).isTrue();
    sorting.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFifoThatNobodyComesToIsWaitedForUntilTheStartIsCancelled(boolean reads) throws Exception {
    Path fifo = fifo("alone");
    Command command = Command.of("cat");
    var starting =
        reactor.spawn(
            reads ? command.input(Wiring.fromFile(fifo)) : command.output(Wiring.toFile(fifo)));
    get(reactor.deferToThread(() -> null)); // another thread than the one that waits
    starting.cancel();
    failure(java.util.concurrent.CancellationException.class, starting);
    assertThat(holdings()).noneMatch(each -> each.contains("CHILD"));
  }

  @Test
  void aFifoThatNobodyComesToDoesNotHoldTheReactorsEndUp() throws Exception {
    Path fifo = fifo("alone");
    var starting = reactor.spawn(Command.of("cat").input(Wiring.fromFile(fifo)));
    get(reactor.deferToThread(() -> null));
    var outcome = starting.handle(_ -> "started", failure -> failure.getClass().getSimpleName());
    long begun = System.nanoTime();
    stop();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    assertThat(outcome.isDone()).isTrue();
  }

  @Test
  void outputAndErrorsMayBeTheSame() throws Exception {
    Captured captured = capture(shell("echo one; echo two >&2").errors(Wiring.sameAs(1)));
    assertThat(captured.text()).isEqualTo("one\ntwo\n");
  }

  @Test
  void descriptorsMayBeGivenCrosswise() throws Exception {
    Path one = Files.writeString(directory.resolve("one"), "1");
    Path two = Files.writeString(directory.resolve("two"), "2");
    Captured captured =
        capture(
            shell("cat <&3; cat <&4; cat <&9")
                .descriptor(3, Wiring.fromFile(two))
                .descriptor(4, Wiring.fromFile(one))
                .descriptor(9, Wiring.sameAs(0))
                .input(Wiring.nothing()));
    assertThat(captured.text()).isEqualTo("21");
  }

  @Test
  void aDescriptorOfOnesOwnIsGivenAndStaysOnesOwn() throws Exception {
    Path file = directory.resolve("file");
    var child =
        spawn(
            shell("echo to you >&7")
                .input(Wiring.nothing())
                .output(Wiring.nothing())
                .errors(Wiring.nothing())
                .descriptor(6, Wiring.toFile(file))
                .descriptor(7, Wiring.sameAs(6)));
    assertThat(get(child.ended()).isSuccess()).isTrue();
    assertThat(Files.readString(file)).isEqualTo("to you\n");
    Descriptor mine = Descriptor.adopt(0).duplicate();
    assertThat(get(spawn(shell("test -e /proc/self/fd/8").descriptor(8, Wiring.of(mine))).exited()))
        .isEqualTo(new ExitStatus.Code(0));
    assertThat(mine.isOpen()).isTrue();
    mine.close();
  }

  // ---- Failures -------------------------------------------------------------------------------

  private SpawnFailed failed(Command command) {
    return failure(SpawnFailed.class, reactor.spawn(command));
  }

  @Test
  void aProgramThatIsNotThere() {
    SpawnFailed failed = failed(Command.of("no-such-program-here"));
    assertThat(failed.reason()).isEqualTo(Reason.NOT_FOUND);
    assertThat(failed.path()).isEqualTo("no-such-program-here");
    assertThat(failed).hasMessage("cannot start no-such-program-here: there is none on the PATH");
    failed = failed(Command.of("/no/such/program"));
    assertThat(failed.reason()).isEqualTo(Reason.NOT_FOUND);
    assertThat(failed.errno()).isEqualTo(2);
    assertThat(failed)
        .hasMessage("cannot start /no/such/program: No such file or directory (errno 2)");
  }

  @Test
  void aProgramThatIsNone() throws Exception {
    Path file = Files.writeString(directory.resolve("text"), "this is no program");
    assertThat(failed(Command.of("" + file)).reason()).isEqualTo(Reason.NO_PERMISSION);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    assertThat(failed(Command.of("" + file)).reason()).isEqualTo(Reason.NOT_EXECUTABLE);
    Files.writeString(file, "#!/no/such/interpreter\n");
    SpawnFailed failed = failed(Command.of("" + file));
    assertThat(failed.reason()).isEqualTo(Reason.NOT_FOUND);
    assertThat(failed).hasMessageEndingWith("what it is to be run by is not there");
    assertThat(failed(Command.of("" + directory)).reason()).isEqualTo(Reason.NO_PERMISSION);
  }

  @Test
  void aDirectoryThatIsNotThere() throws Exception {
    SpawnFailed failed = failed(Command.of("true").in(directory.resolve("none")));
    assertThat(failed.reason()).isEqualTo(Reason.NO_DIRECTORY);
    assertThat(failed.path()).isEqualTo(directory.resolve("none").toString());
    Path file = Files.writeString(directory.resolve("file"), "");
    failed = failed(Command.of("true").in(file));
    assertThat(failed.reason()).isEqualTo(Reason.NO_DIRECTORY);
    assertThat(failed.errno()).isEqualTo(20);
  }

  @Test
  void aFileThatCannotBeOpened() {
    SpawnFailed failed =
        failed(Command.of("true").input(Wiring.fromFile(directory.resolve("none"))));
    assertThat(failed.reason()).isEqualTo(Reason.NO_FILE);
    assertThat(failed.path()).isEqualTo(directory.resolve("none").toString());
  }

  @Test
  void moreThanTheKernelTakes() {
    SpawnFailed failed = failed(Command.of("true", "x".repeat(3 << 20)));
    assertThat(failed.reason()).isEqualTo(Reason.TOO_LONG);
    assertThat(failed.errno()).isEqualTo(7);
  }

  @Test
  void aDescriptorThatIsNotOpenOrNotThere() {
    assertThat(failed(Command.of("true").descriptor(4, Wiring.inherited(19_999))).path())
        .isEqualTo("descriptor 19999");
    assertThat(failed(Command.of("true").descriptor(4, Wiring.sameAs(9))))
        .hasMessageContaining("the same as none");
    assertThat(
            failed(
                Command.of("true").descriptor(4, Wiring.sameAs(5)).descriptor(5, Wiring.sameAs(4))))
        .hasMessageContaining("the same as none");
    Command terminal = Command.of("true").inTerminal(WindowSize.USUAL);
    assertThat(failed(terminal.closed(0).closed(1).errors(Wiring.nothing())))
        .hasMessageContaining("is its terminal");
    assertThat(failed(Command.of("true").input(Wiring.terminal())))
        .hasMessageContaining("no terminal");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\0b"})
  void noProgramHasSuchAName(String name) {
    assertThatThrownBy(() -> Command.of(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNulIsRefused() {
    Command fine = Command.of("true");
    assertThatThrownBy(() -> Command.of("true", "a", "b\0"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> fine.named("\0")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> fine.with("A", "\0")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> fine.with("A\0", "")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> fine.with("A=B", "")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> fine.with("", "")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> fine.descriptor(256, Wiring.nothing()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> fine.descriptor(-1, Wiring.nothing()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anotherEngineSaysWhoCan() throws Exception {
    Reactor other = Reactor.create(ReactorOptions.defaults().withEngine(Engines.nio()));
    var mine = reactor;
    stop();
    reactor = other;
    EngineLacks lacks = failure(EngineLacks.class, other.spawn(Command.of("true")));
    assertThat(lacks).hasMessage("engine nio has no child processes; engine linux has");
    assertThat(mine.state()).isEqualTo(Reactor.State.STOPPED);
  }

  @Test
  void aStartThatIsCancelledLeavesNothing() {
    for (int i = 0; i < 30; i++) {
      var spawning = reactor.spawn(Command.of("sleep", "100"));
      for (int turns = 0; turns < i % 7; turns++) {
        reactor.turn(Duration.ZERO);
      }
      if (!spawning.isDone()) {
        spawning.cancel();
      } else {
        var _ = spawning.thenAccept(child -> child.kill());
      }
      var _ = spawning.isDone();
    }
  }

  @Test
  void nothingStartsWhenTheReactorHasStopped() {
    stop();
    assertThat(reactor.spawn(Command.of("true")).isDone()).isTrue();
  }
}
