package io.tendril.core;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.Seen;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cooperative iteration. */
class CooperativeTaskTest {
  private final List<Object> log = new ArrayList<>();
  private ManualReactor reactor;

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
  }

  @AfterEach
  void close() {
    assertThat(reactor.pendingCalls()).isZero();
    reactor.close();
    assertThat(reactor.events).isEmpty();
  }

  private Iterator<?> steps(String name, int count, IntFunction<?> step) {
    return IntStream.range(0, count)
        .mapToObj(i -> {
          log.add(name + i);
          return (Object) step.apply(i);
        })
        .iterator();
  }

  /** Steps of four milliseconds each. */
  private Iterator<?> slow(String name, int count) {
    return steps(
        name,
        count,
        i -> {
          reactor.spend(ofMillis(4));
          return i;
        });
  }

  @Test
  void aSliceIsAtMostTenMilliseconds() {
    Seen<Void> seen = Seen.of(CooperativeTask.start(reactor, slow("a", 7)).whenDone());
    assertThat(log).isEmpty();
    reactor.turn();
    assertThat(log).containsExactly("a0", "a1", "a2");
    reactor.turn();
    assertThat(log).hasSize(6);
    assertThat(seen.nothing()).isTrue();
    reactor.turn();
    assertThat(seen.value()).isNull();
  }

  @Test
  void severalTasksShareOneSliceATurnFairly() {
    CooperativeTask.start(reactor, slow("a", 3));
    CooperativeTask.start(reactor, slow("b", 3));
    CooperativeTask.start(reactor, slow("c", 3));
    CooperativeTask.start(reactor, slow("d", 3));
    reactor.turn();
    assertThat(log).containsExactly("a0", "b0", "c0");
    reactor.turn();
    assertThat(log).containsExactly("a0", "b0", "c0", "d0", "a1", "b1");
    reactor.settle();
    assertThat(log)
        .containsExactly("a0", "b0", "c0", "d0", "a1", "b1", "c1", "d1", "a2", "b2", "c2", "d2");
  }

  @Test
  void aStepThatIsADeferredIsWaitedFor() {
    Promise<Void> gate = Promise.create();
    Seen<Void> seen =
        Seen.of(
            CooperativeTask.start(
                    reactor, steps("a", 3, i -> i == 1 ? gate.deferred() : Deferred.done()))
                .whenDone());
    reactor.settle();
    assertThat(log).containsExactly("a0", "a1");
    assertThat(reactor.pendingCalls()).isZero();
    gate.succeed();
    reactor.settle();
    assertThat(log).containsExactly("a0", "a1", "a2");
    assertThat(seen.value()).isNull();
  }

  @Test
  void whileOneWaitsTheOthersGoOn() {
    Promise<Void> gate = Promise.create();
    CooperativeTask.start(reactor, steps("a", 2, i -> gate.deferred())).whenDone().cancel();
    var waiting = CooperativeTask.start(reactor, steps("b", 2, i -> i == 0 ? gate.deferred() : i));
    CooperativeTask.start(reactor, steps("c", 3, i -> i));
    reactor.settle();
    assertThat(log).containsExactly("b0", "c0", "c1", "c2");
    gate.succeed();
    reactor.settle();
    assertThat(waiting.isDone()).isTrue();
  }

  @Test
  void pauseAndResume() {
    var task = CooperativeTask.start(reactor, slow("a", 4));
    reactor.turn();
    task.pause();
    task.pause();
    reactor.settle();
    assertThat(log).hasSize(3);
    assertThat(reactor.pendingCalls()).isZero();
    task.resume();
    task.resume();
    assertThat(log).hasSize(3); // not inside of the call
    reactor.settle();
    assertThat(log).hasSize(4);
    assertThat(task.isDone()).isTrue();
    task.pause();
    task.resume();
    assertThat(reactor.pendingCalls()).isZero();
  }

  @Test
  void aStepMayPauseItsTask() {
    List<CooperativeTask> task = new ArrayList<>();
    task.add(
        CooperativeTask.start(
            reactor,
            steps(
                "a",
                3,
                i -> {
                  task.getFirst().pause();
                  return i;
                })));
    reactor.settle();
    assertThat(log).containsExactly("a0");
    task.getFirst().resume();
    reactor.settle();
    assertThat(log).containsExactly("a0", "a1");
    task.getFirst().stop();
  }

  @Test
  void aPausedTaskThatWaitsGoesOnAfterTheResumeOnly() {
    Promise<Void> gate = Promise.create();
    var task = CooperativeTask.start(reactor, steps("a", 2, i -> i == 0 ? gate.deferred() : i));
    reactor.settle();
    task.pause();
    gate.succeed();
    reactor.settle();
    assertThat(log).containsExactly("a0");
    task.resume();
    reactor.settle();
    assertThat(log).containsExactly("a0", "a1");
    assertThat(task.isDone()).isTrue();
  }

  @Test
  void stopEndsItAndCancelsWhatItWaitsFor() {
    Promise<Void> gate = Promise.create();
    gate.onCancel(() -> log.add("gate cancelled"));
    var task = CooperativeTask.start(reactor, steps("a", 3, i -> gate.deferred()));
    Seen<Void> seen = Seen.of(task.whenDone());
    reactor.settle();
    task.stop();
    task.stop();
    reactor.settle();
    assertThat(log).containsExactly("a0", "gate cancelled");
    assertThat(seen.failure(CancellationException.class)).isNotNull();
    assertThat(task.isDone()).isTrue();
  }

  @Test
  void aStepMayStopItsTask() {
    Promise<Void> gate = Promise.create();
    gate.onCancel(() -> log.add("gate cancelled"));
    List<CooperativeTask> task = new ArrayList<>();
    task.add(
        CooperativeTask.start(
            reactor,
            steps(
                "a",
                3,
                i -> {
                  task.getFirst().stop();
                  return gate.deferred();
                })));
    Seen<Void> seen = Seen.of(task.getFirst().whenDone());
    reactor.settle();
    assertThat(log).containsExactly("a0", "gate cancelled");
    assertThat(seen.failure(CancellationException.class)).isNotNull();
  }

  @Test
  void cancellingAllThatWaitStopsIt() {
    var task = CooperativeTask.start(reactor, slow("a", 3));
    Deferred<Void> one = task.whenDone();
    Deferred<Void> two = task.whenDone();
    one.cancel();
    assertThat(task.isDone()).isFalse();
    two.cancel();
    assertThat(task.isDone()).isTrue();
    reactor.settle();
    assertThat(log).isEmpty();
  }

  @Test
  void whatAStepThrowsOrFailsWithFailsTheTask() {
    var failure = new IOException();
    var failer = CooperativeTask.start(reactor, List.of(Deferred.failed(failure)).iterator());
    var thrower =
        CooperativeTask.start(
            reactor,
            steps(
                "a",
                2,
                i -> {
                  throw new AssertionError("in a step");
                }));
    var other = CooperativeTask.start(reactor, steps("b", 2, i -> i));
    Seen<Void> failed = Seen.of(failer.whenDone());
    Seen<Void> thrown = Seen.of(thrower.whenDone());
    reactor.settle();
    assertThat(failed.failure(IOException.class)).isSameAs(failure);
    assertThat(thrown.failure(AssertionError.class)).hasMessage("in a step");
    assertThat(other.isDone()).isTrue();
    assertThat(Seen.of(failer.whenDone()).failure(IOException.class)).isSameAs(failure);
  }

  @Test
  void d9AFailureThatNobodyAsksForIsReported() {
    CooperativeTask.start(reactor, List.of(Deferred.failed(new IOException())).iterator());
    reactor.settle();
    reactor.reportUnhandled();
    assertThat(reactor.events).hasSize(1);
    reactor.events.clear();
  }

  private static final Context.Key<String> USER = Context.key("user", "nobody");

  @Test
  void stepsRunInTheContextOfTheStart() {
    Context.empty()
        .with(USER, "ada")
        .run(() ->
            CooperativeTask.start(
                reactor, steps("", 2, i -> log.add(Context.current().value(USER)))));
    CooperativeTask.start(reactor, steps("", 1, i -> log.add(Context.current().value(USER))));
    reactor.settle();
    assertThat(log).containsExactly("0", "ada", "0", "nobody", "1", "ada");
  }
}
