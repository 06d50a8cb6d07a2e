package io.tendril.testing.conformance;

import io.tendril.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Time that stands still until a case lets it pass: on engines of any kind nothing has to sleep.
 */
final class StillClock implements TimeSource {
  private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicLong now = new AtomicLong(1_000_000_000L);

  @Override
  public long nanoTime() {
    return now.get();
  }

  @Override
  public Instant now() {
    return BEGINNING.plusNanos(now.get());
  }

  void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
