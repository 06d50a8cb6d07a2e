package io.tendril.tls.boringssl;

import io.tendril.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** A clock that is set by hand. */
final class HandClock implements TimeSource {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  void advance(Duration time) {
    now = now.plus(time);
  }

  @Override
  public long nanoTime() {
    return now.toEpochMilli() * 1_000_000;
  }

  @Override
  public Instant now() {
    return now;
  }
}
