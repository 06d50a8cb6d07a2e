package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.Seen;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** D14: whose thread a Deferred is used in. */
class WrongThreadTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private ManualReactor reactor;

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
  }

  @AfterEach
  void close() {
    reactor.close();
  }

  private static Throwable elsewhere(Callable<?> use) throws Exception {
    var thrown = new AtomicReference<Throwable>();
    Thread.ofPlatform()
        .name("elsewhere")
        .start(() -> {
          try {
            use.call();
          } catch (Throwable e) {
            thrown.set(e);
          }
        })
        .join();
    return thrown.get();
  }

  @TestFactory
  List<DynamicTest> d14UseFromAWrongThreadThrowsAndNamesBoth() {
    Promise<String> pending = Promise.create();
    Promise<String> fired = Promise.create();
    fired.succeed("v");
    Promise<String> cancelled = Promise.create();
    cancelled.deferred().cancel();
    Promise<String> before = Promise.create();
    Deferred<Integer> middle = before.deferred().thenApply(String::length);
    Deferred<Integer> last = middle.thenApply(n -> n + 1);
    Promise<String> usedUp = Promise.create();
    usedUp.deferred().thenAccept(v -> {});
    usedUp.succeed("v");
    SharedDeferred<String> shared = Promise.<String>create().deferred().share();
    var stages = Map.of("stage", last);
    List<Map.Entry<String, Callable<?>>> uses = new ArrayList<>();
    uses.add(use("succeed", () -> pending.succeed("v")));
    uses.add(use("fail", () -> pending.fail(new IOException())));
    uses.add(use("onCancel", () -> pending.onCancel(() -> {})));
    uses.add(use("attach to a pending one", () -> pending.deferred().thenAccept(v -> {})));
    uses.add(use("attach to a fired one", () -> fired.deferred().thenAccept(v -> {})));
    uses.add(use("attach to a stage", () -> stages.get("stage").thenAccept(v -> {})));
    uses.add(use("cancel a pending one", () -> pending.deferred().cancel()));
    uses.add(use("cancel a fired one", () -> fired.deferred().cancel()));
    uses.add(use("cancel a cancelled one", () -> cancelled.deferred().cancel()));
    uses.add(use("cancel a stage", last::cancel));
    uses.add(use("cancel a stage in the middle", middle::cancel));
    uses.add(use("cancel one that is used up", () -> usedUp.deferred().cancel()));
    uses.add(use("a late firing", () -> cancelled.succeed("late")));
    uses.add(use("orTimeout", () -> pending.deferred().orTimeout(SOON).isDone()));
    uses.add(use("share", () -> pending.deferred().share()));
    uses.add(use("branch", shared::branch));
    uses.add(use("toCompletionStage", () -> pending.deferred().toCompletionStage()));
    uses.add(use("toPublisher", () -> pending.deferred().toPublisher()));
    uses.add(use("gather", () -> Deferred.gather(List.of(pending.deferred())).isDone()));
    return uses.stream()
        .map(use ->
            DynamicTest.dynamicTest(
                use.getKey(),
                () ->
                    assertThat(elsewhere(use.getValue()))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("reactor 'manual'")
                        .hasMessageContaining("'elsewhere'")))
        .toList();
  }

  private static Map.Entry<String, Callable<?>> use(String name, Reactor.Action action) {
    return Map.entry(
        name,
        () -> {
          action.run();
          return null;
        });
  }

  @Test
  void d14AWrongUseChangesNothing() throws Exception {
    Promise<String> promise = Promise.create();
    assertThat(elsewhere(use("", () -> promise.succeed("wrong")).getValue())).isNotNull();
    assertThat(elsewhere(() -> promise.deferred().thenAccept(v -> {}))).isNotNull();
    Seen<String> seen = Seen.of(promise.deferred());
    promise.succeed("right");
    assertThat(seen.value()).isEqualTo("right");
  }

  @Test
  void d14AnInnerOfAnotherReactorFailsTheOuter() throws Exception {
    var foreign = new AtomicReference<Deferred<String>>();
    elsewhere(() -> {
      foreign.set(Promise.<String>create().deferred());
      return null;
    });
    Seen<String> seen = Seen.of(Deferred.done().thenCompose(v -> foreign.get()));
    assertThat(seen.failure(IllegalStateException.class))
        .hasMessageContaining("thread 'elsewhere'")
        .hasMessageContaining("on(reactor)");
  }

  @Test
  void constantsBelongToNobody() throws Exception {
    Deferred<String> constant = Deferred.succeeded("v");
    assertThat(elsewhere(() -> Seen.of(constant).value())).isNull();
  }

  // ---- on(reactor) ----------------------------------------------------------------------------

  private static Reactor started(String name) {
    return Reactor.create(ReactorOptions.defaults().withName(name)).start();
  }

  private static void stop(Reactor reactor) throws Exception {
    reactor.stop();
    reactor.awaitStopped(SOON);
  }

  @Test
  void d14OnMovesAResultOver() throws Exception {
    Reactor one = started("one");
    Reactor two = started("two");
    try {
      var thread = new CompletableFuture<String>();
      var promise = new CompletableFuture<Promise<String>>();
      one.execute(() -> {
        Promise<String> owed = Promise.create();
        Deferred<String> moved = owed.deferred().thenApply(v -> v + " moved").on(two);
        two.execute(() ->
            moved.thenAccept(v -> thread.complete(v + " to " + Thread.currentThread().getName())));
        promise.complete(owed);
      });
      Promise<String> owed = promise.get(20, TimeUnit.SECONDS);
      one.execute(() -> owed.succeed("v"));
      assertThat(thread.get(20, TimeUnit.SECONDS)).isEqualTo("v moved to two");
    } finally {
      stop(one);
      stop(two);
    }
  }

  @Test
  void d14OnMovesAFailureAndAConstantOver() throws Exception {
    Reactor two = started("two");
    try {
      var failure = new IOException();
      Deferred<String> moved = Deferred.<String>failed(failure).on(two);
      assertThatThrownBy(() -> two.blockingCall(() -> moved, SOON)).isSameAs(failure);
      Deferred<String> constant = Deferred.succeeded("v").on(two);
      String landed = two.blockingCall(() -> constant, SOON);
      assertThat(landed).isEqualTo("v");
    } finally {
      stop(two);
    }
    reactor.reportUnhandled();
    assertThat(reactor.events).isEmpty();
  }

  @Test
  void d14CancellingWhatWasMovedCancelsTheSource() throws Exception {
    Reactor one = started("one");
    Reactor two = started("two");
    try {
      var cancelledIn = new CompletableFuture<String>();
      var seen = new CompletableFuture<Throwable>();
      one.execute(() -> {
        Promise<String> owed = Promise.create();
        owed.onCancel(() -> cancelledIn.complete(Thread.currentThread().getName()));
        Deferred<String> moved = owed.deferred().on(two);
        two.execute(() -> {
          moved.exceptionally(e -> {
            seen.complete(e);
            return "";
          });
          moved.cancel();
        });
      });
      assertThat(cancelledIn.get(20, TimeUnit.SECONDS)).isEqualTo("one");
      assertThat(seen.get(20, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
    } finally {
      stop(one);
      stop(two);
    }
  }
}
