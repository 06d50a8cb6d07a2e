package io.tendril.benchmarks.echo;

import io.tendril.benchmarks.load.Exchange;
import io.tendril.benchmarks.load.IdleHeap;
import io.tendril.benchmarks.load.ServerProcess;
import java.util.List;

/** Heap per idle connection that has echoed one message. */
final class IdleConnections {
  private IdleConnections() {}

  public static void main(String[] arguments) throws Exception {
    int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8_000;
    try (var server = ServerProcess.start(List.of("-Xmx1g"), TendrilEcho.class)) {
      System.out.printf(
          "%d idle connections: %.0f bytes of heap each%n",
          count, IdleHeap.each(server, Exchange.echo(16), count));
    }
  }
}
