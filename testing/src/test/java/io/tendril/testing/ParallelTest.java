package io.tendril.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** JUnit's parallel workers: each with a reactor, ports and a directory of its own. */
class ParallelTest {
  private static final CyclicBarrier ALL = new CyclicBarrier(4);
  private static final Set<Integer> PORTS = ConcurrentHashMap.newKeySet();
  private static final Set<Path> DIRECTORIES = ConcurrentHashMap.newKeySet();
  private static final Set<Reactor> REACTORS = ConcurrentHashMap.newKeySet();

  @Execution(ExecutionMode.CONCURRENT)
  static class Four {
    @TendrilTest
    void one(Reactor reactor, TestRun test, @TempDir Path directory) throws Exception {
      work(reactor, test, directory);
    }

    @TendrilTest
    void two(Reactor reactor, TestRun test, @TempDir Path directory) throws Exception {
      work(reactor, test, directory);
    }

    @TendrilTest
    void three(Reactor reactor, TestRun test, @TempDir Path directory) throws Exception {
      work(reactor, test, directory);
    }

    @TendrilTest
    void inVirtualTime(TestClock clock, TestRun test, @TempDir Path directory) throws Exception {
      work(clock.reactor(), test, directory);
      clock.advance(Duration.ofHours(1));
    }

    private static void work(Reactor reactor, TestRun test, Path directory) throws Exception {
      var listener =
          test.result(
              reactor.listen(
                  "tcp:0:interface=127.0.0.1",
                  Protocol.onData((transport, data) -> transport.write(data))));
      test.addCleanup(listener::close);
      PORTS.add(listener.port());
      REACTORS.add(reactor);
      DIRECTORIES.add(Files.writeString(directory.resolve("mine"), "" + listener.port()));
      ALL.await(60, TimeUnit.SECONDS); // all four are here at once, or none gets any further
    }
  }

  @Test
  void workersDoNotMeet() {
    var run =
        JUnitRun.of(
            Four.class,
            "junit.jupiter.execution.parallel.enabled",
            "true",
            "junit.jupiter.execution.parallel.config.strategy",
            "fixed",
            "junit.jupiter.execution.parallel.config.fixed.parallelism",
            "4",
            "junit.jupiter.execution.parallel.config.executor-service",
            "WORKER_THREAD_POOL");
    assertThat(run.results().values())
        .hasSize(4)
        .allSatisfy(result -> assertThat(result.getThrowable()).isEmpty());
    assertThat(PORTS).hasSizeBetween(3, 4); // the one in virtual time may have any
    assertThat(REACTORS).hasSize(4);
    assertThat(DIRECTORIES).hasSize(4);
  }
}
