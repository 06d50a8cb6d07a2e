package io.tendril.cli;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorGroup;
import java.io.PrintStream;
import java.util.List;

/// Lists the coroutines of a server that are alive when it gets SIGUSR1, those of all its reactors:
/// what each waits for, where, and since when.
final class CoroutineDump {
  private final ReactorGroup group;
  private final PrintStream output;

  private CoroutineDump(ReactorGroup group, PrintStream output) {
    this.group = group;
    this.output = output;
  }

  /// Begins to heed the signal, where the system has it.
  static void heed(ReactorGroup group, PrintStream output) {
    var dump = new CoroutineDump(group, output);
    try {
      group.first().onSignal("USR1", dump::ask);
    } catch (IllegalArgumentException e) {
      // no such signal here
    }
  }

  private void ask() {
    var _ =
        group.inEach(shard -> Deferred.succeeded(shard.liveCoroutines())).thenAccept(this::write);
  }

  private void write(List<List<Reactor.LiveCoroutine>> all) {
    var alive = all.stream().flatMap(List::stream).toList();
    output.println(alive.size() + " coroutines");
    alive.forEach(one -> output.println("  " + one));
  }
}
