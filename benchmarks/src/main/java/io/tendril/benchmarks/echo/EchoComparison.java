package io.tendril.benchmarks.echo;

import io.netty.util.Version;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * TCP echo of 128 bytes on 64 connections: processor time and bytes allocated per message, Tendril
 * beside Netty's NIO transport, in rounds that take turns. The servers share one core, the
 * generator has the other.
 */
final class EchoComparison {
  private static final int CONNECTIONS = 64;
  private static final int SIZE = 128;
  private static final long WARM_UP = 6_000_000_000L;
  private static final long ROUND = 2_000_000_000L;

  private EchoComparison() {}

  /** One round of one server. */
  private record Round(double cpuPerMessage, double allocatedPerMessage, double busy, long count) {}

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
    try (var tendril = ServerProcess.start(TendrilEcho.class, 0);
        var netty = ServerProcess.start(NettyEcho.class, 0)) {
      measure(tendril, WARM_UP);
      measure(netty, WARM_UP);
      double[] ratios = new double[rounds];
      System.out.println("round  tendril us/msg  netty us/msg  ratio  B/msg  B/msg  busy  busy");
      for (int i = 0; i < rounds; i++) {
        Round ours;
        Round theirs;
        if (i % 2 == 0) {
          ours = measure(tendril, ROUND);
          theirs = measure(netty, ROUND);
        } else {
          theirs = measure(netty, ROUND);
          ours = measure(tendril, ROUND);
        }
        ratios[i] = ours.cpuPerMessage() / theirs.cpuPerMessage();
        System.out.printf(
            "%5d  %14.3f  %12.3f  %5.3f  %5.1f  %5.1f  %4.2f  %4.2f%n",
            i + 1,
            ours.cpuPerMessage() / 1000,
            theirs.cpuPerMessage() / 1000,
            ratios[i],
            ours.allocatedPerMessage(),
            theirs.allocatedPerMessage(),
            ours.busy(),
            theirs.busy());
      }
      System.out.printf(
          "Tendril/Netty %s: median %.3f, bootstrap 90 %% upper bound %.3f%n",
          Version.identify().get("netty-transport").artifactVersion(),
          median(ratios.clone()),
          upperBound(ratios));
    }
  }

  private static Round measure(ServerProcess server, long nanos) throws IOException {
    try (var generator = new Generator(server.port(), CONNECTIONS, SIZE)) {
      generator.run(nanos / 10);
      ServerProcess.Usage before = server.usage();
      long start = System.nanoTime();
      long count = generator.run(nanos);
      long wall = System.nanoTime() - start;
      ServerProcess.Usage used = server.usage().minus(before);
      return new Round(
          (double) used.cpuNanos() / count,
          (double) used.allocatedBytes() / count,
          (double) used.cpuNanos() / wall,
          count);
    }
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  /** The 90 percent upper bound of the median, by resampling. */
  private static double upperBound(double[] ratios) {
    var random = new SplittableRandom(1);
    double[] medians = new double[10_000];
    for (int i = 0; i < medians.length; i++) {
      double[] sample = new double[ratios.length];
      for (int j = 0; j < sample.length; j++) {
        sample[j] = ratios[random.nextInt(ratios.length)];
      }
      medians[i] = median(sample);
    }
    Arrays.sort(medians);
    return medians[(int) (medians.length * 0.9)];
  }
}
