package io.tendril.benchmarks.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Servers side by side under the same load, in rounds that take turns: processor time and bytes
 * allocated per reply. The first server, and others whose names say so, are ours, and have a column
 * each of their ratios to those below them.
 */
public final class Comparison {
  private static final String OURS = "Tendril";
  private static final long WARM_UP = 4_000_000_000L;

  /** It ends then in any case, so that a comparison does: this is said on the standard error. */
  private static final int MOST_WARM_UPS = 8;

  /** A Java server is warm when its compilers work less than this, in a hundred of warm-up. */
  private static final int RESTING = 1;

  private static final long SETTLE = 200_000_000L;
  private static final long ROUND = 1_500_000_000L;

  private final Load.Source source;
  private final Map<String, Contestant> contestants = new LinkedHashMap<>();

  /** One of the servers, and what it is asked. */
  private record Contestant(ServerProcess server, Exchange exchange, List<Round> rounds) {}

  /** One round of one server. */
  private record Round(double micros, double allocated, double busy, double rate) {}

  /**
   * A comparison.
   *
   * @param depth how many requests a connection sends at once
   */
  public Comparison(int connections, int depth) {
    this((port, exchange) -> new ClosedLoop(port, connections, depth, exchange));
  }

  /** A comparison under another load. */
  public Comparison(Load.Source source) {
    this.source = source;
  }

  /** Adds a server; the first is the one to compare with. */
  public void add(String name, ServerProcess server, Exchange exchange) {
    contestants.put(name, new Contestant(server, exchange, new ArrayList<>()));
  }

  /** Runs so many rounds, and prints what came out. */
  public void run(int rounds) throws IOException {
    for (var each : contestants.entrySet()) {
      warmUp(each.getKey(), each.getValue());
    }
    var order = new ArrayList<>(contestants.values());
    for (int i = 0; i < rounds; i++) {
      for (var each : order) {
        each.rounds().add(measure(each, ROUND));
      }
      order.addFirst(order.removeLast());
    }
    print();
  }

  private void warmUp(String name, Contestant contestant) throws IOException {
    long allowed = WARM_UP / 1_000_000 * RESTING / 100;
    for (int times = 1; ; times++) {
      long before = contestant.server().compiling();
      measure(contestant, WARM_UP);
      long compiled = contestant.server().compiling() - before;
      if (compiled <= allowed) {
        return;
      } else if (times == MOST_WARM_UPS) {
        System.err.printf(
            "%s is not quite warm: its compilers worked %d ms in the last %d%n",
            name, compiled, WARM_UP / 1_000_000);
        return;
      }
    }
  }

  private Round measure(Contestant contestant, long nanos) throws IOException {
    ServerProcess server = contestant.server();
    try (var loop = source.open(server.port(), contestant.exchange())) {
      loop.run(SETTLE);
      Usage before = server.usage();
      long start = System.nanoTime();
      long count = loop.run(nanos);
      long wall = System.nanoTime() - start;
      Usage used = server.usage().since(before);
      return new Round(
          used.cpuNanos() / 1e3 / count,
          (double) used.allocatedBytes() / count,
          (double) used.busyNanos() / wall,
          count * 1e9 / wall);
    }
  }

  private void print() {
    List<List<Round>> ours =
        contestants.entrySet().stream()
            .filter(each -> isOurs(each.getKey()))
            .map(each -> each.getValue().rounds())
            .toList();
    System.out.printf("%-24s %10s %10s %14s %14s", "", "us/reply", "B/reply", "busy", "replies/s");
    for (int i = 1; i <= ours.size(); i++) {
      System.out.printf(" %16s", i + "./its, <90%");
    }
    System.out.println();
    contestants.forEach((name, contestant) -> {
      List<Round> rounds = contestant.rounds();
      double[] busy = rounds.stream().mapToDouble(Round::busy).sorted().toArray();
      System.out.printf(
          "%-24s %10.3f %10.1f %5.2f to %5.2f %14.0f",
          name,
          Statistics.median(rounds.stream().mapToDouble(Round::micros).toArray()),
          Statistics.median(rounds.stream().mapToDouble(Round::allocated).toArray()),
          busy[0],
          busy[busy.length - 1],
          Statistics.median(rounds.stream().mapToDouble(Round::rate).toArray()));
      for (List<Round> each : ours) {
        if (each == rounds) {
          break;
        }
        System.out.printf("     %s", ratio(each, rounds));
      }
      System.out.println();
    });
  }

  private boolean isOurs(String name) {
    return name.startsWith(OURS) || name.equals(contestants.keySet().iterator().next());
  }

  private static String ratio(List<Round> ours, List<Round> theirs) {
    var ratios = new double[theirs.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = ours.get(i).micros() / theirs.get(i).micros();
    }
    return "%.3f, %.3f".formatted(Statistics.median(ratios), Statistics.upperBound(ratios));
  }
}
