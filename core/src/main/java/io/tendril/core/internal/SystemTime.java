package io.tendril.core.internal;

import io.tendril.spi.TimeSource;
import java.time.Instant;

/** The system's time. */
public final class SystemTime implements TimeSource {
  /** The only one. */
  public static final TimeSource CLOCK = new SystemTime();

  private SystemTime() {}

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Instant now() {
    return Instant.now();
  }
}
