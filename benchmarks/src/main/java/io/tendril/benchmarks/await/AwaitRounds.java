package io.tendril.benchmarks.await;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;

/**
 * A contestant's side of {@link AwaitComparison}: runs what it is asked for, and says what it cost.
 */
final class AwaitRounds {
  private AwaitRounds() {}

  /** What is measured. */
  interface Contestant {
    /** Has pairs of coroutines hand each other a number for so long; returns how many awaits. */
    long suspending(int pairs, long nanos) throws Exception;

    /** Awaits results that are there, for so long; returns how many awaits. */
    long ready(long nanos) throws Exception;

    /** Starts so many coroutines that await what does not come. */
    void suspended(int count) throws Exception;
  }

  /** Answers questions on the standard input until it ends. */
  static void serve(Contestant contestant) throws Exception {
    var input = new BufferedReader(new InputStreamReader(System.in));
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    for (String question; (question = input.readLine()) != null; ) {
      String[] words = question.split(" ");
      int number = Integer.parseInt(words[1]);
      if (words[0].equals("suspended")) {
        long before = heap();
        contestant.suspended(number);
        System.out.println((heap() - before) / (double) number);
        continue;
      }
      long nanos = Long.parseLong(words[2]) * 1_000_000;
      long before = system.getProcessCpuTime();
      long count =
          words[0].equals("ready") ? contestant.ready(nanos) : contestant.suspending(number, nanos);
      System.out.println((system.getProcessCpuTime() - before) / (double) count);
    }
    Runtime.getRuntime().halt(0);
  }

  private static long heap() throws IOException {
    Runtime runtime = Runtime.getRuntime();
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }
}
