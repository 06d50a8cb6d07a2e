package io.tendril.app;

import java.time.Duration;

/**
 * How workers that die are started again. The first time it is done at once; one that dies again,
 * and has not lived for {@code most} meanwhile, waits for {@code first}, then for twice as long
 * each time, and at most for {@code most}.
 *
 * @param first how long to wait at the second death in a row; 250 ms by default
 * @param most the longest wait; 10 s by default
 * @param deaths how many may die within {@code within}, for each worker that there is to be: when
 *     there are more, the group gives up; 5 by default
 * @param within the time over which deaths are counted; 30 s by default
 */
public record RestartLimits(Duration first, Duration most, int deaths, Duration within) {
  private static final RestartLimits DEFAULTS =
      new RestartLimits(Duration.ofMillis(250), Duration.ofSeconds(10), 5, Duration.ofSeconds(30));

  /** Checks them. */
  public RestartLimits {
    if (first.isNegative() || first.isZero() || most.compareTo(first) < 0) {
      throw new IllegalArgumentException("waits of " + first + " to " + most);
    } else if (deaths < 0 || within.isNegative() || within.isZero()) {
      throw new IllegalArgumentException(deaths + " deaths within " + within);
    }
  }

  /** The defaults. */
  public static RestartLimits defaults() {
    return DEFAULTS;
  }

  /** With other waits. */
  public RestartLimits withWaits(Duration newFirst, Duration newMost) {
    return new RestartLimits(newFirst, newMost, deaths, within);
  }

  /** With another bound on deaths. */
  public RestartLimits withDeaths(int most, Duration newWithin) {
    return new RestartLimits(first, this.most, most, newWithin);
  }

  /** How long to wait after so many deaths in a row, from 1. */
  Duration after(int inARow) {
    if (inARow <= 1) {
      return Duration.ZERO;
    }
    Duration wait = first;
    for (int i = 2; i < inARow && wait.compareTo(most) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(most) < 0 ? wait : most;
  }
}
