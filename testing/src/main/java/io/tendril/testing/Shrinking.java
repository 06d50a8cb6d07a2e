package io.tendril.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the least that still fails: a run is repeated without short reads, without shuffled
 * turns, and with ever fewer of its faults, by delta debugging (Zeller and Hildebrandt, 2002). What
 * is left out changes what comes after it, so each attempt is a run of its own, and what counts is
 * only that it fails in the same way.
 */
final class Shrinking {
  private static final int MOST_RUNS = 300;
  private static final long MOST_EVENTS = 20_000_000;

  /** Repeats a run. */
  @FunctionalInterface
  interface Repeat {
    Run run(Replay replay);
  }

  /** What came of a run. */
  record Run(
      Replay replay, @Nullable Throwable failure, Faults faults, Timeline timeline, long hash) {
    boolean failsAs(Run other) {
      return failure != null
          && other.failure != null
          && signature(failure).equals(signature(other.failure));
    }
  }

  private final Repeat repeat;
  private final Run first;
  private Run best;
  private int runs;
  private long events;

  /**
   * Shrinks a run.
   *
   * @param first one that has failed
   */
  Shrinking(Repeat repeat, Run first) {
    this.repeat = repeat;
    this.first = first;
    this.best = first;
  }

  /** How many runs it took. */
  int runs() {
    return runs;
  }

  /** The smallest run that was found. */
  Run shrink() {
    NavigableSet<Integer> struck = first.faults.struck();
    Replay all = first.replay;
    if (!attempt(new Replay(all.seed(), new TreeSet<>(), false, false))) {
      if (!attempt(all.with(struck).withChop(false).withOrder(false))
          && !attempt(all.with(struck).withChop(false))
          && !attempt(all.with(struck).withOrder(false))) {
        boolean _ = attempt(all.with(struck));
      }
      leaveOut();
      boolean _ = attempt(best.replay.withChop(false));
      boolean _ = attempt(best.replay.withOrder(false));
    }
    return best;
  }

  /** Leaves out ever smaller parts of the faults, until none can be spared. */
  private void leaveOut() {
    int parts = 2;
    List<Integer> faults = struck();
    while (!faults.isEmpty() && parts <= faults.size() * 2) {
      int size = Math.max(1, (faults.size() + parts - 1) / parts);
      boolean smaller = false;
      for (int from = 0; from < faults.size() && !smaller; from += size) {
        smaller = attempt(without(faults, from, Math.min(faults.size(), from + size)));
        if (isTooLong()) {
          return;
        }
      }
      if (smaller) {
        faults = struck();
        parts = Math.max(2, parts - 1);
      } else if (size == 1) {
        return;
      } else {
        parts *= 2;
      }
    }
  }

  private List<Integer> struck() {
    return new ArrayList<>(best.faults.struck());
  }

  private Replay without(List<Integer> faults, int from, int to) {
    var rest = new TreeSet<>(faults);
    faults.subList(from, to).forEach(rest::remove);
    return best.replay.with(rest);
  }

  private boolean isTooLong() {
    return runs >= MOST_RUNS || events >= MOST_EVENTS;
  }

  private boolean attempt(Replay replay) {
    if (isTooLong() || replay.equals(best.replay)) {
      return false;
    }
    Run run = repeat.run(replay);
    runs++;
    events += run.timeline.count();
    if (!run.failsAs(first)) {
      return false;
    }
    best = run;
    return true;
  }

  /** What makes two failures the same: their type, and the line of the test that they came from. */
  private static String signature(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String words = String.valueOf(root.getMessage()).replaceAll("\\d+", "#");
    for (StackTraceElement frame : root.getStackTrace()) {
      if (!isLibrary(frame.getClassName())) {
        return root.getClass().getName()
            + " at "
            + frame.getClassName()
            + ":"
            + frame.getLineNumber()
            + (root.getMessage() != null && words.startsWith("does not hold") ? words : "");
      }
    }
    return root.getClass().getName() + " " + words;
  }

  private static boolean isLibrary(String type) {
    return type.startsWith("java.")
        || type.startsWith("jdk.")
        || type.startsWith("org.junit.")
        || type.startsWith("org.opentest4j.")
        || type.startsWith("org.assertj.")
        || type.startsWith("io.tendril.core.")
        || type.equals(Simulation.class.getName())
        || type.startsWith(TestClock.class.getName())
        || type.equals(Failures.class.getName());
  }
}
