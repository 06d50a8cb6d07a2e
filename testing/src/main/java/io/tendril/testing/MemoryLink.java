package io.tendril.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

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
  private static final long LONGEST_HELD = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_QUEUE = Duration.ofMillis(500).toNanos();

  /** A time in which nothing comes through, from one host or, with none named, from both. */
  private static final class Outage {
    final long from;
    final long until;
    final @Nullable MemoryHost only;
    boolean met;

    Outage(long from, long until, @Nullable MemoryHost only) {
      this.from = from;
      this.until = until;
      this.only = only;
    }
  }

  private final MemoryNetwork network;
  private final MemoryHost one;
  private final MemoryHost other;
  private final SplittableRandom random;
  private final List<Outage> outages = new ArrayList<>();
  private long shortest;
  private long longest;
  private double loss;
  private double duplication;
  private double reordering;
  private double resets;
  private double refusals;
  private long bandwidth;
  private long freeForth;
  private long freeBack;
  private boolean held;
  private @Nullable Episodes partitions;
  private @Nullable Episodes stalls;

  MemoryLink(MemoryNetwork network, MemoryHost one, MemoryHost other) {
    this.network = network;
    this.one = one;
    this.other = other;
    this.random = network.random("link " + one.name() + " " + other.name());
  }

  MemoryNetwork network() {
    return network;
  }

  SplittableRandom random() {
    return random;
  }

  @Override
  public String toString() {
    return one.name() + " - " + other.name();
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
   * Carries only so much each way; what is more waits, and datagrams that would wait for more than
   * half a second are lost.
   *
   * @param bytesPerSecond 0, the default, for no limit
   */
  public MemoryLink bandwidth(long bytesPerSecond) {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("a bandwidth of " + bytesPerSecond);
    }
    bandwidth = bytesPerSecond;
    return this;
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
   * Holds some datagrams back for up to a second, so that later ones overtake them.
   *
   * @param probability from 0 to 1
   */
  public MemoryLink reordering(double probability) {
    reordering = checked(probability);
    return this;
  }

  /**
   * Resets connections, as a firewall that has lost its state does: both ends see a reset, after
   * any byte.
   *
   * @param probability that of each piece of a stream, from 0 to 1
   */
  public MemoryLink resets(double probability) {
    resets = checked(probability);
    return this;
  }

  /**
   * Refuses some attempts to connect, though somebody listens.
   *
   * @param probability from 0 to 1
   */
  public MemoryLink refusals(double probability) {
    refusals = checked(probability);
    return this;
  }

  /**
   * Lets nothing through for a time.
   *
   * @param from from now on the clock of the network
   */
  public MemoryLink partition(Duration from, Duration length) {
    long start = network.now() + from.toNanos();
    outages.add(new Outage(start, start + length.toNanos(), null));
    return this;
  }

  /**
   * Lets nothing through, now and then: every ten seconds or so, for up to five; half of the time
   * both ways, else one way.
   */
  public MemoryLink partitions() {
    partitions = new Episodes(network.faults(), Fault.PARTITION, this, random.split());
    return this;
  }

  /** Delivers nothing now and then, for up to five seconds, and then all of it. */
  public MemoryLink stalls() {
    stalls = new Episodes(network.faults(), Fault.STALL, this, random.split());
    return this;
  }

  /** Lets nothing through until {@link #mend}. */
  public MemoryLink cut() {
    outages.add(new Outage(network.now(), Schedule.NEVER, null));
    return this;
  }

  /** Lets nothing through that one of its hosts sends, until {@link #mend}. */
  public MemoryLink cutFrom(MemoryHost sender) {
    if (sender != one && sender != other) {
      throw new IllegalArgumentException(sender + " is not at " + this);
    }
    outages.add(new Outage(network.now(), Schedule.NEVER, sender));
    return this;
  }

  /** Ends all partitions and stalls. */
  public MemoryLink mend() {
    partitions = null;
    stalls = null;
    outages.clear();
    return this;
  }

  /** Ends all that this link does wrong, and leaves its latency and bandwidth. */
  public MemoryLink heal() {
    loss = 0;
    duplication = 0;
    reordering = 0;
    resets = 0;
    refusals = 0;
    return mend();
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

  /** Whether an attempt to connect is refused on the way. */
  boolean refuses() {
    return happens(Draw.from(random), refusals, Fault.REFUSAL);
  }

  /** Whether a connection ends with the piece that is sent now. */
  boolean resets(Draw draw) {
    return happens(draw, resets, Fault.RESET);
  }

  /** Carries a datagram, perhaps. */
  void carryDatagram(Parcel parcel) {
    carryOnce(parcel, 0);
    if (happens(parcel.draw, duplication, Fault.DUPLICATION)) {
      parcel.draw = parcel.draw.again();
      carryOnce(parcel, 0);
    }
  }

  /** Carries something once, as nobody acknowledges it: a reset. */
  void carryOnce(Parcel parcel) {
    carryOnce(parcel, -1);
  }

  private void carryOnce(Parcel parcel, int left) {
    parcel.left = left;
    if (drops(parcel) || (left == 0 && isFull(parcel))) {
      lost(parcel);
    } else {
      deliver(parcel, left == 0 && happens(parcel.draw, reordering, Fault.REORDERING));
    }
  }

  /** Carries a piece of a stream, again and again if need be. */
  void carryForSure(Parcel parcel) {
    attempt(parcel, FIRST_RETRY, RETRIES);
  }

  /** Carries what begins a connection, less patiently. */
  void carryCall(Parcel parcel) {
    attempt(parcel, FIRST_CALL_AGAIN, CALLS_AGAIN);
  }

  private void attempt(Parcel parcel, long retry, int left) {
    parcel.retry = retry;
    parcel.left = left + 1;
    if (drops(parcel)) {
      lost(parcel);
    } else {
      deliver(parcel, false);
    }
  }

  /** It has not come through; what is worth it is sent again. */
  void lost(Parcel parcel) {
    network.timeline().add(Timeline.Event.LOST, parcel.who, parcel.whom, parcel.size);
    int left = parcel.left - 1;
    if (left > 0) {
      long retry = parcel.retry;
      network
          .clock()
          .after(
              retry,
              () -> {
                parcel.draw = parcel.draw.again();
                attempt(parcel, Math.min(retry * 2, LONGEST_RETRY), left - 1);
              });
    } else if (left == 0) {
      network.clock().after(parcel.retry, parcel::giveUp);
    }
  }

  private void deliver(Parcel parcel, boolean late) {
    long now = network.now();
    long at = now;
    if (bandwidth > 0) {
      long start = Math.max(now, free(parcel));
      at = start + (long) (parcel.size * 1e9 / bandwidth);
      setFree(parcel, at);
    }
    if (longest > 0) {
      at += parcel.draw.latency(shortest, longest);
    }
    if (late) {
      at += parcel.draw.lateness(LONGEST_HELD);
    }
    Episodes stalling = stalls;
    if (stalling != null && stalling.isOn(now) && stalling.strikes()) {
      at = Math.max(at, stalling.until());
    }
    if (at == now) {
      parcel.run();
    } else {
      network.clock().at(at, parcel);
    }
  }

  private boolean isFull(Parcel parcel) {
    return bandwidth > 0 && free(parcel) - network.now() > LONGEST_QUEUE;
  }

  private long free(Parcel parcel) {
    return parcel.from == one ? freeForth : freeBack;
  }

  private void setFree(Parcel parcel, long time) {
    if (parcel.from == one) {
      freeForth = time;
    } else {
      freeBack = time;
    }
  }

  private boolean drops(Parcel parcel) {
    return parcel.from.isOff()
        || parcel.to.isOff()
        || (!outages.isEmpty() && isOut(parcel))
        || isDownAtRandom(parcel)
        || happens(parcel.draw, loss, Fault.LOSS);
  }

  private boolean isOut(Parcel parcel) {
    long now = network.now();
    outages.removeIf(outage -> outage.until <= now);
    for (Outage outage : outages) {
      if (outage.from <= now && (outage.only == null || outage.only == parcel.from)) {
        if (!outage.met) {
          outage.met = true;
          network.faults().count(Fault.PARTITION, this);
        }
        return true;
      }
    }
    return false;
  }

  private boolean isDownAtRandom(Parcel parcel) {
    Episodes random = partitions;
    if (random == null || !random.isOn(network.now())) {
      return false;
    }
    boolean hit =
        switch ((int) random.kind() & 3) {
          case 0 -> parcel.from == one;
          case 1 -> parcel.from == other;
          default -> true;
        };
    return hit && random.strikes();
  }

  private boolean happens(Draw draw, double probability, Fault fault) {
    return draw.brings(fault, probability) && network.faults().strikes(fault, draw, this);
  }
}
