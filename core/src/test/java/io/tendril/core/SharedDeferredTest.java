package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;
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

/** D13: one result for several. */
class SharedDeferredTest {
  private final List<Object> log = new ArrayList<>();
  private ManualReactor reactor;
  private Promise<String> promise;

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
    promise = Promise.<String>create().onCancel(() -> log.add("cancelled"));
  }

  @AfterEach
  void close() {
    reactor.close();
  }

  @Test
  void d13EachBranchSeesTheValue() {
    SharedDeferred<String> shared = promise.deferred().share();
    Seen<String> before = Seen.of(shared.branch());
    Seen<Integer> mapped = Seen.of(shared.branch().thenApply(String::length));
    promise.succeed("four");
    assertThat(before.value()).isEqualTo("four");
    assertThat(mapped.value()).isEqualTo(4);
    assertThat(Seen.of(shared.branch()).value()).isEqualTo("four");
  }

  @Test
  void d13EachBranchSeesTheFailure() {
    SharedDeferred<String> shared = promise.deferred().share();
    Seen<String> before = Seen.of(shared.branch());
    var failure = new IOException();
    promise.fail(failure);
    assertThat(before.failure(IOException.class)).isSameAs(failure);
    assertThat(Seen.of(shared.branch()).failure(IOException.class)).isSameAs(failure);
    reactor.reportUnhandled();
    assertThat(reactor.events).isEmpty();
  }

  @Test
  void d13BranchesRunFirstInFirstOut() {
    SharedDeferred<String> shared = promise.deferred().share();
    for (int i = 0; i < 5; i++) {
      int index = i;
      shared.branch().thenAccept(v -> log.add(index));
    }
    promise.succeed("v");
    assertThat(log).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void d13BeforeAnyAttach() {
    Deferred<String> deferred = promise.deferred();
    deferred.thenAccept(log::add);
    assertThatThrownBy(deferred::share).isInstanceOf(IllegalStateException.class);
    Deferred<String> other = Promise.<String>create().deferred();
    other.share().branch();
    assertThatThrownBy(() -> other.thenAccept(log::add)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void d13TheSourceIsCancelledWhenAllBranchesAre() {
    SharedDeferred<String> shared = promise.deferred().share();
    Deferred<String> one = shared.branch();
    Deferred<String> two = shared.branch();
    Seen<String> first = Seen.of(one);
    Seen<String> second = Seen.of(two);
    one.cancel();
    assertThat(log).isEmpty();
    assertThat(first.failure(CancellationException.class)).isNotNull();
    assertThat(second.nothing()).isTrue();
    two.cancel();
    assertThat(log).containsExactly("cancelled");
    assertThat(second.failure(CancellationException.class)).isNotNull();
    assertThat(Seen.of(shared.branch()).failure(CancellationException.class)).isNotNull();
  }

  @Test
  void d13ACancelledBranchDoesNotDisturbTheOthers() {
    SharedDeferred<String> shared = promise.deferred().share();
    Deferred<String> one = shared.branch();
    Seen<String> two = Seen.of(shared.branch());
    Seen<String> first = Seen.of(one);
    one.cancel();
    promise.succeed("v");
    assertThat(two.value()).isEqualTo("v");
    assertThat(first.failure(CancellationException.class)).isNotNull();
  }

  @Test
  void d13AContinuationMayCancelAnotherBranch() {
    SharedDeferred<String> shared = promise.deferred().share();
    List<Deferred<String>> second = new ArrayList<>();
    shared.branch().thenAccept(v -> second.getFirst().cancel());
    second.add(shared.branch());
    Seen<String> seen = Seen.of(second.getFirst());
    promise.succeed("v");
    assertThat(seen.value()).isEqualTo("v"); // both were settled already
  }

  @Test
  void d13AFailureThatNoBranchTakesIsReported() {
    var failure = new IOException();
    SharedDeferred<String> shared = promise.deferred().share();
    promise.fail(failure);
    reactor.reportUnhandled();
    assertThat(reactor.events).containsExactly(new ReactorEvent.FailureUnhandled(failure, null));
    assertThat(Seen.of(shared.branch()).failure(IOException.class)).isSameAs(failure);
  }

  @Test
  void d13AFailureThatABranchTakesLaterIsNot() {
    SharedDeferred<String> shared = promise.deferred().share();
    promise.fail(new IOException());
    assertThat(Seen.of(shared.branch()).failure(IOException.class)).isNotNull();
    reactor.reportUnhandled();
    assertThat(reactor.events).isEmpty();
  }

  @Test
  void d13EveryBranchOwesAHandler() {
    SharedDeferred<String> shared = promise.deferred().share();
    Seen<String> handled = Seen.of(shared.branch());
    shared.branch().thenAccept(log::add);
    promise.fail(new IOException());
    reactor.reportUnhandled();
    assertThat(reactor.events).hasSize(1);
    assertThat(handled.times()).isOne();
  }
}
