package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.Seen;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** D8: bounds on how long a chain is waited for. */
class DeferredTimeoutTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

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

  @Test
  void d8WhenTheTimeIsUpTheStagesBeforeAreCancelled() {
    Promise<String> promise = Promise.create();
    promise.onCancel(() -> log.add("cancelled"));
    Seen<String> seen = Seen.of(promise.deferred().orTimeout(LIMIT, "an answer from 127.0.0.1:53"));
    reactor.advance(LIMIT.minusNanos(1));
    assertThat(seen.nothing()).isTrue();
    reactor.advance(Duration.ofNanos(1));
    assertThat(log).containsExactly("cancelled");
    assertThat(seen.failure(TimeoutException.class))
        .hasMessage("no result within 5s from an answer from 127.0.0.1:53")
        .hasCauseInstanceOf(CancellationException.class);
  }

  @Test
  void d8ItsDelayedCallGoesWithTheResult() {
    Promise<String> promise = Promise.create();
    Seen<String> seen = Seen.of(promise.deferred().orTimeout(LIMIT));
    assertThat(reactor.pendingCalls()).isOne();
    promise.succeed("v");
    assertThat(reactor.pendingCalls()).isZero();
    assertThat(seen.value()).isEqualTo("v");

    Promise<String> failing = Promise.create();
    Seen<String> failed = Seen.of(failing.deferred().orTimeout(LIMIT));
    failing.fail(new IOException());
    assertThat(reactor.pendingCalls()).isZero();
    assertThat(failed.failure(IOException.class)).isNotNull();
  }

  @Test
  void d8AResultThatIsThereNeedsNoClock() {
    assertThat(Seen.of(Deferred.succeeded("v").orTimeout(LIMIT)).value()).isEqualTo("v");
    assertThat(reactor.pendingCalls()).isZero();
  }

  @Test
  void d8ItCoversTheInnersOfTheStagesBefore() {
    Promise<String> inner = Promise.create();
    inner.onCancel(() -> log.add("inner"));
    Seen<String> seen =
        Seen.of(Deferred.done().thenCompose(v -> inner.deferred()).orTimeout(LIMIT));
    reactor.advance(LIMIT);
    assertThat(log).containsExactly("inner");
    assertThat(seen.failure(TimeoutException.class)).isNotNull();
  }

  @Test
  void d8ItDoesNotCoverTheStagesAfter() {
    Promise<String> promise = Promise.create();
    Promise<String> after = Promise.create();
    Seen<String> seen =
        Seen.of(promise.deferred().orTimeout(LIMIT).thenCompose(v -> after.deferred()));
    promise.succeed("v");
    reactor.advance(LIMIT.multipliedBy(2));
    assertThat(seen.nothing()).isTrue();
    after.succeed("w");
    assertThat(seen.value()).isEqualTo("w");
  }

  @Test
  void d8TheSoonerOfTwoTimeoutsIsTheOneNamed() {
    Promise<String> promise = Promise.create();
    Seen<String> seen =
        Seen.of(
            promise
                .deferred()
                .orTimeout(Duration.ofSeconds(9), "the inner")
                .orTimeout(Duration.ofSeconds(3), "the outer"));
    reactor.advance(Duration.ofSeconds(3));
    assertThat(seen.failure(TimeoutException.class)).hasMessageContaining("3s from the outer");
    assertThat(reactor.pendingCalls()).isZero();
  }

  @Test
  void d8ACancellationByHandIsNoTimeout() {
    Promise<String> promise = Promise.create();
    Deferred<String> chain = promise.deferred().orTimeout(LIMIT);
    Seen<String> seen = Seen.of(chain);
    chain.cancel();
    assertThat(seen.failure(CancellationException.class)).isNotNull();
    assertThat(reactor.pendingCalls()).isZero();
  }

  @Test
  void d8WhatACancellerMakesOfItStands() {
    Promise<String> promise = Promise.create();
    promise.onCancel(() -> promise.succeed("half of it"));
    Seen<String> seen = Seen.of(promise.deferred().orTimeout(LIMIT));
    reactor.advance(LIMIT);
    assertThat(seen.value()).isEqualTo("half of it");

    Promise<String> mended = Promise.create();
    Seen<String> recovered =
        Seen.of(mended.deferred().exceptionally(e -> "mended").orTimeout(LIMIT));
    reactor.advance(LIMIT);
    assertThat(recovered.value()).isEqualTo("mended");
  }

  @Test
  void d8ACleanUpIsWaitedForBeforeTheTimeoutIsTold() {
    Promise<String> work = Promise.create();
    Promise<Void> closing = Promise.create();
    Seen<String> seen =
        Seen.of(work.deferred().finallyCompose(() -> closing.deferred()).orTimeout(LIMIT));
    reactor.advance(LIMIT);
    assertThat(seen.nothing()).isTrue();
    closing.succeed();
    assertThat(seen.failure(TimeoutException.class)).isNotNull();
  }

  @Test
  void d8AGatherTimesOutAsAWhole() {
    Promise<String> one = Promise.create();
    Promise<String> two = Promise.create();
    one.onCancel(() -> log.add("one"));
    two.onCancel(() -> log.add("two"));
    Seen<List<String>> seen =
        Seen.of(Deferred.gather(List.of(one.deferred(), two.deferred())).orTimeout(LIMIT, "both"));
    reactor.advance(LIMIT);
    assertThat(log).containsExactly("one", "two");
    assertThat(seen.failure(TimeoutException.class)).hasMessageContaining("both");
  }

  @Test
  void d8RepeatedUseLeavesNothingBehind() {
    for (int i = 0; i < 1000; i++) {
      Promise<Integer> promise = Promise.create();
      Seen<Integer> seen = Seen.of(promise.deferred().orTimeout(LIMIT));
      promise.succeed(i);
      assertThat(seen.value()).isEqualTo(i);
      assertThat(reactor.pendingCalls()).isZero();
    }
  }

  @Test
  void d8WithoutAClockItThrowsAndAttachesNothing() throws Exception {
    var thread =
        Thread.ofPlatform()
            .start(() -> {
              Promise<String> promise = Promise.create();
              assertThatThrownBy(() -> promise.deferred().orTimeout(LIMIT).isDone())
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("no reactor runs");
              Seen<String> seen = Seen.of(promise.deferred());
              promise.succeed("v");
              assertThat(seen.value()).isEqualTo("v");
              log.add("ok");
            });
    thread.join();
    assertThat(log).containsExactly("ok");
  }

  @Test
  void d8ANegativeLimitThrowsAndAttachesNothing() {
    Promise<String> promise = Promise.create();
    assertThatThrownBy(() -> promise.deferred().orTimeout(Duration.ofSeconds(-1)).isDone())
        .isInstanceOf(IllegalArgumentException.class);
    promise.succeed("v");
    assertThat(Seen.of(promise.deferred()).value()).isEqualTo("v");
  }
}
