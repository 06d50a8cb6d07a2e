package io.tendril.benchmarks.http;

import io.tendril.benchmarks.load.ClosedLoop;
import io.tendril.benchmarks.load.Exchange;
import io.tendril.benchmarks.load.OpenLoop;
import io.tendril.benchmarks.load.ServerProcess;
import io.tendril.benchmarks.load.Statistics;
import java.io.IOException;

/**
 * The 99th percentile of latency at 60 percent of what the second of two servers can do at most.
 */
final class Latency {
  private static final int CONNECTIONS = 64;
  private static final double SHARE = 0.6;
  private static final long WARM_UP = 8_000_000_000L;
  private static final long ROUND = 2_000_000_000L;

  /**
   * One of the two.
   *
   * @param between what it goes through before each round
   */
  record Side(String name, ServerProcess server, Exchange exchange, Between between) {
    Side(String name, ServerProcess server, Exchange exchange) {
      this(name, server, exchange, () -> {});
    }

    private double throughput(long nanos) throws IOException {
      try (var loop = new ClosedLoop(server.port(), CONNECTIONS, 1, exchange)) {
        return loop.run(nanos) * 1e9 / nanos;
      }
    }

    private double percentile(double rate) throws IOException {
      between.run();
      try (var loop = new OpenLoop(server.port(), CONNECTIONS, rate, exchange)) {
        loop.percentile99(ROUND / 4);
        return loop.percentile99(ROUND) / 1e3;
      }
    }
  }

  /** Something to be done between rounds. */
  @FunctionalInterface
  interface Between {
    void run() throws IOException;
  }

  private Latency() {}

  /** Runs so many rounds, and prints what came out. */
  static void compare(Side first, Side second, int rounds) throws IOException {
    first.throughput(WARM_UP);
    second.throughput(WARM_UP);
    double peak = second.throughput(ROUND);
    double rate = peak * SHARE;
    var firstTimes = new double[rounds];
    var secondTimes = new double[rounds];
    var ratios = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      firstTimes[i] = first.percentile(rate);
      secondTimes[i] = second.percentile(rate);
      ratios[i] = firstTimes[i] / secondTimes[i];
    }
    System.out.printf(
        "p99 at %.0f/s, %.0f %% of the latter's %.0f/s: %s %.0f us, %s %.0f us, ratio %.3f, <90%%"
            + " %.3f%n",
        rate,
        SHARE * 100,
        peak,
        first.name(),
        Statistics.median(firstTimes),
        second.name(),
        Statistics.median(secondTimes),
        Statistics.median(ratios),
        Statistics.upperBound(ratios));
  }
}
