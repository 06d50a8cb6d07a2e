package io.tendril.benchmarks.load;

import java.util.Arrays;
import java.util.SplittableRandom;

/** What rounds come to. */
public final class Statistics {
  private Statistics() {}

  /** The median; leaves the values as they are. */
  public static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The 90 percent upper bound of the median, by resampling. */
  public static double upperBound(double... values) {
    var random = new SplittableRandom(1);
    double[] medians = new double[10_000];
    double[] sample = new double[values.length];
    for (int i = 0; i < medians.length; i++) {
      for (int j = 0; j < sample.length; j++) {
        sample[j] = values[random.nextInt(values.length)];
      }
      medians[i] = median(sample);
    }
    Arrays.sort(medians);
    return medians[(int) (medians.length * 0.9)];
  }
}
