package io.tendril.core.internal.coroutine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.internal.loop.LoopReactor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** R6, and what can be seen of the coroutines that are alive. */
class CoroutineLifeTest extends CoroutineFixture {

  private Coroutines coroutines() {
    return ((LoopReactor) reactor).coroutines();
  }

  @Test
  void r6ShutdownCancelsThemAndLetsThemEnd() {
    Promise<Void> never = reactor.promise();
    reactor.async(() -> {
      try {
        return never.deferred().await();
      } catch (CancellationException e) {
        log.add("cancelled");
        throw e;
      } finally {
        reactor.after(Duration.ofMillis(5)).await();
        log.add("cleaned in " + reactor.state());
      }
    });
    assertThat(failuresUntilTheEnd()).isEmpty();
    assertThat(log).containsExactly("cancelled", "cleaned in " + Reactor.State.CLOSING);
  }

  @Test
  void r6OneThatDoesNotEndIsNamedAtTheDeadline() {
    var impatient = reactor(reactor.options().withShutdownDeadline(Duration.ofMillis(10)));
    impatient.observe(log::add);
    Promise<Void> never = impatient.promise();
    impatient.async(() -> {
      try {
        never.deferred().await();
      } finally {
        impatient.promise().deferred().await();
      }
      return null;
    });
    impatient.stop();
    while (impatient.turn(Duration.ofMillis(5))) {}
    assertThat(log)
        .filteredOn(ReactorEvent.ShutdownOverdue.class::isInstance)
        .singleElement()
        .asString()
        .contains("CoroutineLifeTest.lambda$r6OneThatDoesNotEnd");
  }

  @Test
  void theyAreDescribedByWhatTheyRunAndWhereTheyWait() {
    assertThat(coroutines().isEmpty()).isTrue();
    Promise<Void> promise = reactor.promise();
    var coroutine = reactor.async(() -> waitsHere(promise));
    assertThat(coroutines().isEmpty()).isFalse();
    assertThat(coroutines().describe())
        .singleElement()
        .asString()
        .contains("CoroutineLifeTest")
        .contains("waitsHere(CoroutineLifeTest.java:");
    promise.succeed();
    outcome(coroutine);
    assertThat(coroutines().describe()).isEmpty();
    assertThat(coroutines().isEmpty()).isTrue();
  }

  private static Object waitsHere(Promise<Void> promise) {
    return promise.deferred().await();
  }

  @Test
  void inDebugModeAlsoByWhereTheyWereMade() {
    var debugged = (LoopReactor) reactor(reactor.options().withDebug(true));
    Promise<Void> promise = debugged.promise();
    debugged.async(() -> promise.deferred().await());
    assertThat(debugged.coroutines().describe())
        .singleElement()
        .asString()
        .startsWith("coroutine CoroutineLifeTest, made at ");
    promise.succeed();
    debugged.stop();
    while (debugged.turn(Duration.ofMillis(5))) {}
  }

  @Test
  void theCarrierIsChosenAndToldOnce() {
    run(() -> 1);
    run(() -> 2);
    assertThat(events)
        .filteredOn(ReactorEvent.Chosen.class::isInstance)
        .containsExactly(
            new ReactorEvent.Chosen("coroutine carrier", carrier.name(), "the engine offers it"));
  }

  @Test
  void theOnesThatAreDoneAreForgotten() {
    for (int i = 0; i < 1_000; i++) {
      run(() -> rest().await());
    }
    assertThat(List.of(coroutines().isEmpty(), coroutines().describe().isEmpty()))
        .containsExactly(true, true);
  }
}
