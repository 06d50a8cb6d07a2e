package io.tendril.testing;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How often each kind of fault has happened over all runs of a test. */
final class Coverage {
  private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);
  private int runs;

  void add(Faults faults) {
    runs++;
    faults.counts().forEach((fault, count) -> counts.merge(fault, count, Long::sum));
  }

  /** Fails if one of these has never happened. */
  void check(List<Fault> expected) {
    List<Fault> missed = new ArrayList<>();
    for (Fault fault : expected) {
      if (!counts.containsKey(fault)) {
        missed.add(fault);
      }
    }
    if (!missed.isEmpty()) {
      throw new AssertionError("never happened: " + missed + "; " + this);
    }
  }

  @Override
  public String toString() {
    return counts.isEmpty()
        ? "no fault in " + runs + " runs"
        : "in "
            + runs
            + " runs: "
            + counts.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
  }
}
