package io.tendril.testing.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.ReactorEvent;
import io.tendril.core.Source;
import io.tendril.core.process.Captured;
import io.tendril.core.process.ChildProcess;
import io.tendril.core.process.Command;
import io.tendril.core.process.ExitStatus;
import io.tendril.core.process.Wiring;
import io.tendril.testing.OpenDescriptors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How children live and end. */
class ChildProcessTest extends ChildFixture {
  private static final Duration NEVER = Duration.ofMinutes(10);
  private static final Duration SOON = Duration.ofMillis(50);

  @TempDir Path directory;

  // ---- The end --------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"exit 0, 0", "exit 1, 1", "exit 255, 255", "true, 0"})
  void itsCodeIsKnown(String script, int code) throws Exception {
    var child = spawn(shell(script));
    assertThat(get(child.exited())).isEqualTo(new ExitStatus.Code(code));
    assertThat(child.running()).isFalse();
    assertThat(get(child.exited()).isSuccess()).isEqualTo(code == 0); // also afterwards
    child.close();
  }

  @ParameterizedTest
  @CsvSource({"KILL, 9", "TERM, 15", "HUP, 1", "USR1, 10", "SIGALRM, 14"})
  void itsSignalIsKnown(String name, int number) throws Exception {
    var child = spawn(Command.of("sleep", "100"));
    assertThat(child.signal(name)).isTrue();
    assertThat(get(child.exited()))
        .isEqualTo(new ExitStatus.Signal(number, name.replace("SIG", ""), false));
    assertThat(child.signal(name)).as("nobody is there any more").isFalse();
    child.close();
  }

  @Test
  void aCoreDumpIsKnown() throws Exception {
    boolean toFile = !Files.readString(Path.of("/proc/sys/kernel/core_pattern")).startsWith("|");
    boolean allowed = capture(shell("ulimit -c unlimited")).status().isSuccess();
    assumeTrue(toFile && allowed, "no core is dumped here");
    Captured captured = capture(shell("ulimit -c unlimited; kill -SEGV $$").in(directory));
    assertThat(captured.status()).isEqualTo(new ExitStatus.Signal(11, "SEGV", true));
    assertThat(captured.status()).hasToString("ended by SIGSEGV, with a core dump");
  }

  @Test
  void thereIsNoSuchSignal() throws Exception {
    var child = spawn(Command.of("cat"));
    assertThatThrownBy(() -> child.signal("FOO"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no signal is called 'FOO'");
    assertThatThrownBy(() -> child.signalGroup("TERM")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> child.pipe(7)).isInstanceOf(IllegalArgumentException.class);
    child.close();
    assertThat(get(child.ended()).isSuccess()).isFalse();
  }

  @Test
  void itHasExitedBeforeItHasEndedWhereAnotherHasItsPipe() throws Exception {
    Path go = directory.resolve("go");
    var child =
        spawn(shell("(while ! test -e go; do sleep 0.01; done; echo late) & exit 3").in(directory));
    var text = new StringBuilder();
    var output = child.output().forEach(data -> text.append(text(data)));
    var ended = child.ended();
    assertThat(get(child.exited())).isEqualTo(new ExitStatus.Code(3));
    reactor.turn(SOON);
    assertThat(ended.isDone()).isFalse();
    Files.createFile(go);
    assertThat(get(ended)).isEqualTo(new ExitStatus.Code(3));
    assertThat(get(output)).isEqualTo(5);
    assertThat(text).asString().isEqualTo("late\n");
  }

  @Test
  void aDaemonThatKeepsThePipeIsLeftBehind() throws Exception {
    var child = spawn(shell("sleep 100 & echo $!").errors(Wiring.nothing()));
    var text = new StringBuilder();
    var flowing = child.output().forEach(data -> text.append(text(data)));
    assertThat(get(child.exited()).isSuccess()).isTrue();
    until(() -> text.indexOf("\n") > 0);
    var ended = child.ended();
    assertThat(flowing.isDone()).isFalse();
    reactor.turn(SOON);
    assertThat(ended.isDone()).isFalse();
    child.close(); // this side lets go
    failure(CancellationException.class, flowing);
    assertThat(get(ended).isSuccess()).isTrue();
    ProcessHandle.of(Long.parseLong(text.toString().trim())).orElseThrow().destroyForcibly();
  }

  @Test
  void toWaitForItIsOfNoConsequence() throws Exception {
    var child = spawn(Command.of("cat"));
    child.exited().cancel();
    var _ = child.ended().orTimeout(Duration.ofMillis(1)).exceptionally(late -> null);
    reactor.turn(SOON);
    assertThat(child.running()).isTrue();
    child.input().loseConnection();
    assertThat(get(child.exited()).isSuccess()).isTrue();
    child.close();
  }

  @Test
  void twoThousandInARow() throws Exception {
    Set<Long> others = children();
    var open = OpenDescriptors.now();
    Command command = Command.of("true");
    for (int i = 0; i < 2_000; i++) {
      assertThat(get(spawn(command).ended().thenApply(ExitStatus::isSuccess))).isTrue();
    }
    open.assertNoMore();
    assertThat(children()).isEqualTo(others);
  }

  @Test
  void manyAtOnce() throws Exception {
    List<Deferred<Captured>> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      all.add(shell("echo " + i).capture(reactor, 100));
    }
    List<Captured> captured = get(Deferred.gather(all));
    for (int i = 0; i < 60; i++) {
      assertThat(captured.get(i).text()).isEqualTo(i + "\n");
    }
  }

  @Test
  void theJdksOwnChildrenAreNoneOfOurs() throws Exception {
    Process theirs = new ProcessBuilder("sh", "-c", "exit 7").start();
    var ours = spawn(shell("exit 8"));
    assertThat(get(ours.exited())).isEqualTo(new ExitStatus.Code(8));
    assertThat(theirs.waitFor()).isEqualTo(7);
    ours.close();
    theirs.getInputStream().close();
    theirs.getErrorStream().close();
    theirs.getOutputStream().close();
  }

  // ---- Stopping -------------------------------------------------------------------------------

  @Test
  void oneThatListensStops() throws Exception {
    var child = spawn(shell("trap 'exit 5' TERM; echo ready; while :; do sleep 0.01; done"));
    awaitReady(child);
    assertThat(get(child.stop(NEVER))).isEqualTo(new ExitStatus.Code(5));
    child.close();
  }

  @Test
  void oneThatDoesNotIsKilled() throws Exception {
    var child = spawn(shell("trap '' TERM; echo ready; while :; do sleep 0.01; done"));
    awaitReady(child);
    assertThat(get(child.stop(SOON))).isEqualTo(new ExitStatus.Signal(9, "KILL", false));
    child.close();
  }

  @Test
  void oneThatIsSuspendedHearsOfIt() throws Exception {
    var child = spawn(Command.of("sleep", "100"));
    assertThat(child.signal("STOP")).isTrue();
    assertThat(get(child.stop(NEVER))).isEqualTo(new ExitStatus.Signal(15, "TERM", false));
    child.close();
  }

  @Test
  void itsGroupEndsWithIt() throws Exception {
    // A grandchild that ignores TERM, in the group of one that does not.
    var child =
        spawn(
            shell("sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.01; done' & wait")
                .inOwnGroup());
    var text = new StringBuilder();
    var flowing = child.output().forEach(data -> text.append(text(data)));
    until(() -> text.indexOf("\n") > 0);
    ProcessHandle grandchild =
        ProcessHandle.of(Long.parseLong(text.toString().trim())).orElseThrow();
    get(child.stop(NEVER));
    until(() -> !grandchild.isAlive());
    assertThat(get(flowing)).isPositive();
    child.close();
  }

  @Test
  void signalsReachTheWholeGroup() throws Exception {
    var child =
        spawn(
            shell(
                    "trap : USR1; (trap 'echo inner; exit' USR1; echo ready; while :; do sleep 0.01; done) & wait $!; wait $!; exit 4")
                .inOwnGroup());
    var text = new StringBuilder();
    var flowing = child.output().forEach(data -> text.append(text(data)));
    until(() -> text.indexOf("ready") >= 0);
    assertThat(child.signalGroup("USR1")).isTrue();
    assertThat(get(child.exited())).isEqualTo(new ExitStatus.Code(4));
    get(flowing);
    assertThat(text).contains("inner");
    child.close();
  }

  private void awaitReady(ChildProcess child) {
    List<String> heard = new ArrayList<>();
    var _ = child.output().forEach(data -> heard.add(text(data))).exceptionally(closed -> null);
    until(() -> !heard.isEmpty());
  }

  // ---- The reactor's end ----------------------------------------------------------------------

  @Test
  void theReactorsEndAsksThemToEnd() throws Exception {
    var child =
        spawn(shell("trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.01; done"));
    var text = new StringBuilder();
    var output = child.output().forEach(data -> text.append(text(data)));
    until(() -> text.indexOf("ready") >= 0);
    assertThat(holdings())
        .anyMatch(each -> each.startsWith("child process process " + child.pid()));
    List<ExitStatus> ends = new ArrayList<>();
    var _ = child.ended().thenAccept(ends::add);
    stop();
    assertThat(ends).containsExactly(new ExitStatus.Code(5));
    assertThat(text).asString().isEqualTo("ready\nbye\n");
    assertThat(output.isDone()).isTrue();
  }

  @Test
  void atTheDeadlineTheyAreKilled() throws Exception {
    stop();
    reactor = linux(Duration.ofMillis(300));
    List<String> unfinished = new ArrayList<>();
    reactor.observe(event -> {
      if (event instanceof ReactorEvent.ShutdownOverdue(List<String> what)) {
        unfinished.addAll(what);
      }
    });
    var child = spawn(shell("trap '' TERM; echo ready; while :; do sleep 0.01; done"));
    awaitReady(child);
    List<ExitStatus> ends = new ArrayList<>();
    var _ = child.exited().thenAccept(ends::add);
    stop();
    assertThat(unfinished).anyMatch(each -> each.startsWith("child process " + child.pid()));
    assertThat(ends).containsExactly(new ExitStatus.Signal(9, "KILL", false));
  }

  // ---- Pipes ----------------------------------------------------------------------------------

  @Test
  void whatItHasWrittenIsThereAfterItsEnd() throws Exception {
    var child = spawn(shell("echo hello"));
    var ended = child.ended();
    assertThat(get(child.exited()).isSuccess()).isTrue();
    reactor.turn(SOON);
    assertThat(ended.isDone()).as("while it has not been read").isFalse();
    assertThat(text(get(child.output().bytes(100)))).isEqualTo("hello\n");
    assertThat(get(child.errors().bytes(100)).remaining()).isZero();
    assertThat(get(ended).isSuccess()).isTrue();
    assertThat(get(child.errors().bytes(100)).remaining()).as("over, and empty").isZero();
  }

  @Test
  void whatFloodsBothPipesWaitsWhileNobodyReads() throws Exception {
    var child = spawn(shell("(exec yes >&2) & exec yes"));
    until(() -> writtenBy(child) > 64 << 10);
    int[] quiet = new int[1];
    long[] last = new long[1];
    until(() -> {
      long now = writtenBy(child);
      quiet[0] = now == last[0] ? quiet[0] + 1 : 0;
      last[0] = now;
      return quiet[0] > 20;
    });
    assertThat(last[0]).as("what its pipe holds, and this side").isLessThan(144 << 10);
    assertThat(child.running()).isTrue();
    long[] read = new long[2];
    var out = child.output().forEach(data -> read[0] += data.remaining());
    var err = child.errors().forEach(data -> read[1] += data.remaining());
    until(() -> read[0] > 10 << 20 && read[1] > 10 << 20);
    child.close(); // the other one hears of its broken pipe
    failure(CancellationException.class, out);
    failure(CancellationException.class, err);
  }

  private static long writtenBy(ChildProcess child) {
    try {
      return Files.readString(Path.of("/proc/" + child.pid() + "/io"))
          .lines()
          .filter(line -> line.startsWith("wchar: "))
          .mapToLong(line -> Long.parseLong(line.substring("wchar: ".length())))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatItDoesNotReadIsBounded() throws Exception {
    var child = spawn(Command.of("sleep", "100"));
    ByteBuffer much = ByteBuffer.allocate(1 << 20);
    for (int i = 0; i < 20 && child.input().outboundBytes() < 18 << 20; i++) {
      child.input().write(much.clear());
      reactor.turn(Duration.ZERO);
    }
    List<Throwable> reasons = new ArrayList<>();
    child.input().onClosed(reasons::add);
    until(() -> !reasons.isEmpty());
    assertThat(reasons.getFirst()).isInstanceOf(ConnectionClosed.LimitExceeded.class);
    child.close();
  }

  @Test
  void aPipeThatNobodyReadsIsBroken() throws Exception {
    var child = spawn(shell("exec <&-; echo closed; sleep 100"));
    awaitReady(child);
    List<Throwable> reasons = new ArrayList<>();
    child.input().onClosed(reasons::add);
    child.input().write("for nobody");
    until(() -> !reasons.isEmpty());
    assertThat(reasons.getFirst())
        .isInstanceOf(ConnectionClosed.Lost.class)
        .hasMessageContaining("Broken pipe")
        .hasMessageStartingWith("process " + child.pid() + " (/bin/sh)");
    assertThat(child.running()).isTrue();
    child.close();
  }

  @Test
  void itsInputEndsAndItsOutputComesBack() throws Exception {
    byte[] much = "0123456789abcde\n".repeat(100_000).getBytes(UTF_8);
    Captured captured = get(Command.of("cat").capture(reactor, ByteBuffer.wrap(much), 2 << 20));
    assertThat(captured.output()).isEqualTo(ByteBuffer.wrap(much));
    captured = get(Command.of("head", "-n1").capture(reactor, ByteBuffer.wrap(much), 100));
    assertThat(captured.text()).as("which need not read it all").isEqualTo("0123456789abcde\n");
  }

  @Test
  void moreThanTheLimitOfWhatIsCaptured() throws Exception {
    failure(Source.LimitExceeded.class, Command.of("yes").capture(reactor, 1000));
    failure(Source.LimitExceeded.class, shell("yes >&2").capture(reactor, 1000));
  }

  @Test
  void capturingCanBeGivenUp() {
    var capturing = Command.of("sleep", "100").capture(reactor, 10);
    until(() ->
        !children().isEmpty()
            && holdings().stream()
                .anyMatch(h -> h.contains("sleep 100") && !h.contains("started")));
    capturing.cancel();
    failure(CancellationException.class, capturing);
  }

  @Test
  void captureHearsOfSignalsAndCodes() throws Exception {
    Captured captured = capture(shell("echo out; echo err >&2; kill -9 $$"));
    assertThat(captured.status()).isEqualTo(new ExitStatus.Signal(9, "KILL", false));
    assertThat(captured.text()).isEqualTo("out\n");
    assertThat(captured.errorText()).isEqualTo("err\n");
  }
}
