package io.tendril.testing;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * What happens to a host now and then, unasked: it stands still, its program is killed, it loses
 * power. One thing at a time, with a draw for each.
 */
final class Mishaps {
  private static final long SHORTEST_GAP = Duration.ofSeconds(1).toNanos();
  private static final long SHORTEST = Duration.ofMillis(100).toNanos();
  private static final long LONGEST = Duration.ofSeconds(5).toNanos();

  private final MemoryHost host;
  private final SplittableRandom random;
  private final long longestGap;
  private final Fault[] kinds;
  private boolean over;

  /**
   * Mishaps of a host.
   *
   * @param kinds what may happen, each as likely
   */
  Mishaps(MemoryHost host, SplittableRandom random, Duration longestGap, Fault... kinds) {
    this.host = host;
    this.random = random;
    this.longestGap = longestGap.toNanos();
    this.kinds = kinds;
    next();
  }

  /** Nothing more happens. */
  void end() {
    over = true;
  }

  private void next() {
    long gap = random.nextLong(SHORTEST_GAP, longestGap);
    long length = random.nextLong(SHORTEST, LONGEST);
    Fault kind = kinds[random.nextInt(kinds.length)];
    Draw draw = Draw.from(random);
    clock().after(gap, () -> strike(kind, draw, Duration.ofNanos(length)));
  }

  private void strike(Fault kind, Draw draw, Duration length) {
    if (over) {
      return;
    }
    if (!host.isDown() && host.network().faults().strikes(kind, draw, host)) {
      switch (kind) {
        case PAUSE -> host.standStill(length);
        case KILL -> host.die(/* told= */ true);
        default -> host.die(/* told= */ false);
      }
      if (kind != Fault.PAUSE) {
        clock().after(length.toNanos(), this::startAgain);
      }
    }
    next();
  }

  private void startAgain() {
    if (!over && !host.staysDown()) {
      host.startIfDown();
    }
  }

  private TestClock clock() {
    return host.network().clock();
  }
}
