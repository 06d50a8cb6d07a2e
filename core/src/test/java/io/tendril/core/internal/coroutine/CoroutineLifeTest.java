package io.tendril.core.internal.coroutine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.DeferredLock;
import io.tendril.core.DeferredQueue;
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
  void r6OneThatAnotherWaitsForIsCancelledOnce() {
    Promise<Void> never = reactor.promise();
    reactor.async(() ->
        reactor
            .async(() -> {
              try {
                return never.deferred().await();
              } finally {
                reactor.after(Duration.ofMillis(5)).await();
                log.add("cleaned");
              }
            })
            .await());
    assertThat(failuresUntilTheEnd()).isEmpty();
    assertThat(log).containsExactly("cleaned");
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

  private List<Reactor.LiveCoroutine> live() {
    return reactor.liveCoroutines();
  }

  @Test
  void aListSaysWhatEachIsCalledAndWaitsForAndWhere() {
    var lock = new DeferredLock();
    var queue = new DeferredQueue<Object>();
    Promise<Void> promise = reactor.promise();
    assertThat(lock.tryAcquire()).isTrue();
    var first = reactor.async("first", () -> waitsHere(promise));
    reactor.async("second", () -> first.await());
    reactor.async("third", () -> lock.acquire().await());
    reactor.async("fourth", () -> queue.get().await());
    var fifth = reactor.async("fifth", () -> reactor.after(Duration.ofHours(1)).await());
    assertThat(live())
        .extracting(Reactor.LiveCoroutine::waitsFor)
        .containsExactly("a Promise", "coroutine 'first'", "a lock", "a queue", "the clock");
    assertThat(live().getFirst().toString())
        .startsWith("coroutine 'first', waits for a Promise since ")
        .contains(" ms at io.tendril.core.internal.coroutine.CoroutineLifeTest.waitsHere(");
    assertThat(live().getFirst().stack())
        .extracting(StackTraceElement::getMethodName)
        .startsWith("waitsHere")
        .doesNotContain("live", "yield", "suspend", "park");
    assertThat(reactor.stats().coroutines()).isEqualTo(5);
    promise.succeed();
    lock.release();
    queue.put("item");
    fifth.cancel();
    turns(3);
    assertThat(live()).isEmpty();
    assertThat(reactor.stats().coroutines()).isZero();
  }

  @Test
  void oneThatRunsOrIsAboutToWaitsForNothing() {
    Promise<Void> promise = reactor.promise();
    reactor.async("ready", () -> promise.deferred().await());
    promise.succeed();
    assertThat(live())
        .singleElement()
        .satisfies(one -> assertThat(one.waitsFor()).isNull())
        .asString()
        .startsWith("coroutine 'ready', runs or is about to at ");
    reactor.async("running", () -> log.add(live().getLast()));
    assertThat(log)
        .singleElement()
        .asString()
        .isEqualTo("coroutine 'running', runs or is about to");
    turns(1);
  }

  @Test
  void aReportOfVeryManyIsBounded() {
    Promise<Void> promise = reactor.promise();
    var shared = promise.deferred().share();
    for (int i = 0; i < 250; i++) {
      var branch = shared.branch();
      reactor.async(() -> branch.await());
    }
    assertThat(coroutines().describe()).hasSize(101).endsWith("150 more coroutines");
    assertThat(live()).hasSize(250);
    promise.succeed();
    turns(2);
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
