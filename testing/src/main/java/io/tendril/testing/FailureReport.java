package io.tendril.testing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/** What is said of a run that failed. */
final class FailureReport {
  private static final int EVENTS = 60;
  private static final int FAULTS = 40;

  private final String test;
  private final Shrinking.Run run;

  private FailureReport(String test, Shrinking.Run run) {
    this.test = test;
    this.run = run;
  }

  /** Repeats a run that has failed, shrinks it, and says what there is to say. */
  static AssertionFailedError of(String test, Shrinking.Run run, Shrinking.Repeat repeat) {
    var report = new FailureReport(test, run);
    Shrinking.Run same = repeat.run(run.replay());
    if (!same.failsAs(run)) {
      return report.notRepeated(same);
    }
    var shrinking = new Shrinking(repeat, run);
    Shrinking.Run smallest = shrinking.shrink();
    return report.shrunk(smallest, shrinking.runs(), same.hash() == run.hash());
  }

  /** It failed, and failed again in ever smaller runs. */
  private AssertionFailedError shrunk(Shrinking.Run smallest, int runs, boolean alike) {
    var text = new StringBuilder(beginning());
    if (!alike) {
      text.append("\n  warning: a second run of this seed failed too, but took another course:")
          .append(" something in it depends on more than the seed");
    }
    if (smallest != run) {
      text.append("\n  shrunk in ")
          .append(runs)
          .append(" runs, from ")
          .append(size(run))
          .append(" to ")
          .append(size(smallest))
          .append("; replay: ")
          .append(command(smallest.replay()));
    }
    append(text, smallest);
    return error(text.toString(), smallest.failure());
  }

  /** It failed, and did not fail again. */
  private AssertionFailedError notRepeated(Shrinking.Run same) {
    var text = new StringBuilder(beginning());
    text.append("\n  a second run of this seed ")
        .append(same.failure() == null ? "passed" : "failed otherwise: " + same.failure())
        .append(
            "; the test keeps something from run to run, or depends on more than the seed, or its"
                + " object cannot be made anew");
    append(text, run);
    return error(text.toString(), run.failure());
  }

  private String beginning() {
    return "with seed %d (replay: -D%s=%s, or @SimulationTest(replay = \"%s\")): %s"
        .formatted(
            run.replay().seed(),
            SimulationExtension.SEED,
            run.replay(),
            run.replay(),
            run.failure());
  }

  private String command(Replay replay) {
    return "mvn test -Dtest='%s' -D%s=%s".formatted(test, SimulationExtension.SEED, replay);
  }

  private static String size(Shrinking.Run run) {
    int faults = run.faults().struck().size();
    return "%d faults in %d events".formatted(faults, run.timeline().count());
  }

  private static void append(StringBuilder text, Shrinking.Run run) {
    List<Faults.Struck> faults = run.faults().first();
    if (!faults.isEmpty()) {
      text.append("\n  its faults:");
      faults.stream()
          .limit(FAULTS)
          .forEach(fault ->
              text.append("\n    ")
                  .append(Timeline.seconds(fault.time()))
                  .append("  ")
                  .append(fault.number())
                  .append(": ")
                  .append(fault.where())
                  .append(" ")
                  .append(fault.fault().words()));
      if (faults.size() > FAULTS) {
        text.append("\n    and ").append(faults.size() - FAULTS).append(" more");
      }
    }
    List<String> events = run.timeline().last(EVENTS);
    text.append("\n  its last ").append(events.size()).append(" events:");
    events.forEach(event -> text.append("\n    ").append(event));
  }

  private static AssertionFailedError error(String message, @Nullable Throwable failure) {
    return failure instanceof AssertionFailedError known && known.isExpectedDefined()
        ? new AssertionFailedError(message, known.getExpected(), known.getActual(), failure)
        : new AssertionFailedError(message, failure);
  }
}
