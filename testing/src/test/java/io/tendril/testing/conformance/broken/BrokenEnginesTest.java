package io.tendril.testing.conformance.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Shows that the conformance suite catches what it is there to catch: each line of the contract
 * that it covers has an engine which breaks that line, and which its cases refuse.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BrokenEnginesTest {
  private static final Duration LONGEST = Duration.ofMinutes(2);

  /** How long a case waits for what a broken engine may never do; mostly in virtual time. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** Cases that tell a reactor from one that merely stands in front of it. */
  private static final List<String> NOT_BEHIND_A_WRAPPER =
      List.of(
          "r1AResumedCoroutineRunsInTheReactorsThread()",
          "r1TwoReactorsInOneThreadKeepToThemselves()",
          "r2RunsInTheReactorsThread()");

  private static final String BEFORE_THE_COUNT =
      "Run on `nio`, `linux`, `uring` and on the engine in memory:";

  /** What came of the cases of each line over what is not broken. */
  private static final Map<String, Suite.Verdict> SOUND = new HashMap<>();

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

  private static Suite.Verdict sound(String line) {
    return SOUND.computeIfAbsent(
        line,
        key -> Suite.run(key, Broken.NOTHING, Duration.ofSeconds(10), NOT_BEHIND_A_WRAPPER, false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lines")
  void nothingIsCaughtThatIsNotBroken(String line) {
    assertEquals(List.of(), sound(line).failed());
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

  /** With {@code -Dengines.update} the guide is made to show them. */
  @Test
  @Order(Integer.MAX_VALUE) // when the cases have been counted
  void theGuideShowsThem() throws IOException {
    Path guide = Path.of("..", "docs", "engines.md");
    String text = Files.readString(guide);
    int start = text.indexOf(BEFORE_THE_COUNT);
    String shown = text.substring(0, start) + BEFORE_THE_COUNT + table();
    if (Boolean.getBoolean("engines.update")) {
      Files.writeString(guide, shown);
    }
    assertEquals(shown, Files.readString(guide), "run this with -Dengines.update");
  }

  private static String table() {
    int all = 0;
    var table = new StringBuilder();
    for (String line : lines()) {
      int cases = sound(line).cases().size() + leftOut(line);
      all += cases;
      List<String> names =
          broken().stream().filter(each -> each.lines().contains(line)).map(Broken::name).toList();
      table.append("| %s | %d | %s |\n".formatted(line, cases, String.join("; ", names)));
    }
    return """
     %d cases each. Broken engines: %d.

    | line | cases | caught there |
    |---|---|---|
    """
            .formatted(all, broken().size())
        + table;
  }

  private static int leftOut(String line) {
    return (int)
        NOT_BEHIND_A_WRAPPER.stream().filter(name -> Suite.line(name).equals(line)).count();
  }
}
