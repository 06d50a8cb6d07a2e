package io.tendril.spi;

import java.time.Instant;

/** The one clock of a reactor. May be read from any thread. */
public interface TimeSource {
  /** Monotonic nanoseconds from an arbitrary origin. */
  long nanoTime();

  /** Wall-clock time. It may jump. */
  Instant now();
}
