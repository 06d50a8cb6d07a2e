package io.tendril.benchmarks.echo;

import io.tendril.benchmarks.load.Engine;
import io.tendril.benchmarks.load.Exchange;
import io.tendril.benchmarks.load.IdleHeap;
import io.tendril.benchmarks.load.ServerProcess;
import java.util.ArrayList;

/** Heap per idle connection that has echoed one message. */
final class IdleConnections {
  private IdleConnections() {}

  public static void main(String[] arguments) throws Exception {
    int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8_000;
    for (Engine engine : Engine.values()) {
      var options = new ArrayList<>(engine.options());
      options.add("-Xmx1g");
      try (var server = ServerProcess.start(options, TendrilEcho.class)) {
        System.out.printf(
            "%s: %d idle connections, %.0f bytes of heap each%n",
            engine, count, IdleHeap.each(server, Exchange.echo(16), count));
      }
    }
  }
}
