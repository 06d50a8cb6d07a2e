package io.tendril.testing;

import io.tendril.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** The clock of a host: that of the network, unless it drifts, and with a wall clock of its own. */
final class HostClock implements TimeSource {
  private final TestClock network;
  private double rate = 1;
  private long since;
  private long shown;
  private Duration wallOffset = Duration.ZERO;

  HostClock(TestClock network) {
    this.network = network;
  }

  @Override
  public long nanoTime() {
    return at(network.nanoTime());
  }

  private long at(long time) {
    return rate == 1 ? shown + time - since : shown + (long) ((time - since) * rate);
  }

  @Override
  public Instant now() {
    return network.now().plusNanos(nanoTime() - network.nanoTime()).plus(wallOffset);
  }

  /** Goes faster or slower than the network's clock from here on. */
  void rate(double newRate) {
    shown = nanoTime();
    since = network.nanoTime();
    rate = newRate;
  }

  void jump(Duration by) {
    wallOffset = wallOffset.plus(by);
  }

  /** The time of the network at which so many nanoseconds will have passed here. */
  long deadline(long nanos) {
    if (rate == 1) {
      return network.nanoTime() + nanos;
    }
    long target = nanoTime() + nanos;
    long time = network.nanoTime() + (long) Math.ceil(nanos / rate);
    while (at(time) < target) {
      time++;
    }
    return time;
  }
}
