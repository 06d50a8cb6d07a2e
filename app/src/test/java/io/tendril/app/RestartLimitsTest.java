package io.tendril.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RestartLimitsTest {
  @Test
  void waitsGrowToTheirMost() {
    var limits = RestartLimits.defaults().withWaits(Duration.ofMillis(100), Duration.ofMillis(500));
    assertThat(IntStream.of(1, 2, 3, 4, 5, Integer.MAX_VALUE).mapToObj(limits::after))
        .extracting(Duration::toMillis)
        .containsExactly(0L, 100L, 200L, 400L, 500L, 500L);
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> RestartLimits.defaults().withWaits(Duration.ZERO, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> RestartLimits.defaults().withWaits(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RestartLimits.defaults().withDeaths(1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
