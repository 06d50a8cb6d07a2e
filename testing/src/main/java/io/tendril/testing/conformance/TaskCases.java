package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.Context;
import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * R2, R8, and what of D8, D9 and D12 needs a reactor: calls from elsewhere, results from elsewhere.
 */
interface TaskCases extends Cases {
  // ---- R2: execute ----------------------------------------------------------------------------

  @Test
  default void r2FirstInFirstOut() {
    Reactor reactor = rig().reactor();
    var ran = new ArrayList<Integer>();
    for (int i = 0; i < 1_000; i++) {
      int number = i;
      reactor.execute(() -> ran.add(number));
    }
    rig().settle();
    assertEquals(1_000, ran.size());
    for (int i = 0; i < 1_000; i++) {
      assertEquals(i, ran.get(i));
    }
  }

  @Test
  default void r2NeverFromInsideOfExecute() {
    var ran = new ArrayList<String>();
    rig().reactor().execute(() -> ran.add("task"));
    assertEquals(List.of(), ran);
    rig().turn();
    assertEquals(List.of("task"), ran);
  }

  @Test
  default void r2ATaskOfATaskRunsInTheNextTurn() {
    Reactor reactor = rig().reactor();
    var turns = new ArrayList<Long>();
    reactor.execute(() -> {
      turns.add(reactor.stats().turns());
      reactor.execute(() -> turns.add(reactor.stats().turns()));
    });
    rig().settle();
    assertEquals(turns.get(0) + 1, turns.get(1));
  }

  @Test
  default void r2EachThreadsTasksKeepTheirOrder() throws Exception {
    Running running = rig().running(options -> options);
    List<List<Integer>> ran = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    int each = 20_000;
    for (int t = 0; t < 4; t++) {
      List<Integer> mine = new ArrayList<>();
      ran.add(mine);
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < each; i++) {
                  int number = i;
                  running.reactor().execute(() -> mine.add(number));
                }
              }));
    }
    for (Thread thread : threads) {
      assertTrue(thread.join(Duration.ofSeconds(30)));
    }
    running.run(() -> {});
    for (List<Integer> mine : ran) {
      assertEquals(each, mine.size());
      for (int i = 0; i < each; i++) {
        assertEquals(i, mine.get(i));
      }
    }
  }

  @Test
  default void r2RunsInTheReactorsThread() throws Exception {
    Running running = rig().running(options -> options);
    var thread = new AtomicReference<@Nullable Thread>();
    var done = new CountDownLatch(1);
    running
        .reactor()
        .execute(() -> {
          thread.set(Thread.currentThread());
          assertSame(running.reactor(), Reactor.current());
          done.countDown();
        });
    running.await(done);
    assertNotSame(Thread.currentThread(), thread.get());
  }

  @Test
  default void r2WakesALoopThatSleeps() throws Exception {
    Running running = rig().running(options -> options);
    for (int i = 0; i < 200; i++) {
      running.run(() -> {}); // each finds the loop asleep, or about to be
    }
  }

  @Test
  default void r2AnIdleLoopSleeps() throws Exception {
    Running running = rig().running(options -> options);
    running.run(() -> {});
    long before = running.reactor().stats().turns();
    for (int i = 0; i < 100; i++) {
      running.run(() -> {});
    }
    long turns = running.reactor().stats().turns() - before;
    assertTrue(turns < 1_000, turns + " turns for a hundred calls");
  }

  @Test
  default void r2WakesALoopThatSleepsUntilADelayedCall() throws Exception {
    Running running = rig().running(options -> options);
    running.run(() -> running.reactor().callLater(Duration.ofDays(1), () -> {}));
    for (int i = 0; i < 50; i++) {
      running.run(() -> {});
    }
  }

  @Test
  default void r2WorksBeforeTheLoopRuns() {
    Reactor reactor = rig().unstarted(options -> options, engine -> engine);
    var ran = new ArrayList<String>();
    reactor.execute(() -> ran.add("first"));
    assertEquals(null, rig().elsewhere(() -> reactor.execute(() -> ran.add("second"))));
    assertEquals(List.of(), ran);
    reactor.turn(Duration.ZERO);
    rig().settle();
    assertEquals(List.of("first", "second"), ran);
  }

  @Test
  default void r2AfterTheEndItIsRefused() {
    Reactor reactor = rig().reactor();
    reactor.stop();
    rig().settle();
    assertThrows(RejectedExecutionException.class, () -> reactor.execute(() -> {}));
    assertInstanceOf(
        RejectedExecutionException.class, rig().elsewhere(() -> reactor.execute(() -> {})));
  }

  @Test
  default void r2AThrowIsReportedAndTheLoopGoesOn() {
    Reactor reactor = rig().reactor();
    var failure = new IllegalStateException("on purpose");
    var ran = new ArrayList<String>();
    reactor.execute(() -> {
      throw failure;
    });
    reactor.execute(() -> ran.add("next"));
    rig().settle();
    assertEquals(List.of("next"), ran);
    assertSame(failure, rig().reported(ReactorEvent.CallFailed.class).failure());
  }

  @Test
  default void r2AnErrorIsReportedAndTheLoopGoesOn() {
    Reactor reactor = rig().reactor();
    var ran = new ArrayList<String>();
    reactor.execute(() -> {
      throw new AssertionError("on purpose");
    });
    reactor.execute(() -> ran.add("next"));
    rig().settle();
    assertEquals(List.of("next"), ran);
    rig().reported(ReactorEvent.CallFailed.class);
  }

  @Test
  default void r2TheContextTravelsAlong() {
    Context.Key<String> user = Context.key("user", "nobody");
    Reactor reactor = rig().reactor();
    var seen = new ArrayList<String>();
    Context.current()
        .with(user, "ada")
        .run(() -> reactor.execute(() -> seen.add(Context.current().value(user))));
    reactor.execute(() -> seen.add(Context.current().value(user)));
    rig().settle();
    assertEquals(List.of("ada", "nobody"), seen);
  }

  @Test
  default void r2WhatATaskWritesGoesOutWithIt() {
    Link link = rig().link(new Script());
    rig().reactor().execute(() -> link.transport().write("from a task"));
    link.peer().expect("from a task");
  }

  // ---- R8 and late results --------------------------------------------------------------------

  @Test
  default void r8AResultArrivesInTheReactorsThread() throws Exception {
    Running running = rig().running(options -> options);
    var threads = new ConcurrentLinkedQueue<Thread>();
    String value =
        running.call(() ->
            running
                .reactor()
                .deferToThread(() -> {
                  threads.add(Thread.currentThread());
                  return "result";
                })
                .whenComplete((result, failure) -> threads.add(Thread.currentThread())));
    assertEquals("result", value);
    Thread worker = threads.poll();
    running.run(() -> assertSame(Thread.currentThread(), threads.poll()));
    assertNotSame(worker, Thread.currentThread());
  }

  @Test
  default void r8AFailureArrivesToo() {
    Running running = rig().running(options -> options);
    var failure = new IOException("on purpose");
    var thrown =
        assertThrows(
            IOException.class,
            () ->
                running.call(() ->
                    running
                        .reactor()
                        .deferToThread(() -> {
                          throw failure;
                        })));
    assertSame(failure, thrown);
  }

  @Test
  default void r8SeveralRunAtOnce() throws Exception {
    Running running = rig().running(options -> options);
    var together = new CountDownLatch(4);
    List<Deferred<Boolean>> waiting = new ArrayList<>();
    List<Boolean> met =
        running.call(() -> {
          for (int i = 0; i < 4; i++) {
            waiting.add(
                running
                    .reactor()
                    .deferToThread(() -> {
                      together.countDown();
                      return together.await(10, TimeUnit.SECONDS);
                    }));
          }
          return Deferred.gather(waiting);
        });
    assertEquals(List.of(true, true, true, true), met);
  }

  @Test
  default void r8TheLoopGoesOnMeanwhile() throws Exception {
    Running running = rig().running(options -> options);
    var release = new CountDownLatch(1);
    Boolean released =
        running.call(() -> {
          Deferred<Boolean> result =
              running.reactor().deferToThread(() -> release.await(10, TimeUnit.SECONDS));
          running.reactor().execute(release::countDown);
          return result;
        });
    assertTrue(released);
  }

  @Test
  default void r8CancellingInterrupts() throws Exception {
    Running running = rig().running(options -> options);
    var begun = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    var running1 = new AtomicReference<@Nullable Deferred<Object>>();
    running.run(() ->
        running1.set(
            running
                .reactor()
                .deferToThread(() -> {
                  begun.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                  }
                  return "nothing";
                })));
    running.await(begun);
    running.run(() -> {
      Deferred<Object> deferred = running1.get();
      if (deferred != null) {
        deferred.cancel();
        deferred.exceptionally(CancellationException.class, e -> "cancelled");
      }
    });
    running.await(interrupted);
  }

  @Test
  default void r8AFullPoolFailsAtOnce() throws Exception {
    Running running = rig().running(options -> options.withBlocking(1, 1));
    var release = new CountDownLatch(1);
    List<Deferred<Boolean>> made = new ArrayList<>();
    assertThrows(
        RejectedExecutionException.class,
        () ->
            running.call(() -> {
              for (int i = 0; i < 2; i++) {
                made.add(
                    running.reactor().deferToThread(() -> release.await(10, TimeUnit.SECONDS)));
              }
              return running.reactor().deferToThread(() -> true);
            }));
    release.countDown();
    running.call(() -> Deferred.gather(made));
  }

  @Test
  default void r2LateResultsAreCounted() throws Exception {
    Running running = rig().running(options -> options.withShutdownDeadline(Duration.ofMillis(50)));
    var begun = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var ended = new CountDownLatch(1);
    running.run(() ->
        running
            .reactor()
            .deferToThread(() -> {
              begun.countDown();
              while (true) {
                try {
                  release.await();
                  break;
                } catch (InterruptedException e) {
                  // deaf on purpose
                }
              }
              return "late";
            })
            .whenComplete((value, failure) -> ended.countDown())
            .exceptionally(failure -> "lost"));
    running.await(begun);
    running.stop();
    long before = running.reactor().stats().lateResults();
    release.countDown();
    for (int i = 0; i < 1_000 && running.reactor().stats().lateResults() == before; i++) {
      assertFalse(ended.await(5, TimeUnit.MILLISECONDS), "delivered after the end");
    }
    assertTrue(running.reactor().stats().lateResults() > before, "a late result went uncounted");
  }

  // ---- D12: blockingCall and the JDK's stages -------------------------------------------------

  @Test
  default void d12BlockingCallReturnsAValue() throws Exception {
    Running running = rig().running(options -> options);
    assertEquals("here", running.call(() -> Deferred.succeeded("here")));
    assertEquals(
        "later",
        running.call(
            () -> running.reactor().after(Duration.ofMillis(5)).thenApply(nothing -> "later")));
  }

  @Test
  default void d12BlockingCallThrowsTheFailure() {
    Running running = rig().running(options -> options);
    var failure = new IOException("on purpose");
    assertSame(
        failure,
        assertThrows(IOException.class, () -> running.call(() -> Deferred.failed(failure))));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            running.call(() -> {
              throw new IllegalArgumentException("on purpose");
            }));
  }

  @Test
  default void d12BlockingCallThatTakesTooLongIsCancelled() throws Exception {
    Running running = rig().running(options -> options);
    var cancelled = new CountDownLatch(1);
    assertThrows(
        TimeoutException.class,
        () ->
            running
                .reactor()
                .blockingCall(
                    () -> {
                      Promise<String> promise = Promise.create();
                      promise.onCancel(cancelled::countDown);
                      return promise.deferred();
                    },
                    Duration.ofMillis(20)));
    running.await(cancelled);
  }

  @Test
  default void d12BlockingCallInTheReactorsThreadThrows() {
    Reactor reactor = rig().reactor();
    assertThrows(
        IllegalStateException.class,
        () -> reactor.blockingCall(() -> Deferred.succeeded("never"), Duration.ofSeconds(5)));
  }

  @Test
  default void d12BlockingCallInTheThreadOfAnotherReactorWorks() throws Exception {
    Running one = rig().running(options -> options);
    Running other = rig().running(options -> options);
    String value =
        one.call(() -> Deferred.succeeded(other.call(() -> Deferred.succeeded("from the other"))));
    assertEquals("from the other", value);
  }

  @Test
  default void d12AStageOfAnotherThreadArrivesInTheReactorsThread() throws Exception {
    Running running = rig().running(options -> options);
    var stage = new CompletableFuture<String>();
    var thread = new AtomicReference<@Nullable Thread>();
    var attached = new CountDownLatch(1);
    assertEquals(
        null,
        rig()
            .elsewhere(() -> {
              var answer = new CompletableFuture<String>();
              running
                  .reactor()
                  .execute(() -> {
                    Deferred.from(stage)
                        .thenAccept(value -> {
                          thread.set(Thread.currentThread());
                          answer.complete(value);
                        });
                    attached.countDown();
                  });
              running.await(attached);
              stage.complete("from elsewhere");
              assertEquals("from elsewhere", answer.get(10, TimeUnit.SECONDS));
            }));
    running.run(() -> assertSame(Thread.currentThread(), thread.get()));
  }

  @Test
  default void d12CancellingADeferredCancelsItsStage() {
    rig().reactor();
    var stage = new CompletableFuture<String>();
    Deferred<String> deferred = Deferred.from(stage);
    var fate = rig().outcome(deferred);
    deferred.cancel();
    fate.failure(CancellationException.class);
    assertTrue(stage.isCancelled());
  }

  @Test
  default void d12CancellingAStageCancelsItsDeferred() {
    Reactor reactor = rig().reactor();
    var cancelled = new int[1];
    Promise<String> promise = reactor.promise();
    promise.onCancel(() -> cancelled[0]++);
    var stage = promise.deferred().toCompletionStage().toCompletableFuture();
    assertEquals(null, rig().elsewhere(() -> stage.cancel(true)));
    rig().until("the source is cancelled", () -> cancelled[0] == 1);
  }

  // ---- D8: time -------------------------------------------------------------------------------

  @Test
  default void d8ATimeoutUsesTheReactorsClock() {
    Reactor reactor = rig().reactor();
    var cancelled = new int[1];
    Promise<String> promise = reactor.promise();
    promise.onCancel(() -> cancelled[0]++);
    var fate = rig().outcome(promise.deferred().orTimeout(Duration.ofSeconds(5), "an answer"));
    rig().advance(Duration.ofMillis(4_999));
    assertFalse(fate.isDone());
    rig().advance(Duration.ofMillis(1));
    var failure = fate.failure(TimeoutException.class);
    assertSays("an answer", failure);
    assertSays("5", failure);
    assertEquals(1, cancelled[0]);
  }

  @Test
  default void d8TheDelayedCallGoesWithTheResult() {
    Reactor reactor = rig().reactor();
    Promise<String> promise = reactor.promise();
    var fate = rig().outcome(promise.deferred().orTimeout(Duration.ofSeconds(90)));
    assertEquals(1, reactor.stats().delayedCalls());
    promise.succeed("in time");
    assertEquals("in time", fate.value());
    assertEquals(0, reactor.stats().delayedCalls());
  }

  // ---- D9: failures that nobody handles -------------------------------------------------------

  @Test
  default void d9AnUnhandledFailureIsReportedAtTheEndAtTheLatest() {
    Reactor reactor = rig().reactor();
    Promise<String> promise = reactor.promise();
    var failure = new IllegalStateException("on purpose");
    promise.fail(failure);
    reactor.stop();
    rig().settle();
    var reported = rig().reported(ReactorEvent.FailureUnhandled.class);
    assertSame(failure, reported.failure());
    assertTrue(String.valueOf(reported.origin()).contains("made"), String.valueOf(reported));
    assertTrue(promise.isDone());
  }

  @Test
  default void d9AHandledFailureIsNotReported() {
    Reactor reactor = rig().reactor();
    Promise<String> promise = reactor.promise();
    promise.fail(new IllegalStateException("on purpose"));
    promise.deferred().exceptionally(failure -> "handled");
    reactor.stop();
    rig().settle();
    assertEquals(0, rig().allReported(ReactorEvent.FailureUnhandled.class).size());
  }
}
