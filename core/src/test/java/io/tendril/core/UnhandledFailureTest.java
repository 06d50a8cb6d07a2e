package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.Seen;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** D9: a failure that nobody handles is reported once. */
class UnhandledFailureTest {
  private final IOException failure = new IOException("lost");
  private ManualReactor reactor;

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
  }

  @AfterEach
  void close() {
    reactor.close();
  }

  private List<Throwable> reported() {
    List<Throwable> failures = new ArrayList<>();
    for (ReactorEvent event : reactor.events) {
      failures.add(((ReactorEvent.FailureUnhandled) event).failure());
    }
    return failures;
  }

  @Test
  void d9AtTheEndOfTheLoop() {
    Promise<String> promise = Promise.create();
    Deferred<Integer> last = promise.deferred().thenApply(String::length);
    promise.fail(failure);
    assertThat(reported()).isEmpty();
    reactor.reportUnhandled();
    assertThat(reported()).containsExactly(failure);
    reactor.reportUnhandled();
    assertThat(reported()).hasSize(1);
    assertThat(last.isDone()).isTrue();
  }

  @Test
  void d9OnceHandledNeverReported() {
    Promise<String> promise = Promise.create();
    promise.fail(failure);
    Deferred<String> next = promise.deferred().whenComplete((v, f) -> {});
    assertThat(Seen.of(next.exceptionally(f -> "handled")).value()).isEqualTo("handled");
    reactor.reportUnhandled();
    assertThat(reported()).isEmpty();
  }

  @Test
  void d9AWhenCompleteDoesNotHandle() {
    Deferred.failed(failure).whenComplete((v, f) -> {});
    reactor.reportUnhandled();
    assertThat(reported()).containsExactly(failure);
  }

  @Test
  void d9AFailedConstantCounts() {
    Deferred<String> constant = Deferred.failed(failure);
    reactor.reportUnhandled();
    assertThat(reported()).containsExactly(failure);
    assertThat(Seen.of(constant).failure(IOException.class)).isSameAs(failure);
    reactor.reportUnhandled();
    assertThat(reported()).hasSize(1);
  }

  @Test
  void d9WhatAContinuationThrowsCounts() {
    Deferred.done()
        .thenRun(() -> {
          throw failure;
        });
    reactor.reportUnhandled();
    assertThat(reported()).containsExactly(failure);
  }

  @Test
  void d9AFailureReportedAndThenPassedOnIsReportedWhereItRests() {
    Deferred<String> constant = Deferred.failed(failure);
    reactor.reportUnhandled();
    constant.thenAccept(v -> {});
    reactor.reportUnhandled();
    assertThat(reported()).containsExactly(failure, failure);
  }

  @Test
  void d9AnInnerTakenOverIsNotReportedByItself() {
    Deferred<String> outer = Deferred.done().thenCompose(v -> Deferred.failed(failure));
    assertThat(Seen.of(outer).failure(IOException.class)).isSameAs(failure);
    reactor.reportUnhandled();
    assertThat(reported()).isEmpty();
  }

  @Test
  void d9AtCollectionTime() {
    lose();
    awaitReport();
    assertThat(reported()).containsExactly(failure);
  }

  private void lose() {
    Promise.create().fail(failure);
  }

  @Test
  void d9AtCollectionTimeThoughThePromiseIsHeld() {
    Promise<String> held = Promise.create();
    held.deferred().thenApply(String::length).thenAccept(v -> {});
    held.fail(failure);
    awaitReport();
    assertThat(reported()).containsExactly(failure);
    assertThat(held.isDone()).isTrue();
  }

  @Test
  void d9AtCollectionTimeThoughThePromiseOfAnInnerIsHeld() {
    Promise<String> held = Promise.create();
    Promise<String> start = Promise.create();
    start.deferred().thenCompose(v -> held.deferred()).thenAccept(v -> {});
    start.succeed("go");
    held.fail(failure);
    awaitReport();
    assertThat(reported()).containsExactly(failure);
    assertThat(start.isDone()).isTrue();
    assertThat(held.isDone()).isTrue();
  }

  @Test
  void d9AtCollectionTimeThoughTheBeginningOfARelayIsHeld() {
    Promise<String> inner = Promise.create();
    Promise<String> held = Promise.create();
    held.deferred().thenCompose(v -> inner.deferred()).isDone();
    held.succeed("go");
    inner.fail(failure);
    awaitReport();
    assertThat(reported()).containsExactly(failure);
    assertThat(held.isDone()).isTrue();
  }

  @Test
  void d9AFailureIsNotReportedForStagesThatItHasLeft() {
    Deferred<String> last = Deferred.<String>failed(failure).thenApply(v -> v + "!");
    collect(new WeakReference<>(new Object()));
    reactor.reportCollected();
    assertThat(reported()).isEmpty(); // it rests on last, which is held
    assertThat(Seen.of(last.thenApply(v -> v)).failure(IOException.class)).isSameAs(failure);
    reactor.reportUnhandled();
    assertThat(reported()).isEmpty();
  }

  private void awaitReport() {
    for (int i = 0; i < 200 && reactor.events.isEmpty(); i++) {
      collect(new WeakReference<>(new Object()));
      reactor.reportCollected();
    }
  }

  /** Collects until a witness is gone; the queue of what is gone is filled a little later. */
  private static void collect(WeakReference<Object> witness) {
    for (int i = 0; i < 200 && witness.get() != null; i++) {
      System.gc();
    }
    for (int i = 0; i < 1000; i++) {
      Thread.onSpinWait();
    }
  }

  @Test
  void d9AMereCancellationIsNoNews() {
    Promise<String> promise = Promise.create();
    promise.deferred().thenApply(String::length).cancel();
    reactor.reportUnhandled();
    assertThat(reported()).isEmpty();
  }

  @Test
  void d9ACancellationWhoseCancellerThrewIs() {
    Promise<String> promise = Promise.create();
    promise.onCancel(() -> {
      throw failure;
    });
    promise.deferred().cancel();
    reactor.reportUnhandled();
    assertThat(reported()).hasSize(1).first().isInstanceOf(CancellationException.class);
    assertThat(reported().getFirst()).hasSuppressedException(failure);
  }

  @Test
  void d9ATimeoutNobodyHandlesIsReported() {
    Promise<String> promise = Promise.create();
    promise.deferred().orTimeout(Duration.ofSeconds(1)).isDone();
    reactor.advance(Duration.ofSeconds(1));
    reactor.reportUnhandled();
    assertThat(reported()).hasSize(1);
  }

  @Test
  void d9ManyHandledOnesLeaveNothingBehind() {
    for (int i = 0; i < 10_000; i++) {
      Deferred.failed(failure).exceptionally(f -> null).isDone();
    }
    Deferred.failed(failure).isDone();
    reactor.reportUnhandled();
    assertThat(reported()).hasSize(1);
  }

  @Test
  void d9AConstantMayBeHandledInAnotherThread() throws Exception {
    Deferred<String> constant = Deferred.failed(failure);
    Thread.ofPlatform().start(() -> Seen.of(constant)).join();
    reactor.reportUnhandled();
    assertThat(reported()).isEmpty();
  }
}
