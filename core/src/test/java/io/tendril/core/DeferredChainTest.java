package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.Seen;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** D1 to D3: firing, the order of continuations, and the two sides of a chain. */
class DeferredChainTest {
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

  // ---- D1 -------------------------------------------------------------------------------------

  @Test
  void d1AValueGoesDownTheChain() {
    Promise<String> promise = Promise.create();
    Deferred<Integer> length = promise.deferred().thenApply(String::length).thenApply(n -> n + 1);
    assertThat(length.isDone()).isFalse();
    promise.succeed("four");
    assertThat(length.isDone()).isTrue();
    assertThat(Seen.of(length).value()).isEqualTo(5);
  }

  @Test
  void d1ASecondFiringThrows() {
    Promise<String> promise = Promise.create();
    Seen<String> seen = Seen.of(promise.deferred());
    promise.succeed("first");
    assertThat(promise.isDone()).isTrue();
    assertThatThrownBy(() -> promise.succeed("second")).isInstanceOf(IllegalStateException.class);
    var late = new IOException("late");
    assertThatThrownBy(() -> promise.fail(late))
        .isInstanceOf(IllegalStateException.class)
        .hasSuppressedException(late);
    assertThat(seen.value()).isEqualTo("first");
  }

  @Test
  void d1AFailureTakesItsSide() {
    Promise<String> promise = Promise.create();
    Seen<Integer> seen = Seen.of(promise.deferred().thenApply(String::length));
    var failure = new IOException("gone");
    promise.fail(failure);
    assertThat(seen.failure(IOException.class)).isSameAs(failure);
  }

  @Test
  void d1NullIsAValueAndNoFailure() {
    Promise<Void> promise = Promise.create();
    Seen<Void> seen = Seen.of(promise.deferred());
    promise.succeed();
    assertThat(seen.value()).isNull();
    assertThatThrownBy(() -> Promise.create().fail(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void d1ADeferredIsNoValue() {
    Promise<Object> promise = Promise.create();
    assertThatThrownBy(() -> promise.succeed(Deferred.done()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(promise.isDone()).isFalse();
    assertThatThrownBy(() -> Deferred.succeeded(Deferred.done()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aStageTakesOneContinuation() {
    Promise<String> promise = Promise.create();
    Deferred<String> deferred = promise.deferred();
    Seen<String> seen = Seen.of(deferred);
    assertThatThrownBy(() -> deferred.thenAccept(log::add))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("share()");
    promise.succeed("x");
    assertThatThrownBy(() -> deferred.thenAccept(log::add))
        .isInstanceOf(IllegalStateException.class);
    assertThat(seen.value()).isEqualTo("x");
    assertThat(log).isEmpty();
  }

  // ---- D2 -------------------------------------------------------------------------------------

  @Test
  void d2AContinuationRunsBeforeTheAttachReturns() {
    Deferred.succeeded("now").thenAccept(log::add);
    log.add("after");
    assertThat(log).containsExactly("now", "after");
  }

  @Test
  void d2AContinuationRunsBeforeTheFiringReturns() {
    Promise<String> promise = Promise.create();
    promise.deferred().thenAccept(log::add);
    log.add("before");
    promise.succeed("fired");
    log.add("after");
    assertThat(log).containsExactly("before", "fired", "after");
  }

  @Test
  void d2NoContinuationRunsInsideAnother() {
    Promise<String> outer = Promise.create();
    Promise<String> inner = Promise.create();
    inner.deferred().thenAccept(log::add);
    outer
        .deferred()
        .thenAccept(value -> {
          log.add("begin " + value);
          inner.succeed("inner");
          Deferred.succeeded("constant").thenAccept(log::add);
          log.add("end " + value);
        });
    outer.succeed("outer");
    assertThat(log).containsExactly("begin outer", "end outer", "inner", "constant");
  }

  @Test
  void d2ContinuationsRunFirstInFirstOut() {
    List<Promise<Integer>> promises = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Promise<Integer> promise = Promise.create();
      promise.deferred().thenApply(n -> n * 10).thenAccept(log::add);
      promises.add(promise);
    }
    Deferred.done()
        .thenRun(() -> {
          for (int i = 0; i < 40; i++) {
            promises.get(i).succeed(i);
          }
          assertThat(log).isEmpty();
        });
    assertThat(log).hasSize(40).isSorted().first().isEqualTo(0);
  }

  @Test
  void d2AThrowGoesToTheErrorSideAndAReturnGoesBack() {
    var boom = new IOException("boom");
    Deferred<String> chain =
        Deferred.succeeded(1)
            .thenApply(n -> {
              log.add("value side " + n);
              throw boom;
            })
            .thenApply(n -> {
              log.add("skipped");
              return n;
            })
            .exceptionally(failure -> {
              log.add(failure);
              return "mended";
            })
            .exceptionally(failure -> {
              log.add("skipped, too");
              return "";
            })
            .thenApply(text -> text + "!");
    assertThat(Seen.of(chain).value()).isEqualTo("mended!");
    assertThat(log).containsExactly("value side 1", boom);
  }

  @Test
  void d2AnErrorThrownFailsTheStage() {
    Deferred<Integer> chain =
        Deferred.succeeded(1)
            .thenApply(n -> {
              throw new AssertionError("an assertion");
            });
    assertThat(Seen.of(chain).failure(AssertionError.class)).hasMessage("an assertion");
  }

  @Test
  void exceptionallyOfATypeTakesThatTypeOnly() {
    assertThat(
            Seen.of(
                    Deferred.<String>failed(new IOException("io"))
                        .exceptionally(IllegalStateException.class, e -> "wrong")
                        .exceptionally(IOException.class, e -> e.getMessage()))
                .value())
        .isEqualTo("io");
    assertThat(
            Seen.of(
                    Deferred.<String>failed(new java.io.EOFException("end"))
                        .exceptionally(IOException.class, Throwable::getMessage))
                .value())
        .isEqualTo("end");
  }

  @Test
  void thenAcceptAndThenRunGoOnWithNull() {
    assertThat(Seen.of(Deferred.succeeded("x").thenAccept(log::add)).value()).isNull();
    assertThat(Seen.of(Deferred.succeeded("x").thenRun(() -> log.add("ran"))).value()).isNull();
    assertThat(log).containsExactly("x", "ran");
    var failure = new IOException();
    assertThat(
            Seen.of(Deferred.failed(failure).thenRun(() -> log.add("no")).thenAccept(log::add))
                .failure(IOException.class))
        .isSameAs(failure);
    assertThat(log).hasSize(2);
  }

  @Test
  void whenCompleteLooksAndPassesOn() {
    BiFunction<Object, Object, String> words = (value, failure) -> value + "/" + failure;
    Deferred<String> good =
        Deferred.succeeded("v").whenComplete((v, f) -> log.add(words.apply(v, f)));
    assertThat(Seen.of(good).value()).isEqualTo("v");
    var failure = new IOException("f");
    Deferred<String> bad =
        Deferred.<String>failed(failure).whenComplete((v, f) -> log.add(words.apply(v, f)));
    assertThat(Seen.of(bad).failure(IOException.class)).isSameAs(failure);
    assertThat(log).containsExactly("v/null", "null/" + failure);
  }

  @Test
  void whatWhenCompleteThrowsReplacesAValueAndIsSuppressedInAFailure() {
    var thrown = new IllegalStateException("from the action");
    Deferred<String> good =
        Deferred.succeeded("v")
            .whenComplete((v, f) -> {
              throw thrown;
            });
    assertThat(Seen.of(good).failure(Throwable.class)).isSameAs(thrown);
    var failure = new IOException("first");
    Deferred<String> bad =
        Deferred.<String>failed(failure)
            .whenComplete((v, f) -> {
              throw thrown;
            });
    assertThat(Seen.of(bad).failure(Throwable.class)).isSameAs(failure);
    assertThat(failure).hasSuppressedException(thrown);
  }

  @Test
  void ofTurnsAThrowIntoAFailure() {
    var failure = new IOException("thrown");
    assertThat(
            Seen.of(
                    Deferred.of(() -> {
                      throw failure;
                    }))
                .failure(IOException.class))
        .isSameAs(failure);
    Deferred<String> same = Deferred.succeeded("x");
    assertThat(Deferred.of(() -> same)).isSameAs(same);
    same.cancel();
    assertThat(Seen.of(Deferred.of(() -> null)).failure(NullPointerException.class)).isNotNull();
    assertThat(Seen.of(same).value()).isEqualTo("x");
  }

  // ---- D3 -------------------------------------------------------------------------------------

  @Test
  void d3TheErrorSideOfAPairNeverSeesWhatItsValueSideThrew() {
    var thrown = new IOException("by the value side");
    Deferred<String> pair =
        Deferred.succeeded("v")
            .handle(
                value -> {
                  throw thrown;
                },
                failure -> {
                  log.add(failure);
                  return "wrong";
                });
    assertThat(Seen.of(pair).failure(IOException.class)).isSameAs(thrown);
    assertThat(log).isEmpty();
  }

  @Test
  void d3OneSideOfAPairRuns() {
    assertThat(Seen.of(Deferred.succeeded("v").handle(v -> v + 1, f -> "failed")).value())
        .isEqualTo("v1");
    assertThat(Seen.of(Deferred.failed(new IOException()).handle(v -> "v", f -> "failed")).value())
        .isEqualTo("failed");
  }

  @Test
  void d3TheComposePairDoesTheSame() {
    var thrown = new IOException("by the value side");
    Deferred<String> pair =
        Deferred.succeeded("v")
            .handleCompose(
                value -> {
                  throw thrown;
                },
                failure -> Deferred.succeeded("wrong"));
    assertThat(Seen.of(pair).failure(IOException.class)).isSameAs(thrown);
    assertThat(
            Seen.of(
                    Deferred.<String>failed(thrown)
                        .handleCompose(Deferred::succeeded, f -> Deferred.succeeded("other")))
                .value())
        .isEqualTo("other");
  }

  @Test
  void handleOfBothSeesOneOfTwo() {
    assertThat(Seen.of(Deferred.succeeded("v").handle((v, f) -> v + f)).value()).isEqualTo("vnull");
    var failure = new IOException();
    assertThat(Seen.of(Deferred.failed(failure).handle((v, f) -> f)).value()).isSameAs(failure);
  }

  // ---- Context --------------------------------------------------------------------------------

  private static final Context.Key<String> USER = Context.key("user", "nobody");

  private static String user() {
    return Context.current().value(USER);
  }

  @Test
  void aContinuationRunsInTheContextItWasAttachedIn() throws Exception {
    Promise<String> promise = Promise.create();
    Deferred<Void> chain =
        Context.empty()
            .with(USER, "ada")
            .call(() -> promise.deferred().thenAccept(v -> log.add(user())));
    Deferred<Void> longer = chain.thenRun(() -> log.add(user()));
    Context.empty().with(USER, "bob").run(() -> longer.thenRun(() -> log.add(user())));
    Context.empty().with(USER, "eve").run(() -> promise.succeed("fired by eve"));
    assertThat(log).containsExactly("ada", "nobody", "bob");
    assertThat(user()).isEqualTo("nobody");
  }

  @Test
  void theContextIsRestoredAfterAContinuationThatThrew() {
    Context.empty()
        .with(USER, "ada")
        .run(() -> {
          Deferred<Void> failing =
              Deferred.done()
                  .thenRun(() -> {
                    throw new IOException();
                  });
          assertThat(user()).isEqualTo("ada");
          assertThat(Seen.of(failing).failure(IOException.class)).isNotNull();
        });
    assertThat(user()).isEqualTo("nobody");
  }

  @Test
  void anInnerDeferredHandsNoContextOver() throws Exception {
    Promise<Integer> inner = Promise.create();
    Deferred<Integer> innerChain =
        Context.empty()
            .with(USER, "inner")
            .call(() -> inner.deferred().whenComplete((v, f) -> log.add(user())));
    Context.empty()
        .with(USER, "outer")
        .run(() -> Deferred.done().thenCompose(v -> innerChain).thenAccept(n -> log.add(user())));
    inner.succeed(1);
    assertThat(log).containsExactly("inner", "outer");
  }
}
