package io.tendril.testing;

import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What will happen, by time and, at one time, in the order it was put here, or in any order if that
 * is to be explored.
 */
final class Schedule {
  /** No time at all. */
  static final long NEVER = Long.MAX_VALUE;

  private record Entry(long time, int rank, long number, Runnable what)
      implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int byTime = Long.compare(time, other.time);
      if (byTime != 0) {
        return byTime;
      }
      int byRank = Integer.compare(rank, other.rank);
      return byRank != 0 ? byRank : Long.compare(number, other.number);
    }
  }

  private final PriorityQueue<Entry> entries = new PriorityQueue<>();
  private long number;
  private @Nullable RandomGenerator order;

  /** Draws the order of what is due at one time. */
  void shuffle(@Nullable RandomGenerator random) {
    order = random;
  }

  void at(long time, Runnable what) {
    entries.add(new Entry(time, order == null ? 0 : order.nextInt(), number++, what));
  }

  /** When the first is due, or {@link #NEVER}. */
  long next() {
    Entry first = entries.peek();
    return first == null ? NEVER : first.time;
  }

  /** Takes the first. */
  Runnable take() {
    return entries.remove().what;
  }
}
