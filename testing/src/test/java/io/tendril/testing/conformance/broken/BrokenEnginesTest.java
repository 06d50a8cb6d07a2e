package io.tendril.testing.conformance.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Shows that the conformance suite catches what it is there to catch: each line of the contract
 * that it covers has an engine which breaks that line, and which its cases refuse.
 */
class BrokenEnginesTest {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /** How long a case waits for what a broken engine may never do; mostly in virtual time. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** Cases that tell a reactor from one that merely stands in front of it. */
  private static final List<String> NOT_BEHIND_A_WRAPPER =
      List.of(
          "r1AResumedCoroutineRunsInTheReactorsThread()",
          "r1TwoReactorsInOneThreadKeepToThemselves()",
          "r2RunsInTheReactorsThread()");

  static List<Broken> broken() {
    return Stream.of(
            BrokenStreams.all(),
            BrokenEngines.all(),
            BrokenClocks.all(),
            BrokenTransports.all(),
            BrokenCalls.all(),
            BrokenReactors.all())
        .flatMap(List::stream)
        .toList();
  }

  static List<String> lines() {
    return Suite.lines();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lines")
  void nothingIsCaughtThatIsNotBroken(String line) {
    var sound =
        Suite.run(line, Broken.NOTHING, Duration.ofSeconds(10), NOT_BEHIND_A_WRAPPER, false);
    assertEquals(List.of(), sound.failed());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void isCaughtInEachLineThatItBreaks(Broken broken) {
    assertTimeoutPreemptively(
        LONGEST,
        () -> {
          for (String line : broken.lines()) {
            var verdict = Suite.run(line, broken.fault(), PATIENCE, NOT_BEHIND_A_WRAPPER, true);
            assertFalse(
                verdict.failed().isEmpty(),
                () -> "all " + verdict.cases().size() + " cases of " + line + " pass");
          }
        });
  }

  @Test
  void eachLineIsBrokenByAnEngine() {
    var broken = new TreeSet<String>();
    broken().forEach(each -> broken.addAll(each.lines()));
    assertEquals(new TreeSet<>(Suite.lines()), broken);
  }
}
