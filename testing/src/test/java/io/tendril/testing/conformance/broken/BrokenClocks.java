package io.tendril.testing.conformance.broken;

import static io.tendril.testing.conformance.broken.Broken.clock;

import io.tendril.spi.TimeSource;
import java.time.Instant;
import java.util.List;
import java.util.function.LongUnaryOperator;

/** Engines whose clock is at fault. */
final class BrokenClocks {
  private static final long MILLISECOND = 1_000_000;

  private BrokenClocks() {}

  static List<Broken> all() {
    return List.of(
        clock(
            "R3 D8 T2 T9 T10 P4 L4 L5",
            "has a clock that stands still",
            sound -> {
              long start = sound.nanoTime();
              return wrong(sound, now -> start);
            }),
        clock(
            "R3 D8 T2 T10 P4 L4 L5",
            "has a clock that runs twice as fast",
            sound -> {
              long start = sound.nanoTime();
              return wrong(sound, now -> start + 2 * (now - start));
            }),
        clock(
            "R3 T2",
            "has a clock that runs half as fast",
            sound -> {
              long start = sound.nanoTime();
              return wrong(sound, now -> start + (now - start) / 2);
            }),
        clock(
            "R3",
            "rounds the time up to a millisecond",
            sound -> wrong(sound, now -> Math.ceilDiv(now, MILLISECOND) * MILLISECOND)),
        clock(
            "R3",
            "has a clock that goes back now and then",
            sound -> {
              var readings = new int[1];
              return wrong(sound, now -> now - readings[0]++ % 2 * MILLISECOND);
            }));
  }

  private static TimeSource wrong(TimeSource sound, LongUnaryOperator time) {
    return new TimeSource() {
      @Override
      public long nanoTime() {
        return time.applyAsLong(sound.nanoTime());
      }

      @Override
      public Instant now() {
        return sound.now();
      }
    };
  }
}
