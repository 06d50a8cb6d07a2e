package io.tendril.benchmarks.forward;

import io.tendril.benchmarks.load.ServerProcess;
import io.tendril.cli.PortForwardCommand;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** {@code tendril portforward}, without a line for each connection. */
final class TendrilForward {
  private TendrilForward() {}

  /** Listens on a port: the first argument; the others are more options of the command. */
  public static void main(String[] arguments) throws Exception {
    var options = new ArrayList<>(List.of("--quiet"));
    options.addAll(List.of(arguments).subList(1, arguments.length));
    Thread.ofPlatform()
        .daemon()
        .start(() ->
            new CommandLine(new PortForwardCommand())
                .setOut(new PrintWriter(Writer.nullWriter()))
                .execute(options.toArray(String[]::new)));
    int port = Integer.parseInt(arguments[0]);
    ServerProcess.awaitListener(port);
    ServerProcess.serve(port);
  }
}
