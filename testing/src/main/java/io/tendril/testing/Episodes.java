package io.tendril.testing;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Something that begins now and then, and lasts for a while: partitions, stalls. Each is drawn when
 * time has come to the end of the one before, and strikes when something meets it.
 */
final class Episodes {
  private static final long SHORTEST_GAP = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_GAP = Duration.ofSeconds(20).toNanos();
  private static final long SHORTEST = Duration.ofMillis(100).toNanos();
  private static final long LONGEST = Duration.ofSeconds(5).toNanos();

  private enum Fate {
    UNMET,
    STRUCK,
    SPARED
  }

  private final Faults faults;
  private final Fault fault;
  private final SplittableRandom random;
  private final Object where;
  private long from;
  private long until;
  private long kind;
  private Fate fate = Fate.UNMET;

  Episodes(Faults faults, Fault fault, Object where, SplittableRandom random) {
    this.faults = faults;
    this.fault = fault;
    this.where = where;
    this.random = random;
  }

  /** Whether one is under way. Time must not go back. */
  boolean isOn(long now) {
    while (until <= now) {
      from = until + random.nextLong(SHORTEST_GAP, LONGEST_GAP);
      until = from + random.nextLong(SHORTEST, LONGEST);
      kind = random.nextLong();
      fate = Fate.UNMET;
    }
    return from <= now;
  }

  /** Whether the one that is under way may do its work; asked when something has met it. */
  boolean strikes() {
    if (fate == Fate.UNMET) {
      fate = faults.strikes(fault, new Draw(kind), where) ? Fate.STRUCK : Fate.SPARED;
    }
    return fate == Fate.STRUCK;
  }

  /** When the one that is under way ends. */
  long until() {
    return until;
  }

  /** A number drawn for the one that is under way. */
  long kind() {
    return kind;
  }
}
