package io.tendril.cli;

import io.tendril.core.Reactor;
import java.io.PrintStream;

/// Lists the coroutines of a server that are alive when it gets SIGUSR1: what each waits for,
/// where, and since when.
final class CoroutineDump {
  private final Reactor reactor;
  private final PrintStream output;

  private CoroutineDump(Reactor reactor, PrintStream output) {
    this.reactor = reactor;
    this.output = output;
  }

  /// Begins to heed the signal, where the system has it.
  static void heed(Reactor reactor, PrintStream output) {
    var dump = new CoroutineDump(reactor, output);
    try {
      reactor.onSignal("USR1", dump::write);
    } catch (IllegalArgumentException e) {
      // no such signal here
    }
  }

  private void write() {
    var alive = reactor.liveCoroutines();
    output.println(alive.size() + " coroutines");
    alive.forEach(one -> output.println("  " + one));
  }
}
