package io.tendril.benchmarks.workers;

import io.tendril.benchmarks.load.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Many connections, held by several workers. The clients are processes, too, each with an address
 * of its own: a process has only so many descriptors, and an address so many ports.
 */
final class HeldConnections {
  private static final int MOST_OF_A_CLIENT = 15_000;

  private HeldConnections() {}

  public static void main(String[] arguments) throws Exception {
    int connections = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 60_000;
    int workers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4;
    List<Process> clients = new ArrayList<>();
    try (var server =
        ServerProcess.startOn(
            "0,1", List.of("-Xms32m", "-Xmx192m"), WorkersEcho.class, "" + workers)) {
      try {
        List<Long> before = resident(server, workers);
        long begun = System.nanoTime();
        for (int left = connections; left > 0; left -= MOST_OF_A_CLIENT) {
          clients.add(client(server.port(), clients.size(), Math.min(left, MOST_OF_A_CLIENT)));
        }
        await(clients);
        long opened = System.nanoTime();
        for (Process client : clients) {
          client.outputWriter().append('\n').flush();
        }
        await(clients);
        long echoed = System.nanoTime();
        awaitCounts(server, workers, connections);
        System.out.printf(
            "%d connections by %d workers: opened in %.1f s, all have echoed once more in %.1f s%n",
            connections, workers, (opened - begun) / 1e9, (echoed - opened) / 1e9);
        List<Long> after = resident(server, workers);
        for (int i = 0; i < workers; i++) {
          long held = server.ask("connections " + i);
          System.out.printf(
              "worker %d: %d connections, %d MB resident, %d MB before, %d bytes each%n",
              i + 1,
              held,
              after.get(i) >> 20,
              before.get(i) >> 20,
              (after.get(i) - before.get(i)) / Math.max(1, held));
        }
      } finally {
        clients.forEach(Process::destroy);
        long _ = server.ask("end");
      }
    }
  }

  private static Process client(int port, int number, int connections) throws IOException {
    return new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "-XX:+UseSerialGC",
            "-Xmx96m",
            "-cp",
            System.getProperty("java.class.path"),
            Holder.class.getName(),
            "" + port,
            "127.0.1." + (number + 1),
            "" + connections)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Waits until each has said that it is done. */
  private static void await(List<Process> clients) throws IOException {
    for (Process client : clients) {
      if (client.inputReader().readLine() == null) {
        throw new IOException("a client has failed");
      }
    }
  }

  /** Workers say how many connections they have every other second. */
  private static void awaitCounts(ServerProcess server, int workers, int connections)
      throws Exception {
    long end = System.nanoTime() + 20_000_000_000L;
    long sum;
    do {
      Thread.sleep(100);
      sum = 0;
      for (int i = 0; i < workers; i++) {
        sum += server.ask("connections " + i);
      }
    } while (sum != connections && System.nanoTime() < end);
    if (sum != connections) {
      throw new IOException("the workers have " + sum + " connections, and not " + connections);
    }
  }

  private static List<Long> resident(ServerProcess server, int workers) throws IOException {
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      Path status = Path.of("/proc/" + server.ask("process " + i) + "/status");
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmRSS:")) {
          all.add(Long.parseLong(line.replaceAll("\\D+", "")) << 10);
        }
      }
    }
    return all;
  }
}
