package io.tendril.benchmarks.http;

import io.tendril.benchmarks.load.ClosedLoop;
import io.tendril.benchmarks.load.Exchange;
import io.tendril.benchmarks.load.OpenLoop;
import io.tendril.benchmarks.load.ServerProcess;
import io.tendril.benchmarks.load.Statistics;
import java.io.IOException;

/** The 99th percentile of latency at 60 percent of what the peer can do at most. */
final class Latency {
  private static final int CONNECTIONS = 64;
  private static final double SHARE = 0.6;
  private static final long WARM_UP = 8_000_000_000L;
  private static final long ROUND = 2_000_000_000L;

  private Latency() {}

  /** Runs so many rounds, and prints what came out. */
  static void compare(
      ServerProcess ours, Exchange ourExchange, ServerProcess its, Exchange itsExchange, int rounds)
      throws IOException {
    throughput(ours, ourExchange, WARM_UP);
    throughput(its, itsExchange, WARM_UP);
    double peak = throughput(its, itsExchange, ROUND);
    var ourTimes = new double[rounds];
    var itsTimes = new double[rounds];
    var ratios = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      ourTimes[i] = percentile(ours, ourExchange, peak * SHARE);
      itsTimes[i] = percentile(its, itsExchange, peak * SHARE);
      ratios[i] = ourTimes[i] / itsTimes[i];
    }
    System.out.printf(
        "p99 at %.0f/s, %.0f %% of the peer's %.0f/s: ours %.0f us, the peer's %.0f us, ratio %.3f,"
            + " <90%% %.3f%n",
        peak * SHARE,
        SHARE * 100,
        peak,
        Statistics.median(ourTimes),
        Statistics.median(itsTimes),
        Statistics.median(ratios),
        Statistics.upperBound(ratios));
  }

  private static double throughput(ServerProcess server, Exchange exchange, long nanos)
      throws IOException {
    try (var loop = new ClosedLoop(server.port(), CONNECTIONS, 1, exchange)) {
      return loop.run(nanos) * 1e9 / nanos;
    }
  }

  private static double percentile(ServerProcess server, Exchange exchange, double rate)
      throws IOException {
    try (var loop = new OpenLoop(server.port(), CONNECTIONS, rate, exchange)) {
      loop.percentile99(ROUND / 4);
      return loop.percentile99(ROUND) / 1e3;
    }
  }
}
