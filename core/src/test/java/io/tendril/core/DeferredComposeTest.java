package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.Seen;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** D5 and D6: Deferreds that wait for others, or for themselves. */
class DeferredComposeTest {
  private final List<Object> log = new ArrayList<>();
  private ManualReactor reactor;

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
  }

  @AfterEach
  void close() {
    reactor.close();
    assertThat(reactor.events).isEmpty();
  }

  // ---- D5 -------------------------------------------------------------------------------------

  @Test
  void d5AComposedChainWaitsForItsInner() {
    Promise<String> inner = Promise.create();
    Deferred<Integer> chain =
        Deferred.succeeded(1).thenCompose(n -> inner.deferred()).thenApply(String::length);
    assertThat(chain.isDone()).isFalse();
    inner.succeed("four");
    assertThat(Seen.of(chain).value()).isEqualTo(4);
  }

  @Test
  void d5AnInnerThatIsThereIsTakenOver() {
    assertThat(Seen.of(Deferred.succeeded(1).thenCompose(n -> Deferred.succeeded(n + 1))).value())
        .isEqualTo(2);
    assertThat(
            Seen.of(Deferred.succeeded(1).thenCompose(n -> Deferred.failed(new IOException("f"))))
                .failure(IOException.class))
        .hasMessage("f");
  }

  @Test
  void d5AFailureOfTheInnerIsTakenOver() {
    Promise<String> inner = Promise.create();
    Seen<String> seen = Seen.of(Deferred.succeeded(1).thenCompose(n -> inner.deferred()));
    var failure = new IOException();
    inner.fail(failure);
    assertThat(seen.failure(IOException.class)).isSameAs(failure);
  }

  @Test
  void d5TheErrorSideComposes() {
    Promise<String> spare = Promise.create();
    Seen<String> seen =
        Seen.of(
            Deferred.<String>failed(new IOException())
                .exceptionallyCompose(IllegalStateException.class, e -> Deferred.succeeded("no"))
                .exceptionallyCompose(IOException.class, e -> spare.deferred())
                .exceptionallyCompose(e -> Deferred.succeeded("nor this")));
    assertThat(seen.nothing()).isTrue();
    spare.succeed("spare");
    assertThat(seen.value()).isEqualTo("spare");
  }

  @Test
  void d5TheErrorSideLetsValuesPass() {
    assertThat(
            Seen.of(Deferred.succeeded("v").exceptionallyCompose(e -> Deferred.succeeded("no")))
                .value())
        .isEqualTo("v");
  }

  @Test
  void d5AFinallyWaitsAndPassesTheOriginalOn() {
    Promise<Void> closing = Promise.create();
    Seen<String> good = Seen.of(Deferred.succeeded("v").finallyCompose(() -> closing.deferred()));
    assertThat(good.nothing()).isTrue();
    closing.succeed();
    assertThat(good.value()).isEqualTo("v");
    var failure = new IOException();
    assertThat(
            Seen.of(Deferred.<String>failed(failure).finallyCompose(Deferred::done))
                .failure(IOException.class))
        .isSameAs(failure);
  }

  @Test
  void d5AFailureInAFinallyReplacesAValueAndIsSuppressedInAFailure() {
    var second = new IllegalStateException("closing");
    assertThat(
            Seen.of(Deferred.succeeded("v").finallyCompose(() -> Deferred.failed(second)))
                .failure(Throwable.class))
        .isSameAs(second);
    var first = new IOException("first");
    Deferred<String> bad =
        Deferred.<String>failed(first).finallyCompose(() -> Deferred.failed(second));
    assertThat(Seen.of(bad).failure(Throwable.class)).isSameAs(first);
    assertThat(first).hasSuppressedException(second);
  }

  @Test
  void d5AThrowInAFinallyDoesTheSame() {
    var second = new IllegalStateException("thrown");
    Deferred<String> good =
        Deferred.succeeded("v")
            .finallyCompose(() -> {
              throw second;
            });
    assertThat(Seen.of(good).failure(Throwable.class)).isSameAs(second);
    var first = new IOException("first");
    Deferred<String> bad =
        Deferred.<String>failed(first)
            .finallyCompose(() -> {
              throw second;
            });
    assertThat(Seen.of(bad).failure(Throwable.class)).isSameAs(first);
    assertThat(first).hasSuppressedException(second);
    var third = new IOException("third");
    assertThat(
            Seen.of(Deferred.<String>failed(third).finallyCompose(() -> null))
                .failure(Throwable.class))
        .isSameAs(third);
    assertThat(third.getSuppressed()).hasOnlyElementsOfType(NullPointerException.class);
  }

  @Test
  void d5AnInnerWithAContinuationFailsTheOuter() {
    Promise<String> inner = Promise.create();
    Seen<String> first = Seen.of(inner.deferred());
    Seen<String> outer = Seen.of(Deferred.succeeded(1).thenCompose(n -> inner.deferred()));
    assertThat(outer.failure(IllegalStateException.class)).hasMessageContaining("share()");
    assertThat(
            Seen.of(Deferred.succeeded(1).finallyCompose(() -> inner.deferred()))
                .failure(IllegalStateException.class))
        .hasMessageContaining("continuation already");
    inner.succeed("v");
    assertThat(first.value()).isEqualTo("v");
  }

  @Test
  void d5AnInnerTakenOverTakesNoOtherContinuation() {
    Promise<String> inner = Promise.create();
    Seen<String> outer = Seen.of(Deferred.succeeded(1).thenCompose(n -> inner.deferred()));
    Seen<String> second = Seen.of(Deferred.succeeded(1).thenCompose(n -> inner.deferred()));
    assertThat(second.failure(IllegalStateException.class)).isNotNull();
    inner.succeed("v");
    assertThat(outer.value()).isEqualTo("v");
    Deferred<String> constant = Deferred.succeeded("c");
    assertThat(Seen.of(Deferred.done().thenCompose(n -> constant)).value()).isEqualTo("c");
    assertThat(
            Seen.of(Deferred.done().thenCompose(n -> constant))
                .failure(IllegalStateException.class))
        .isNotNull();
  }

  @Test
  void d5NullInPlaceOfAnInnerIsAnError() {
    assertThat(
            Seen.of(Deferred.succeeded(1).thenCompose(n -> null))
                .failure(NullPointerException.class))
        .hasMessageContaining("compose");
  }

  @Test
  void d5APlainStageGivenADeferredIsAnError() {
    Deferred<Object> apply = Deferred.succeeded(1).thenApply(n -> Deferred.succeeded(n));
    assertThat(Seen.of(apply).failure(IllegalStateException.class))
        .hasMessageContaining("thenCompose");
    Deferred<Object> recover =
        Deferred.failed(new IOException()).exceptionally(e -> Deferred.succeeded(1));
    assertThat(Seen.of(recover).failure(IllegalStateException.class)).isNotNull();
    Deferred<Object> both = Deferred.succeeded(1).handle((v, f) -> Deferred.succeeded(1));
    assertThat(Seen.of(both).failure(IllegalStateException.class)).isNotNull();
    Deferred<Object> pair = Deferred.succeeded(1).handle(v -> Deferred.succeeded(1), f -> f);
    assertThat(Seen.of(pair).failure(IllegalStateException.class)).isNotNull();
  }

  @Test
  void aRelayThatIsAboutToRunCanBeAdopted() {
    Promise<String> innermost = Promise.create();
    Deferred<String> relay = Deferred.done().thenCompose(v -> innermost.deferred());
    Promise<Void> outer = Promise.create();
    Seen<String> seen = Seen.of(outer.deferred().thenCompose(v -> relay));
    Deferred.done()
        .thenRun(() -> {
          outer.succeed(); // first in the queue: takes the relay over
          innermost.succeed("v"); // second: settles the relay
        });
    assertThat(seen.value()).isEqualTo("v");

    Promise<String> innermost2 = Promise.create();
    Deferred<String> relay2 = Deferred.done().thenCompose(v -> innermost2.deferred());
    Promise<Void> outer2 = Promise.create();
    Seen<String> seen2 = Seen.of(outer2.deferred().thenCompose(v -> relay2));
    Deferred.done()
        .thenRun(() -> {
          outer2.succeed();
          innermost2.succeed("w");
          log.add("both are under way");
        });
    assertThat(seen2.value()).isEqualTo("w");
  }

  @Test
  void aRelayWhoseInnerIsDoneButNotPassedOnCanBeAdopted() {
    Promise<String> innermost = Promise.create();
    Deferred<String> relay = Deferred.done().thenCompose(v -> innermost.deferred());
    Promise<Void> outer = Promise.create();
    // The continuation of outer runs between the firing of innermost and the step of relay.
    Seen<String> seen =
        Seen.of(
            outer
                .deferred()
                .thenCompose(v -> {
                  innermost.succeed("v");
                  return relay;
                }));
    outer.succeed();
    assertThat(seen.value()).isEqualTo("v");
  }

  @Test
  void isDoneOfAnInnerTakenOverTellsTheTruth() {
    Promise<Void> first = Promise.create();
    Promise<Void> second = Promise.create();
    Deferred<Void> inner = first.deferred().thenCompose(v -> second.deferred());
    Deferred<Void> outer = Deferred.done().thenCompose(v -> inner);
    first.succeed();
    assertThat(inner.isDone()).isFalse();
    assertThat(outer.isDone()).isFalse();
    second.succeed();
    assertThat(inner.isDone()).isTrue();
    assertThat(outer.isDone()).isTrue();
    inner.cancel();
    assertThat(Seen.of(outer).value()).isNull();
  }

  // ---- D6 -------------------------------------------------------------------------------------

  @Test
  void d6ADeferredThatReturnsItselfFails() {
    Promise<String> promise = Promise.create();
    List<Deferred<String>> self = new ArrayList<>();
    self.add(promise.deferred().thenCompose(v -> self.getFirst()));
    promise.succeed("v");
    assertThat(Seen.of(self.getFirst()).failure(IllegalStateException.class))
        .hasMessageContaining("wait for itself")
        .hasMessageContaining("Compose@");
  }

  @Test
  void d6ADeferredThatReturnsItsOwnLaterStageFails() {
    Promise<String> promise = Promise.create();
    List<Deferred<String>> last = new ArrayList<>();
    last.add(
        promise
            .deferred()
            .thenCompose(v -> last.getFirst())
            .thenApply(v -> v + 1)
            .thenApply(v -> v + 2));
    promise.succeed("v");
    assertThat(Seen.of(last.getFirst()).failure(IllegalStateException.class))
        .hasMessageContaining("Apply@")
        .hasMessageContaining("waits for Compose@");
  }

  @Test
  void d6TwoThatWaitForEachOtherFail() {
    Promise<String> one = Promise.create();
    Promise<String> two = Promise.create();
    List<Deferred<String>> both = new ArrayList<>();
    both.add(one.deferred().thenCompose(v -> both.get(1)));
    both.add(two.deferred().thenCompose(v -> both.get(0)).thenApply(v -> v + "!"));
    one.succeed("1");
    assertThat(both.get(1).isDone()).isFalse();
    two.succeed("2");
    assertThat(Seen.of(both.get(0)).failure(IllegalStateException.class))
        .hasMessageContaining("wait for itself");
  }

  @Test
  void d6AFinallyThatReturnsItsOwnStageFails() {
    Promise<String> promise = Promise.create();
    List<Deferred<String>> self = new ArrayList<>();
    self.add(promise.deferred().finallyCompose(() -> self.getFirst()));
    promise.succeed("v");
    assertThat(Seen.of(self.getFirst()).failure(IllegalStateException.class))
        .hasMessageContaining("wait for itself");
  }
}
