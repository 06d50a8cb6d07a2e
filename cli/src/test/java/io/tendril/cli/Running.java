package io.tendril.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorGroup;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.function.BiFunction;
import picocli.CommandLine;

/// A command that runs in reactors of its own, within the test's process.
final class Running<C extends TendrilCommand> implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  final ReactorGroup group;
  final Reactor reactor;
  private final StringWriter out = new StringWriter();

  /// On one reactor.
  Running(C command, BiFunction<C, ReactorGroup, Deferred<?>> start, String... arguments)
      throws Exception {
    this(1, command, start, arguments);
  }

  Running(
      int reactors, C command, BiFunction<C, ReactorGroup, Deferred<?>> start, String... arguments)
      throws Exception {
    group = ReactorGroup.start(ReactorGroup.Options.defaults().withReactors(reactors));
    reactor = group.first();
    var line = new CommandLine(command).setOut(new PrintWriter(out));
    line.parseArgs(arguments);
    try {
      reactor.blockingCall(() -> start.apply(command, group).thenRun(() -> {}), LONGEST);
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  /// What it has printed so far.
  String out() {
    return out.toString();
  }

  /// The first line printed that has this in it; waits for it.
  String lineWith(String part) throws InterruptedException {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (System.nanoTime() < end) {
      var found = out().lines().filter(line -> line.contains(part)).findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      Thread.onSpinWait();
      Thread.yield();
    }
    assertThat(out()).contains(part);
    return "";
  }

  @Override
  public void close() throws Exception {
    group.stop();
    group.awaitStopped(LONGEST);
  }
}
