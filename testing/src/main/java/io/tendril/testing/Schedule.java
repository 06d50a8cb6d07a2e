package io.tendril.testing;

import java.util.PriorityQueue;

/** What will happen, by time and, at one time, in the order it was put here. */
final class Schedule {
  /** No time at all. */
  static final long NEVER = Long.MAX_VALUE;

  private record Entry(long time, long number, Runnable what) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int byTime = Long.compare(time, other.time);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  private final PriorityQueue<Entry> entries = new PriorityQueue<>();
  private long number;

  void at(long time, Runnable what) {
    entries.add(new Entry(time, number++, what));
  }

  /** When the first is due, or {@link #NEVER}. */
  long next() {
    Entry first = entries.peek();
    return first == null ? NEVER : first.time;
  }

  /** Runs what is due at a time, newly added included, and says whether there was anything. */
  boolean runDue(long now) {
    boolean ran = false;
    while (next() <= now) {
      entries.remove().what.run();
      ran = true;
    }
    return ran;
  }
}
