package io.tendril.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveCountersTest {
  private final StringWriter written = new StringWriter();

  private static Targets shard() {
    return Targets.of(List.of("tcp:a:1", "tcp:b:1"), Balance.ROUND_ROBIN);
  }

  @Test
  void sumsTheReactorsAndShowsWhatCameSince() {
    Targets one = shard();
    Targets other = shard();
    var counters = new LiveCounters(new PrintWriter(written), false);
    counters.show(LiveCounters.rows(List.of(one, other)), 1);
    one.all().getFirst().opened();
    one.all().getFirst().sent(1_500);
    other.all().getFirst().opened();
    other.all().getFirst().sent(2_500);
    other.all().getFirst().received(7);
    for (Targets each : List.of(one, other)) {
      each.all().get(1).missed();
      each.all().get(1).missed();
    }
    counters.show(LiveCounters.rows(List.of(one, other)), 2);
    assertThat(written.toString().lines().map(line -> line.strip().replaceAll(" +", " ")))
        .containsExactly(
            "target state open total failed sent received sent/s received/s",
            "tcp:a:1 up 0 0 0 0 B 0 B 0 B 0 B",
            "tcp:b:1 up 0 0 0 0 B 0 B 0 B 0 B",
            "target state open total failed sent received sent/s received/s",
            "tcp:a:1 up 2 2 0 4.0 kB 7 B 2.0 kB 4 B",
            "tcp:b:1 down 0 0 0 0 B 0 B 0 B 0 B");
  }

  @Test
  void goesBackToWhereItBeganOnATerminal() {
    var counters = new LiveCounters(new PrintWriter(written), true);
    List<LiveCounters.Row> rows = LiveCounters.rows(List.of(shard()));
    counters.show(rows, 1);
    assertThat(written.toString()).doesNotContain("\033");
    counters.show(rows, 1);
    assertThat(written.toString()).containsOnlyOnce("\033[3A\033[J");
  }

  @Test
  void bytesHaveThreeDigitsOrSo() {
    assertThat(
            List.of(0d, 999d, 1_000d, 99_940d, 99_960d, 999_600d, 1_234_567_890d).stream()
                .map(LiveCounters::bytes))
        .containsExactly("0 B", "999 B", "1.0 kB", "99.9 kB", "100 kB", "1.0 MB", "1.2 GB");
  }
}
