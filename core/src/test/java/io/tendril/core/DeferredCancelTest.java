package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.Seen;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** D7, and the part of D1 that is about cancelling. */
class DeferredCancelTest {
  private final List<Object> log = new ArrayList<>();
  private ManualReactor reactor;

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
  }

  @AfterEach
  void close() {
    reactor.close();
  }

  private <T> Promise<T> logged(String name) {
    Promise<T> promise = Promise.create();
    return promise.onCancel(() -> log.add(name + " cancelled"));
  }

  @Test
  void d7TheCancellerRunsAndACancellationComesDown() {
    Promise<String> promise = logged("it");
    Seen<String> seen = Seen.of(promise.deferred());
    promise.deferred().cancel();
    assertThat(log).containsExactly("it cancelled");
    assertThat(seen.failure(CancellationException.class)).isNotNull();
    assertThat(promise.isDone()).isTrue();
  }

  @Test
  void d7WithoutACancellerToo() {
    Promise<String> promise = Promise.create();
    promise.deferred().cancel();
    assertThat(Seen.of(promise.deferred()).failure(CancellationException.class)).isNotNull();
  }

  @Test
  void d7AnyStageBeforeTheFiring() {
    for (int stage = 0; stage < 4; stage++) {
      log.clear();
      Promise<Integer> promise = logged("it");
      List<Deferred<Integer>> stages = new ArrayList<>(List.of(promise.deferred()));
      for (int i = 0; i < 3; i++) {
        stages.add(stages.getLast().thenApply(n -> n + 1));
      }
      stages.get(stage).cancel();
      assertThat(log).containsExactly("it cancelled");
      assertThat(Seen.of(stages.getLast()).failure(CancellationException.class)).isNotNull();
    }
  }

  @Test
  void d7AnyStageWhileAnInnerIsWaitedFor() {
    for (int stage = 0; stage < 5; stage++) {
      log.clear();
      Promise<Integer> promise = logged("outer");
      Promise<Integer> inner = logged("inner");
      Deferred<Integer> first = promise.deferred();
      Deferred<Integer> second = first.thenApply(n -> n + 1);
      Deferred<Integer> third = second.thenCompose(n -> inner.deferred().thenApply(m -> m + n));
      Deferred<Integer> fourth = third.thenApply(n -> n + 1);
      Deferred<Integer> fifth = fourth.thenApply(n -> n + 1);
      promise.succeed(1);
      List.of(first, second, third, fourth, fifth).get(stage).cancel();
      assertThat(log).as("stage " + stage).containsExactly("inner cancelled");
      assertThat(Seen.of(fifth).failure(CancellationException.class)).isNotNull();
    }
  }

  @Test
  void d7AnyStageWhileAMovedInnerIsWaitedFor() {
    for (int stage = 0; stage < 6; stage++) {
      log.clear();
      Promise<Integer> one = logged("one");
      Promise<Integer> two = logged("two");
      Promise<Integer> three = logged("three");
      Deferred<Integer> first = one.deferred();
      Deferred<Integer> second = two.deferred();
      Deferred<Integer> inner = second.thenCompose(n -> three.deferred());
      Deferred<Integer> middle = first.thenCompose(n -> inner);
      Deferred<Integer> last = middle.thenApply(n -> n + 1);
      one.succeed(1);
      two.succeed(2);
      List.of(first, second, inner, middle, last, three.deferred()).get(stage).cancel();
      assertThat(log).as("stage " + stage).containsExactly("three cancelled");
      assertThat(Seen.of(last).failure(CancellationException.class)).isNotNull();
    }
  }

  @Test
  void d7AnInnerThatIsDoneDoesNotCancelTheOuter() {
    Promise<Integer> inner = logged("inner");
    Promise<Integer> after = logged("after");
    Deferred<Integer> innerChain = inner.deferred().thenApply(n -> n + 1);
    Deferred<Integer> outer =
        Deferred.done().thenCompose(v -> innerChain).thenCompose(n -> after.deferred());
    inner.succeed(1);
    inner.deferred().cancel();
    innerChain.cancel();
    assertThat(log).isEmpty();
    outer.cancel();
    assertThat(log).containsExactly("after cancelled");
  }

  @Test
  void d7AMovedInnerThatIsDoneDoesNotCancelTheOuter() {
    Promise<Integer> two = logged("two");
    Promise<Integer> three = logged("three");
    Promise<Integer> after = logged("after");
    Deferred<Integer> inner = two.deferred().thenCompose(n -> three.deferred());
    Deferred<Integer> outer =
        Deferred.done().thenCompose(v -> inner).thenCompose(n -> after.deferred());
    two.succeed(1);
    three.succeed(1);
    inner.cancel();
    two.deferred().cancel();
    three.deferred().cancel();
    assertThat(log).isEmpty();
    outer.cancel();
    assertThat(log).containsExactly("after cancelled");
  }

  @Test
  void d7AFinallysCleanUpIsCancelledWhenItIsWhatIsWaitedFor() {
    Promise<Void> cleanUp = logged("clean-up");
    var failure = new IOException();
    Deferred<Void> chain = Deferred.<Void>failed(failure).finallyCompose(() -> cleanUp.deferred());
    Seen<Void> seen = Seen.of(chain);
    chain.cancel();
    assertThat(log).containsExactly("clean-up cancelled");
    assertThat(seen.failure(IOException.class)).isSameAs(failure);
    assertThat(failure.getSuppressed()).hasOnlyElementsOfType(CancellationException.class);
  }

  @Test
  void d7DoneIsNothing() {
    Promise<Integer> promise = logged("it");
    Deferred<Integer> last = promise.deferred().thenApply(n -> n + 1);
    promise.succeed(1);
    promise.deferred().cancel();
    last.cancel();
    assertThat(log).isEmpty();
    assertThat(Seen.of(last).value()).isEqualTo(2);
    last.cancel();
  }

  @Test
  void d7SafeToRepeat() {
    Promise<Integer> promise = logged("it");
    Deferred<Integer> last = promise.deferred().thenApply(n -> n + 1);
    Seen<Integer> seen = Seen.of(last);
    for (int i = 0; i < 3; i++) {
      last.cancel();
      promise.deferred().cancel();
    }
    assertThat(log).containsExactly("it cancelled");
    assertThat(seen.times()).isOne();
  }

  @Test
  void d7TheCancellerMayFire() {
    Promise<String> promise = Promise.create();
    promise.onCancel(() -> promise.succeed("as far as we came"));
    Seen<String> seen = Seen.of(promise.deferred());
    promise.deferred().cancel();
    assertThat(seen.value()).isEqualTo("as far as we came");

    var failure = new IOException("of my own");
    Promise<String> other = Promise.create();
    other.onCancel(() -> other.fail(failure));
    other.deferred().cancel();
    assertThat(Seen.of(other.deferred()).failure(IOException.class)).isSameAs(failure);
  }

  @Test
  void d7ACancellerThatThrowsIsSuppressedInTheCancellation() {
    var thrown = new IOException("in the canceller");
    Promise<String> promise = Promise.create();
    promise.onCancel(() -> {
      throw thrown;
    });
    Seen<String> seen = Seen.of(promise.deferred());
    assertThatCode(() -> promise.deferred().cancel()).doesNotThrowAnyException();
    assertThat(seen.failure(CancellationException.class)).hasSuppressedException(thrown);
  }

  @Test
  void d7ACancellerThatFiresAndThrowsIsReported() {
    var thrown = new IOException("in the canceller");
    Promise<String> promise = Promise.create();
    promise.onCancel(() -> {
      promise.succeed("v");
      throw thrown;
    });
    Seen<String> seen = Seen.of(promise.deferred());
    promise.deferred().cancel();
    assertThat(seen.value()).isEqualTo("v");
    assertThat(reactor.events).containsExactly(new ReactorEvent.FailureUnhandled(thrown, null));
  }

  @Test
  void d7ACancellerThatCancelsRunsOnce() {
    Promise<String> promise = Promise.create();
    promise.onCancel(() -> {
      log.add("cancelling");
      promise.deferred().cancel();
      promise.onCancel(() -> log.add("too late"));
    });
    Seen<String> seen = Seen.of(promise.deferred());
    promise.deferred().cancel();
    assertThat(log).containsExactly("cancelling");
    assertThat(seen.failure(CancellationException.class)).isNotNull();
  }

  @Test
  void d7AContinuationMayCancelAnother() {
    Promise<String> other = logged("other");
    Seen<String> seen = Seen.of(other.deferred());
    Deferred.done()
        .thenRun(() -> {
          other.deferred().cancel();
          assertThat(seen.nothing()).isTrue(); // not inside of this one
        });
    assertThat(seen.failure(CancellationException.class)).isNotNull();
  }

  @Test
  void d7AContinuationThatCancelsItsOwnChainCancelsNothing() {
    Promise<Integer> promise = logged("it");
    List<Deferred<Integer>> last = new ArrayList<>();
    last.add(
        promise
            .deferred()
            .thenApply(n -> {
              last.getFirst().cancel();
              return n + 1;
            })
            .thenApply(n -> n + 1));
    promise.succeed(1);
    assertThat(log).isEmpty();
    assertThat(Seen.of(last.getFirst()).value()).isEqualTo(3);
  }

  @Test
  void d7ARecoveryThatGoesOnCanBeCancelledAgain() {
    Promise<String> second = logged("second");
    Promise<String> first = logged("first");
    Deferred<String> chain = first.deferred().exceptionallyCompose(e -> second.deferred());
    Seen<String> seen = Seen.of(chain);
    chain.cancel();
    assertThat(seen.nothing()).isTrue();
    chain.cancel();
    assertThat(log).containsExactly("first cancelled", "second cancelled");
    assertThat(seen.failure(CancellationException.class)).isNotNull();
  }

  // ---- D1: late firings -----------------------------------------------------------------------

  @Test
  void d1AfterACancelOneLateFiringIsSwallowed() {
    Promise<String> promise = Promise.create();
    Seen<String> seen = Seen.of(promise.deferred());
    promise.deferred().cancel();
    promise.succeed("late");
    assertThat(seen.failure(CancellationException.class)).isNotNull();
    assertThatThrownBy(() -> promise.succeed("twice")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void d1ALateFailureIsSwallowedAsWell() {
    Promise<String> promise = logged("it");
    promise.deferred().cancel();
    promise.fail(new IOException("late"));
    reactor.reportUnhandled();
    assertThat(reactor.events).isEmpty();
  }

  @Test
  void d1ALateFiringIsSwallowedAlsoWhenTheCancellerFired() {
    Promise<String> promise = Promise.create();
    promise.onCancel(() -> promise.succeed("the canceller's"));
    Seen<String> seen = Seen.of(promise.deferred());
    promise.deferred().cancel();
    promise.succeed("late");
    assertThat(seen.value()).isEqualTo("the canceller's");
    assertThatThrownBy(() -> promise.succeed("twice")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void d1ALateFiringOutOfTheCancellationItselfIsSwallowed() {
    Promise<String> promise = Promise.create();
    promise.deferred().exceptionally(e -> "noticed").thenAccept(v -> promise.succeed("late"));
    promise.deferred().cancel();
    reactor.reportUnhandled();
    assertThat(reactor.events).isEmpty();
  }

  @Test
  void d1AfterAResultThereIsNoGrace() {
    Promise<String> promise = Promise.create();
    promise.succeed("v");
    promise.deferred().cancel();
    assertThatThrownBy(() -> promise.succeed("w")).isInstanceOf(IllegalStateException.class);
    assertThat(promise.onCancel(() -> log.add("never"))).isSameAs(promise);
    promise.deferred().cancel();
    assertThat(log).isEmpty();
  }
}
