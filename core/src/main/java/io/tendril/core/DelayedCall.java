package io.tendril.core;

import java.time.Duration;

/** A call that a reactor will make. Used in the reactor's thread. */
public interface DelayedCall {
  /**
   * Takes the call back.
   *
   * @throws IllegalStateException if it has run or was cancelled
   */
  void cancel();

  /**
   * Moves it to a time from now.
   *
   * @throws IllegalStateException if it has run or was cancelled
   */
  void reset(Duration fromNow);

  /**
   * Moves it by so much from the time it has; negative for sooner.
   *
   * @throws IllegalStateException if it has run or was cancelled
   */
  void delay(Duration further);

  /** Whether it is still to come. */
  boolean active();

  /** When it is or was due, in nanoseconds on the reactor's monotonic clock. */
  long time();
}
