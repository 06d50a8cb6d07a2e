package io.tendril.core.policy;

import io.tendril.spi.TimeSource;
import java.time.Duration;

/**
 * A token bucket that allows debts: who finds it not in debt may spend as much as there is to
 * spend, and the next waits until that is paid. It holds one second's worth.
 *
 * <p>Kept as the time at which it will be empty of debt (the generic cell rate algorithm, ITU-T
 * I.371), so that nothing needs to fill it.
 */
final class Bucket {
  private static final long BURST_NANOS = 1_000_000_000;

  private final long perSecond;
  private final TimeSource clock;
  private long paidAt;

  Bucket(long perSecond, TimeSource clock) {
    this.perSecond = perSecond;
    this.clock = clock;
    this.paidAt = clock.nanoTime() - BURST_NANOS;
  }

  /** Spends what it may not have. */
  void spend(long bytes) {
    long earliest = clock.nanoTime() - BURST_NANOS;
    long from = paidAt - earliest < 0 ? earliest : paidAt;
    paidAt = from + (long) (bytes * 1e9 / perSecond);
  }

  /** How long until it is out of debt: zero when more may be spent now. */
  Duration debt() {
    return Duration.ofNanos(Math.max(0, paidAt - clock.nanoTime()));
  }

  /** What is spent at once at most, so that what is limited flows evenly: up to 50 ms' worth. */
  int slice() {
    return Math.clamp(perSecond / 20, 1, 16 << 10);
  }
}
