package io.tendril.core.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.spi.EngineFactory;
import io.tendril.spi.Engines;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an error of the virtual machine does to a reactor that has nothing else to do. */
class FatalErrorTest {
  static Stream<EngineFactory> engines() {
    return Stream.of(Engines.nio(), () -> EngineChoice.open().engine());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void itStopsAtOnceAndNotWhenSomethingHappensNext(EngineFactory engine) throws Exception {
    Reactor reactor = Reactor.create(ReactorOptions.defaults().withEngine(engine)).start();
    reactor.execute(() -> {
      throw new InternalError("on purpose");
    });
    reactor.awaitStopped(Duration.ofSeconds(20));
    assertThat(reactor.state()).isEqualTo(Reactor.State.STOPPED);
  }
}
