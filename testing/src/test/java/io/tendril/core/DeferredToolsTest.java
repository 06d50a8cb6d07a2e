package io.tendril.core;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.testing.TestClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Lock, semaphore and queue (D11), the looping call (R5) and the cooperative task. */
class DeferredToolsTest {
  private final TestClock clock = new TestClock();
  private final Reactor reactor = clock.reactor();
  private final List<String> log = new ArrayList<>();

  @AfterEach
  void close() {
    clock.close();
  }

  private Deferred<Void> log(Deferred<?> deferred, String what) {
    return deferred.handle(
        value -> {
          log.add(what);
          return null;
        },
        failure -> {
          log.add(what + " failed: " + failure.getClass().getSimpleName());
          return null;
        });
  }

  @Nested
  class Semaphores {
    private final DeferredSemaphore semaphore = new DeferredSemaphore(2, 2);

    @Test
    void servesInTheOrderOfAsking() {
      log(semaphore.acquire(), "a");
      log(semaphore.acquire(), "b");
      log(semaphore.acquire(), "c");
      log(semaphore.acquire(), "d");
      assertThat(log).containsExactly("a", "b");
      semaphore.release();
      semaphore.release();
      assertThat(log).containsExactly("a", "b", "c", "d");
      assertThat(semaphore.free()).isZero();
    }

    @Test
    void cancellingAWaiterRemovesIt() {
      semaphore.acquire();
      semaphore.acquire();
      Deferred<Void> third = log(semaphore.acquire(), "c");
      log(semaphore.acquire(), "d");
      third.cancel();
      semaphore.release();
      assertThat(log).containsExactly("c failed: CancellationException", "d");
    }

    @Test
    void refusesOneMoreThanMayWaitAtOnce() {
      for (int i = 0; i < 4; i++) {
        log(semaphore.acquire(), "taken");
      }
      assertThatThrownBy(semaphore::acquire).hasMessage("2 wait for this semaphore already");
    }

    @Test
    void refusesAReleaseWithoutAnAcquire() {
      assertThatThrownBy(semaphore::release).hasMessage("a release without an acquire");
      assertThat(semaphore.tryAcquire()).isTrue();
      semaphore.release();
    }

    @Test
    void givesThePermitBackAfterSuccessFailureThrowAndCancel() {
      log(semaphore.with(() -> Deferred.succeeded("yes")), "success");
      log(semaphore.with(() -> Deferred.failed(new IllegalStateException())), "failure");
      log(
          semaphore.with(
              () -> {
                throw new IllegalArgumentException();
              }),
          "throw");
      Promise<String> never = reactor.promise();
      Deferred<Void> cancelled = log(semaphore.with(never::deferred), "cancel");
      assertThat(semaphore.free()).isEqualTo(1);
      cancelled.cancel();
      assertThat(semaphore.free()).isEqualTo(2);
      assertThat(log)
          .containsExactly(
              "success",
              "failure failed: IllegalStateException",
              "throw failed: IllegalArgumentException",
              "cancel failed: CancellationException");
    }
  }

  @Nested
  class Locks {
    @Test
    void lockIsHeldByOneAtATime() {
      var lock = new DeferredLock(1);
      Promise<Void> first = reactor.promise();
      log(lock.with(first::deferred), "first");
      log(lock.with(() -> Deferred.succeeded("x")), "second");
      assertThat(log).isEmpty();
      assertThat(lock.locked()).isTrue();
      assertThatThrownBy(lock::acquire).isInstanceOf(IllegalStateException.class);
      first.succeed();
      assertThat(log).containsExactly("first", "second");
      assertThat(lock.locked()).isFalse();
    }
  }

  @Nested
  class Queues {
    private final DeferredQueue<String> queue = new DeferredQueue<>(2, 2);

    @Test
    void itemsGoToWhoWaitedLongest() {
      queue.get().thenAccept(item -> log.add("first " + item));
      queue.get().thenAccept(item -> log.add("second " + item));
      queue.put("a");
      queue.put("b");
      queue.put("c");
      queue.get().thenAccept(item -> log.add("third " + item));
      assertThat(log).containsExactly("first a", "second b", "third c");
    }

    @Test
    void cancellingAGetLosesNoItem() {
      Deferred<Void> given = log(queue.get(), "given up");
      given.cancel();
      queue.put("a");
      queue.get().thenAccept(log::add);
      assertThat(log).containsExactly("given up failed: CancellationException", "a");
    }

    @Test
    void bothLimitsThrowAtOnce() {
      queue.put("a");
      queue.put("b");
      assertThatThrownBy(() -> queue.put("c")).hasMessage("this queue is full: 2 items");
      assertThat(queue.size()).isEqualTo(2);
      var _ = queue.get();
      var _ = queue.get();
      List<Deferred<Void>> waiting = List.of(log(queue.get(), "x"), log(queue.get(), "y"));
      assertThatThrownBy(queue::get).hasMessage("2 wait for this queue already");
      waiting.forEach(Deferred::cancel);
    }
  }

  @Nested
  class Loops {
    private int calls;

    @Test
    void staysOnItsGridHoweverLongACallTakes() {
      List<Long> at = new ArrayList<>();
      long start = reactor.clock().nanoTime();
      var loop =
          new LoopingCall(
              reactor,
              () -> {
                at.add((reactor.clock().nanoTime() - start) / 1_000_000);
                return ++calls == 2 ? reactor.after(ofMillis(250)) : Deferred.done();
              });
      log(loop.start(ofMillis(100)), "ended");
      clock.advance(ofMillis(600));
      assertThat(at).containsExactly(0L, 100L, 400L, 500L, 600L);
      assertThat(loop.skipped()).isEqualTo(2);
      loop.stop();
      loop.stop();
      clock.advance(ofSeconds(1));
      assertThat(calls).isEqualTo(5);
      assertThat(log).containsExactly("ended");
    }

    @Test
    void aFailureStopsItAndFailsItsDeferred() {
      var loop =
          LoopingCall.of(
              reactor,
              () -> {
                if (++calls == 3) {
                  throw new IllegalStateException("third");
                }
              });
      log(loop.startLater(ofSeconds(1)), "loop");
      assertThat(calls).isZero();
      clock.advance(ofSeconds(10));
      assertThat(calls).isEqualTo(3);
      assertThat(loop.running()).isFalse();
      assertThat(log).containsExactly("loop failed: IllegalStateException");
    }

    @Test
    void resetMovesTheGridAndCancelStops() {
      var loop = LoopingCall.of(reactor, () -> calls++);
      Deferred<Void> end = log(loop.startLater(ofSeconds(1)), "loop");
      clock.advance(ofMillis(900));
      loop.reset();
      clock.advance(ofMillis(900));
      assertThat(calls).isZero();
      clock.advance(ofMillis(100));
      assertThat(calls).isEqualTo(1);
      end.cancel();
      clock.advance(ofSeconds(10));
      assertThat(calls).isEqualTo(1);
      assertThat(log).containsExactly("loop failed: CancellationException");
    }

    @Test
    void refusesToStartTwiceAndAnIntervalOfNothing() {
      var loop = LoopingCall.of(reactor, () -> {});
      assertThatThrownBy(() -> loop.start(ofMillis(0)))
          .isInstanceOf(IllegalArgumentException.class);
      log(loop.start(ofSeconds(1)), "x");
      assertThatThrownBy(() -> loop.start(ofSeconds(1)))
          .isInstanceOf(IllegalStateException.class);
      loop.stop();
    }
  }

  @Nested
  class Tasks {
    @Test
    void takesAllStepsAndWaitsForThoseThatAreDeferreds() {
      var steps =
          IntStream.range(0, 5)
              .mapToObj(
                  i -> {
                    log.add("step " + i);
                    return i == 2 ? reactor.after(ofSeconds(5)) : (Object) i;
                  })
              .iterator();
      var task = CooperativeTask.start(reactor, steps);
      log(task.whenDone(), "done");
      clock.advance(ofSeconds(4));
      assertThat(log).containsExactly("step 0", "step 1", "step 2");
      clock.advance(ofSeconds(1));
      assertThat(log).containsExactly("step 0", "step 1", "step 2", "step 3", "step 4", "done");
    }

    @Test
    void pausesResumesAndStops() {
      Promise<Void> gate = reactor.promise();
      var task =
          CooperativeTask.start(
              reactor,
              IntStream.range(0, 100)
                  .mapToObj(
                      i -> {
                        log.add("step " + i);
                        return i == 0 ? gate.deferred() : (Object) reactor.after(ofSeconds(1));
                      })
                  .iterator());
      log(task.whenDone(), "task");
      clock.advance(ofSeconds(1));
      task.pause();
      gate.succeed();
      clock.advance(ofSeconds(5));
      assertThat(log).containsExactly("step 0");
      task.resume();
      clock.advance(ofMillis(1500));
      assertThat(log).containsExactly("step 0", "step 1", "step 2");
      task.stop();
      clock.advance(ofSeconds(5));
      assertThat(log)
          .containsExactly("step 0", "step 1", "step 2", "task failed: CancellationException");
      assertThat(task.isDone()).isTrue();
    }

    @Test
    void aStepThatThrowsOrFailsFailsTheTask() {
      var thrower =
          CooperativeTask.start(
              reactor,
              List.of(1, 2).stream()
                  .map(
                      i -> {
                        throw new IllegalStateException();
                      })
                  .iterator());
      log(thrower.whenDone(), "thrower");
      var failer =
          CooperativeTask.start(
              reactor, List.of(Deferred.failed(new CancellationException())).iterator());
      log(failer.whenDone(), "failer");
      clock.advance(ofSeconds(1));
      assertThat(log)
          .containsExactly(
              "thrower failed: IllegalStateException", "failer failed: CancellationException");
    }
  }
}
