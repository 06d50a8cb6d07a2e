package io.tendril.testing.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Outcome;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorOptions;
import io.tendril.core.process.Captured;
import io.tendril.core.process.ChildProcess;
import io.tendril.core.process.Command;
import io.tendril.spi.Engines;
import io.tendril.spi.Inspection;
import io.tendril.testing.OpenDescriptors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * A reactor on the linux engine, turned by the test. At its end no descriptor is open that was not
 * before, and no child is there, not even a dead one.
 */
@EnabledOnOs(OS.LINUX)
abstract class ChildFixture {
  static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final int LIMIT = 1 << 20;
  private static boolean loaded;

  final List<ReactorEvent> failures = new ArrayList<>();
  private Set<Long> othersChildren;
  OpenDescriptors before;
  Reactor reactor;

  static Reactor linux(Duration deadline) {
    return Reactor.create(
        ReactorOptions.defaults()
            .withEngine(Engines.linux())
            .withDebug(true)
            .withShutdownDeadline(deadline));
  }

  @BeforeEach
  void make() throws Exception {
    if (!loaded) {
      loaded = true; // what classes open while they are loaded stays open
      reactor = linux(Duration.ofSeconds(5));
      Captured _ = capture(Command.of("true"));
      stop();
    }
    othersChildren = children();
    before = OpenDescriptors.now();
    reactor = linux(Duration.ofSeconds(5));
    reactor.observe(event -> {
      if (event.isFailure()) {
        failures.add(event);
      }
    });
  }

  @AfterEach
  void end() {
    stop();
    before.assertNoMore();
    Set<Long> left = children();
    left.removeAll(othersChildren);
    assertThat(left).as("children that are left").isEmpty();
    assertThat(failures).isEmpty();
  }

  void stop() {
    reactor.stop();
    long end = System.nanoTime() + LONGEST.toNanos();
    while (reactor.turn(LOOK)) {
      assertThat(System.nanoTime()).isLessThan(end);
    }
  }

  /** All children of this process, dead ones that nobody has waited for as well. */
  static Set<Long> children() {
    Set<Long> all = new TreeSet<>();
    try (var tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path task : tasks) {
        String line;
        try {
          line = Files.readString(task.resolve("children"));
        } catch (IOException e) {
          continue; // a thread that has ended
        }
        for (String each : line.trim().split(" +")) {
          if (!each.isEmpty()) {
            all.add(Long.valueOf(each));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  /** Turns until something is so. */
  void until(BooleanSupplier condition) {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it has not happened: " + failures).isLessThan(end);
      reactor.turn(LOOK);
    }
  }

  /** Turns until there is a result; throws a failure. */
  <T> T get(Deferred<T> deferred) throws Exception {
    return switch (outcome(deferred)) {
      case Outcome.Success<T>(var value) -> value;
      case Outcome.Failure<T>(Exception failure) -> throw failure;
      case Outcome.Failure<T>(var failure) -> throw new AssertionError(failure);
    };
  }

  private <T> Outcome<T> outcome(Deferred<T> deferred) {
    List<Outcome<T>> outcome = new ArrayList<>();
    var _ =
        deferred.handle(
            value -> outcome.add(new Outcome.Success<>(value)),
            failure -> outcome.add(new Outcome.Failure<>(failure)));
    until(() -> !outcome.isEmpty());
    return outcome.getFirst();
  }

  /** Turns until there is a failure, and gives that. */
  <E extends Throwable> E failure(Class<E> type, Deferred<?> deferred) {
    @SuppressWarnings("unchecked") // what it results in does not matter
    var outcome = outcome((Deferred<Object>) deferred);
    assertThat(outcome).isInstanceOf(Outcome.Failure.class);
    Throwable failure = ((Outcome.Failure<Object>) outcome).cause();
    assertThat(failure).isInstanceOf(type);
    return type.cast(failure);
  }

  ChildProcess spawn(Command command) throws Exception {
    return get(reactor.spawn(command));
  }

  Captured capture(Command command) throws Exception {
    return get(command.capture(reactor, LIMIT));
  }

  static Command shell(String script) {
    return Command.of("/bin/sh", "-c", script);
  }

  static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  List<String> holdings() {
    return ((Inspection) reactor)
        .holdings().stream().map(each -> each.kind() + " " + each.what()).toList();
  }
}
