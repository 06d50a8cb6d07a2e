package io.tendril.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What lies between two hosts, and what it does to their traffic, both ways. A new link delivers
 * all at once. Times are virtual, and all that is left to chance comes from the network's seed.
 *
 * <p>Datagrams that are lost are gone. Streams stay whole and in order whatever happens: what is
 * lost is sent again, as TCP does (RFC 6298), so that loss shows as delay. A connection on which
 * nothing comes through for a quarter of an hour breaks.
 */
public final class MemoryLink {
  private static final long FIRST_RETRY = Duration.ofMillis(200).toNanos();
  private static final long LONGEST_RETRY = Duration.ofMinutes(2).toNanos();
  private static final int RETRIES = 15;
  private static final long FIRST_CALL_AGAIN = Duration.ofSeconds(1).toNanos();
  private static final int CALLS_AGAIN = 6;

  private record Partition(long from, long until) {}

  private final MemoryNetwork network;
  private final List<Partition> partitions = new ArrayList<>();
  private long shortest;
  private long longest;
  private double loss;
  private double duplication;
  private boolean down;
  private boolean held;
  private boolean partitionsAtRandom;
  private Partition random = new Partition(0, 0);

  MemoryLink(MemoryNetwork network) {
    this.network = network;
  }

  MemoryNetwork network() {
    return network;
  }

  // ---- Settings -------------------------------------------------------------------------------

  /** Delays each datagram and each piece of a stream by a random time; datagrams may overtake. */
  public MemoryLink latency(Duration atLeast, Duration atMost) {
    if (atLeast.isNegative() || atMost.compareTo(atLeast) < 0) {
      throw new IllegalArgumentException("latency from " + atLeast + " to " + atMost);
    }
    shortest = atLeast.toNanos();
    longest = atMost.toNanos();
    return this;
  }

  /** Delays everything by the same time. */
  public MemoryLink latency(Duration always) {
    return latency(always, always);
  }

  /**
   * Loses some of what is sent.
   *
   * @param probability from 0 to 1
   */
  public MemoryLink loss(double probability) {
    loss = checked(probability);
    return this;
  }

  /**
   * Delivers some datagrams twice.
   *
   * @param probability from 0 to 1
   */
  public MemoryLink duplication(double probability) {
    duplication = checked(probability);
    return this;
  }

  /**
   * Lets nothing through for a time.
   *
   * @param from from now on the clock of the network
   */
  public MemoryLink partition(Duration from, Duration length) {
    long start = network.clock().nanoTime() + from.toNanos();
    partitions.add(new Partition(start, start + length.toNanos()));
    return this;
  }

  /** Lets nothing through, now and then: every ten seconds or so, for up to five. */
  public MemoryLink partitions() {
    partitionsAtRandom = true;
    return this;
  }

  /** Lets nothing through until {@link #mend}. */
  public MemoryLink cut() {
    down = true;
    return this;
  }

  /** Ends all partitions. */
  public MemoryLink mend() {
    down = false;
    partitionsAtRandom = false;
    partitions.clear();
    return this;
  }

  private static double checked(double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("a probability of " + probability);
    }
    return probability;
  }

  // ---- Carrying -------------------------------------------------------------------------------

  /** Holds the bytes of streams back, until somebody transfers them by hand. */
  void hold() {
    held = true;
  }

  boolean isHeld() {
    return held;
  }

  /** Carries a datagram, perhaps. */
  void carry(Runnable arrive) {
    carryOnce(arrive);
    if (duplication > 0 && network.chance(duplication)) {
      carryOnce(arrive);
    }
  }

  private void carryOnce(Runnable arrive) {
    if (!drops()) {
      deliver(arrive);
    }
  }

  /** Carries a reset: once, as nobody acknowledges it. */
  void carryReset(Runnable arrive) {
    carryOnce(arrive);
  }

  /** Carries a piece of a stream, again and again if need be. */
  void carryForSure(Runnable arrive, Runnable giveUp) {
    attempt(arrive, giveUp, FIRST_RETRY, RETRIES);
  }

  /** Carries what begins a connection, less patiently. */
  void carryCall(Runnable arrive, Runnable giveUp) {
    attempt(arrive, giveUp, FIRST_CALL_AGAIN, CALLS_AGAIN);
  }

  private void attempt(Runnable arrive, Runnable giveUp, long retry, int left) {
    if (!drops()) {
      deliver(arrive);
    } else if (left == 0) {
      network.clock().after(retry, giveUp);
    } else {
      long next = Math.min(retry * 2, LONGEST_RETRY);
      network.clock().after(retry, () -> attempt(arrive, giveUp, next, left - 1));
    }
  }

  private void deliver(Runnable arrive) {
    if (longest == 0) {
      arrive.run();
    } else {
      network.clock().after(network.between(shortest, longest), arrive);
    }
  }

  private boolean drops() {
    return isDown(network.clock().nanoTime()) || (loss > 0 && network.chance(loss));
  }

  private boolean isDown(long now) {
    if (down || (partitionsAtRandom && isDownAtRandom(now))) {
      return true;
    }
    partitions.removeIf(partition -> partition.until <= now);
    return partitions.stream().anyMatch(partition -> partition.from <= now);
  }

  private boolean isDownAtRandom(long now) {
    while (random.until <= now) {
      long from =
          Math.max(random.until, 0)
              + network.between(Duration.ofSeconds(1).toNanos(), Duration.ofSeconds(20).toNanos());
      long length =
          network.between(Duration.ofMillis(100).toNanos(), Duration.ofSeconds(5).toNanos());
      random = new Partition(from, from + length);
    }
    return random.from <= now;
  }
}
