package io.tendril.core.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorOptions;
import io.tendril.spi.Engines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class EngineChoiceTest {
  private static List<ReactorEvent> choices(ReactorOptions options) {
    List<ReactorEvent> events = new ArrayList<>();
    Reactor reactor = Reactor.create(options);
    reactor.observe(events::add);
    reactor.turn(Duration.ZERO);
    reactor.stop();
    while (reactor.turn(Duration.ofMillis(1))) {}
    return events;
  }

  @Test
  @EnabledOnOs(
      value = OS.LINUX,
      architectures = {"amd64", "aarch64"})
  void itIsTheKernelsOwnWhereThatCanBeCalledAndIsToldOnce() {
    assertThat(choices(ReactorOptions.defaults()))
        .containsExactly(
            new ReactorEvent.Chosen("engine", "linux", "this is Linux, and its calls are allowed"));
  }

  @Test
  void oneThatIsAskedForIsNoChoice() {
    assertThat(choices(ReactorOptions.defaults().withEngine(Engines.nio()))).isEmpty();
  }
}
