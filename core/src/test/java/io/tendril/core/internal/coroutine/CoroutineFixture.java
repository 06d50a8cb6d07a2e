package io.tendril.core.internal.coroutine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Outcome;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorOptions;
import io.tendril.core.doubles.CarryingEngine;
import io.tendril.core.internal.Home;
import io.tendril.spi.Carrier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A reactor that the test drives turn by turn in its own thread. Each test class runs once on each
 * carrier.
 */
@ParameterizedClass
@MethodSource("carriers")
abstract class CoroutineFixture {
  /** Far more turns than any test here needs. */
  private static final int MANY = 10_000;

  final List<Object> log = new ArrayList<>();
  final List<ReactorEvent> events = new ArrayList<>();
  Reactor reactor;
  private Home before;

  @Parameter Carrier carrier;

  static List<Named<Carrier>> carriers() {
    return List.of(
        Named.of("continuations", ContinuationCarrier.orNull()),
        Named.of("virtual threads", new VirtualThreadCarrier()));
  }

  @BeforeEach
  void open() {
    reactor = reactor(ReactorOptions.defaults());
    reactor.observe(events::add);
    before = Home.enter((Home) reactor);
    turns(1);
  }

  Reactor reactor(ReactorOptions options) {
    return Reactor.create(options.withEngine(CarryingEngine.with(carrier)));
  }

  @AfterEach
  void close() {
    reactor.stop();
    turnUntil(() -> reactor.state() == Reactor.State.STOPPED);
    Home.enter(before);
    assertThat(events).noneMatch(ReactorEvent::isFailure);
  }

  /** Stops the reactor, takes what it reported out of the events, and returns that. */
  List<ReactorEvent> failuresUntilTheEnd() {
    reactor.stop();
    turnUntil(() -> reactor.state() == Reactor.State.STOPPED);
    List<ReactorEvent> failures = events.stream().filter(ReactorEvent::isFailure).toList();
    events.clear();
    return failures;
  }

  /** A Deferred that fires when somebody else has had a turn. */
  Deferred<Void> rest() {
    Promise<Void> promise = reactor.promise();
    reactor.execute(() -> {
      if (!promise.isDone()) {
        promise.succeed();
      }
    });
    return promise.deferred();
  }

  void turns(int count) {
    for (int i = 0; i < count; i++) {
      reactor.turn(Duration.ZERO);
    }
  }

  void turnUntil(Callable<Boolean> condition) {
    try {
      for (int i = 0; i < MANY && !condition.call(); i++) {
        reactor.turn(Duration.ofMillis(10));
      }
      assertThat(condition.call()).isTrue();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** What becomes of a Deferred. */
  <T> Outcome<T> outcome(Deferred<T> deferred) {
    List<Outcome<T>> outcome = new ArrayList<>();
    var _ =
        deferred.handle(
            value -> outcome.add(new Outcome.Success<>(value)),
            failure -> outcome.add(new Outcome.Failure<>(failure)));
    turnUntil(() -> !outcome.isEmpty());
    return outcome.getFirst();
  }

  /** What a coroutine returns. */
  <T> T run(Callable<? extends T> body) {
    return switch (outcome(reactor.<T>async(body))) {
      case Outcome.Success<T>(T value) -> value;
      case Outcome.Failure<T>(Throwable cause) -> throw new AssertionError(cause);
    };
  }

  /** What a coroutine throws. */
  Throwable failureOf(Callable<?> body) {
    return failureOf(reactor.async(body));
  }

  Throwable failureOf(Deferred<?> deferred) {
    return switch (outcome(deferred)) {
      case Outcome.Success<?>(Object value) -> throw new AssertionError("returned " + value);
      case Outcome.Failure<?>(Throwable cause) -> cause;
    };
  }
}
