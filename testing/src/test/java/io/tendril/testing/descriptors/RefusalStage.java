package io.tendril.testing.descriptors;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorOptions;
import io.tendril.spi.EngineFactory;
import io.tendril.spi.Engines;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A reactor turned by its test, which has the kernel refuse calls of its and of its pool's. */
final class RefusalStage implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(5);

  final String engine;
  final Path directory;
  final Reactor reactor;

  /** What was reported of a want of descriptors. */
  final List<ReactorEvent.DescriptorsExhausted> exhausted = new ArrayList<>();

  /** What went wrong that nobody waits to be told of. */
  final List<ReactorEvent> failures = new ArrayList<>();

  RefusalStage(String engine, Path directory) {
    this.engine = engine;
    this.directory = directory;
    this.reactor = Reactor.create(options(engine));
    reactor.observe(event -> {
      if (event instanceof ReactorEvent.DescriptorsExhausted one) {
        exhausted.add(one);
      } else if (event.isFailure()) {
        failures.add(event);
      }
    });
  }

  /** With a pool of one thread, so that it is known which. */
  static ReactorOptions options(String engine) {
    EngineFactory factory =
        switch (engine) {
          case "linux" -> Engines.linux();
          case "uring" -> Engines.uring();
          default -> Engines.nio();
        };
    return ReactorOptions.defaults()
        .withEngine(factory)
        .withBlocking(1, 100)
        .withSlowCall(Duration.ZERO)
        .withShutdownDeadline(Duration.ofSeconds(5));
  }

  /** This thread, which turns the reactor, and that of its pool. */
  List<Long> threads() {
    List<Long> threads = new ArrayList<>(List.of(Strace.thread()));
    String pool =
        outcome(reactor.deferToThread(() -> Long.toString(Strace.thread())), each -> each);
    threads.add(Long.valueOf(pool));
    return threads;
  }

  /** Something that is said of a result. */
  @FunctionalInterface
  interface Words<T> {
    String of(T result) throws Exception;
  }

  /** Turns until there is a result, and says what it is. */
  <T> String outcome(Deferred<T> deferred, Words<? super T> words) {
    List<String> outcome = new ArrayList<>();
    var _ =
        deferred
            .thenApply(words::of)
            .handle(outcome::add, failure -> outcome.add(RefusalStage.words(failure)));
    until(() -> !outcome.isEmpty());
    return outcome.getFirst();
  }

  /** The type of a failure, and the words of its first cause. */
  static String words(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String type = failure.getClass().getName().replaceFirst(".*[.]", "");
    return type + ": " + root.getMessage();
  }

  void turn() {
    reactor.turn(LOOK);
  }

  void until(BooleanSupplier condition) {
    until(reactor, condition);
  }

  static void until(Reactor reactor, BooleanSupplier condition) {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it has not happened");
      }
      reactor.turn(LOOK);
    }
  }

  /** Ends a reactor by turning it. */
  static void end(Reactor reactor) {
    reactor.stop();
    long end = System.nanoTime() + LONGEST.toNanos();
    while (reactor.turn(LOOK)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("the reactor does not end");
      }
    }
  }

  @Override
  public void close() throws IOException {
    end(reactor);
  }
}
