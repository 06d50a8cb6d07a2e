package io.tendril.testing.groups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.ReactorGroup;
import io.tendril.core.ReactorOptions;
import io.tendril.spi.EngineFactory;
import io.tendril.spi.Engines;
import io.tendril.testing.OpenDescriptors;
import io.tendril.testing.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Groups that are whole programs. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class GroupProgramTest {
  /** A program whose second reactor is lost. */
  static void main() {
    ReactorGroup.run(
        ReactorGroup.Options.defaults().withReactors(3),
        group -> {
          group
              .shards()
              .get(1)
              .execute(() -> {
                throw new OutOfMemoryError("on purpose");
              });
          return Deferred.done();
        });
  }

  @Test
  void aShardThatIsLostIsOneLineAndStatusOne() throws Exception {
    Program.Output output =
        Program.named(Path.of(System.getProperty("java.home"), "bin", "java").toString())
            .run(
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                GroupProgramTest.class.getName());
    assertThat(output.status()).isEqualTo(1);
    assertThat(output.errors().lines())
        .contains("error: the reactor shard-1 is lost: java.lang.OutOfMemoryError: on purpose");
  }

  /** Engines, of which the one with a number cannot be opened. */
  private static EngineFactory failingAt(int number) {
    var opened = new AtomicInteger();
    return () -> {
      if (opened.incrementAndGet() == number) {
        throw new IOException("no engine any more");
      }
      return Engines.linux().open();
    };
  }

  private static ReactorGroup.Options options(EngineFactory engines) {
    return ReactorGroup.Options.defaults()
        .withReactors(3)
        .withEach(ReactorOptions.defaults().withEngine(engines));
  }

  @Test
  void anEngineThatCannotBeOpenedLeavesNoneOfTheOthersOpen() throws Exception {
    ReactorGroup.runUntil(options(failingAt(99)), group -> Deferred.done()); // loads what there is
    OpenDescriptors before = OpenDescriptors.now();
    for (int i = 1; i <= 3; i++) {
      EngineFactory engines = failingAt(i);
      assertThatThrownBy(() -> ReactorGroup.run(options(engines), group -> Deferred.done()))
          .isInstanceOf(UncheckedIOException.class)
          .hasRootCauseMessage("no engine any more");
      before.assertNoMore();
      EngineFactory again = failingAt(i);
      assertThatThrownBy(() -> ReactorGroup.runUntil(options(again), group -> Deferred.done()))
          .isInstanceOf(UncheckedIOException.class);
      before.assertNoMore();
    }
  }
}
