package io.tendril.testing;

import java.util.SplittableRandom;

/**
 * One drawn number, and all that chance decides about one thing: each decision is a function of the
 * number, and not of those before it. So a run from which a fault is left out draws the same for
 * all the rest, as far as that is still there.
 */
record Draw(long number) {
  /** What is not a fault is decided with a number of its own, too. */
  private static final int LATENCY = 100;

  private static final int LATENESS = 101;
  private static final int AGAIN = 102;
  private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

  static Draw from(SplittableRandom random) {
    return new Draw(random.nextLong());
  }

  /** Whether a fault of this probability comes up. */
  boolean brings(Fault fault, double probability) {
    return probability > 0 && unit(fault.salt()) < probability;
  }

  /** What a fault of this draw is called in a replay. */
  int name(Fault fault) {
    return (int) (mixed(fault.salt()) & 0xFF_FFFF) + 1;
  }

  /** A time between two, both included. */
  long latency(long least, long most) {
    return least + (long) (unit(LATENCY) * (most - least + 1));
  }

  /** A time up to one. */
  long lateness(long most) {
    return (long) (unit(LATENESS) * most);
  }

  /** A draw for the next attempt, or the copy, of the same thing. */
  Draw again() {
    return new Draw(mixed(AGAIN));
  }

  private double unit(int decision) {
    return (mixed(decision) >>> 11) * 0x1.0p-53;
  }

  private long mixed(int decision) {
    long z = number + (decision + 1) * GOLDEN;
    z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
    return z ^ (z >>> 31);
  }
}
