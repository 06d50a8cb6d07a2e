package io.tendril.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a library does with an executor service, on a clock that a test lets pass. */
class ExecutorInVirtualTimeTest {
  @Test
  void runsEachCallAtItsTime() {
    try (var clock = new TestClock()) {
      Reactor reactor = clock.reactor();
      ScheduledExecutorService service = reactor.executorService();
      Instant start = clock.now();
      List<Duration> runs = new ArrayList<>();
      var ticks =
          service.scheduleAtFixedRate(
              () -> runs.add(Duration.between(start, clock.now())), 1, 2, TimeUnit.HOURS);
      clock.advance(Duration.ofHours(6));
      assertThat(runs)
          .containsExactly(Duration.ofHours(1), Duration.ofHours(3), Duration.ofHours(5));
      assertThat(ticks.getDelay(TimeUnit.MINUTES)).isEqualTo(60);
      assertThatThrownBy(ticks::get)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("wait for itself");
      service.shutdown();
      assertThat(clock.runUntilIdle()).isZero();
      assertThat(service.isTerminated()).isTrue();
    }
  }

  @Test
  void itsEndIsTheClocks() {
    var clock = new TestClock();
    var never = clock.reactor().executorService().schedule(() -> "never", 1, TimeUnit.DAYS);
    clock.close();
    assertThat(never.isCancelled()).isTrue();
  }

  /** What waits for the network elsewhere would wait in real time. */
  @Test
  void isNotDrivenByALoop() throws Exception {
    Reactor reactor =
        Reactor.create(
            ReactorOptions.defaults().withEngine(new MemoryNetwork().host("here").engine()));
    assertThatThrownBy(() -> reactor.drivenBy(task -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("engine memory cannot be driven");
    reactor.stop();
    while (reactor.turn(Duration.ZERO)) {}
  }
}
