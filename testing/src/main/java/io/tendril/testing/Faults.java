package io.tendril.testing;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The faults of one run. Each one that chance brings up has a number, that of its draw, so that a
 * run can be repeated with some of them left out. Those that the test itself asks for are counted,
 * and have none.
 */
final class Faults {
  private static final int REMEMBERED = 4_096;

  /** One that has happened. */
  record Struck(int number, long time, String where, Fault fault) {}

  private final @Nullable Set<Integer> allowed;
  private final List<Struck> first = new ArrayList<>();
  private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);
  private final Timeline timeline;

  /**
   * The faults of a run.
   *
   * @param allowed the numbers of those that may happen; null for all
   */
  Faults(Timeline timeline, @Nullable Set<Integer> allowed) {
    this.timeline = timeline;
    this.allowed = allowed;
  }

  /** Chance has brought up a fault: whether it happens. */
  boolean strikes(Fault fault, Draw draw, Object where) {
    int number = draw.name(fault);
    if (allowed != null && !allowed.contains(number)) {
      return false;
    }
    if (first.size() < REMEMBERED) {
      first.add(new Struck(number, timeline.now(), where.toString(), fault));
    }
    count(fault, where, number);
    return true;
  }

  /** A fault happens that the test has asked for. */
  void count(Fault fault, Object where) {
    count(fault, where, 0);
  }

  private void count(Fault fault, Object where, int number) {
    counts.merge(fault, 1L, Long::sum);
    timeline.fault(fault, where, number);
  }

  /** The numbers of the first ones that have happened. */
  NavigableSet<Integer> struck() {
    var numbers = new TreeSet<Integer>();
    first.forEach(each -> numbers.add(each.number));
    return numbers;
  }

  /** The first ones that have happened, in order. */
  List<Struck> first() {
    return List.copyOf(first);
  }

  Map<Fault, Long> counts() {
    return Map.copyOf(counts);
  }

  long count(Fault fault) {
    return counts.getOrDefault(fault, 0L);
  }
}
