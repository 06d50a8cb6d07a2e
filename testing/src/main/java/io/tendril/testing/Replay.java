package io.tendril.testing;

import java.util.NavigableSet;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a run is repeated with: its seed and, after a colon, what of the seed's unkindness is left.
 * {@code 17} is all of it, {@code 17:} none, {@code 17:chop,order,3,40} short reads and writes,
 * turns in any order, and the faults with these numbers.
 *
 * @param faults the numbers of those that may happen; null for all
 * @param chop whether reads and writes are short
 * @param order whether turns come in any order
 */
record Replay(long seed, @Nullable NavigableSet<Integer> faults, boolean chop, boolean order) {
  private static final String CHOP = "chop";
  private static final String ORDER = "order";

  /** All that a seed decides. */
  static Replay of(long seed) {
    return new Replay(seed, null, true, true);
  }

  /** Reads what {@link #toString} has written. */
  static Replay parse(String text) {
    String[] parts = text.strip().split(":", 2);
    try {
      long seed = Long.parseLong(parts[0].strip());
      return parts.length == 1 ? of(seed) : parseParts(seed, parts[1]);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "not a run of a simulation: " + text + "; such are 17, 17: and 17:chop,order,3,40", e);
    }
  }

  private static Replay parseParts(long seed, String text) {
    var faults = new TreeSet<Integer>();
    boolean chop = false;
    boolean order = false;
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      switch (part.strip()) {
        case CHOP -> chop = true;
        case ORDER -> order = true;
        case String number -> {
          int fault = Integer.parseInt(number);
          if (fault < 1) {
            throw new NumberFormatException("numbers of faults are from 1");
          }
          faults.add(fault);
        }
      }
    }
    return new Replay(seed, faults, chop, order);
  }

  Replay with(NavigableSet<Integer> only) {
    return new Replay(seed, only, chop, order);
  }

  Replay withChop(boolean on) {
    return new Replay(seed, faults, on, order);
  }

  Replay withOrder(boolean on) {
    return new Replay(seed, faults, chop, on);
  }

  /** Runs it; whatever comes of that is in the result. */
  Shrinking.Run attempt(Simulation.Scenario scenario) {
    var net = new Simulation(this);
    Throwable failure = null;
    try {
      scenario.run(net);
      net.close();
    } catch (Exception | AssertionError e) {
      failure = e;
    }
    Shrinking.Run run = net.outcome(failure);
    if (failure != null) {
      net.quit();
    }
    return run;
  }

  /** As the property has it. */
  @Override
  public String toString() {
    if (faults == null) {
      return Long.toString(seed);
    }
    var parts = new StringJoiner(",");
    if (chop) {
      parts.add(CHOP);
    }
    if (order) {
      parts.add(ORDER);
    }
    faults.forEach(number -> parts.add(Integer.toString(number)));
    return seed + ":" + parts;
  }
}
