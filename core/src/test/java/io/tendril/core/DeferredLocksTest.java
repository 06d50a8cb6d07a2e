package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.Seen;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** D11: lock, semaphore and queue. */
class DeferredLocksTest {
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

  // ---- Semaphore ------------------------------------------------------------------------------

  @Test
  void d11PermitsGoToWhoWaitedLongest() {
    var semaphore = new DeferredSemaphore(2);
    for (int i = 0; i < 5; i++) {
      int index = i;
      semaphore.acquire().thenRun(() -> log.add(index));
    }
    assertThat(log).containsExactly(0, 1);
    assertThat(semaphore.waiting()).isEqualTo(3);
    semaphore.release();
    semaphore.release();
    assertThat(log).containsExactly(0, 1, 2, 3);
    semaphore.release();
    semaphore.release();
    semaphore.release();
    assertThat(semaphore.free()).isEqualTo(2);
    assertThatThrownBy(semaphore::release).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void d11ACancelledWaiterIsPassedOver() {
    var semaphore = new DeferredSemaphore(1);
    assertThat(semaphore.tryAcquire()).isTrue();
    assertThat(semaphore.tryAcquire()).isFalse();
    Deferred<Void> first = semaphore.acquire();
    Seen<Void> given = Seen.of(first);
    semaphore.acquire().thenRun(() -> log.add("second"));
    first.cancel();
    assertThat(given.failure(CancellationException.class)).isNotNull();
    assertThat(semaphore.waiting()).isOne();
    semaphore.release();
    assertThat(log).containsExactly("second");
  }

  @Test
  void d11ThousandsOfWaitersMayBeCancelledInAnyOrder() {
    var semaphore = new DeferredSemaphore(1);
    semaphore.tryAcquire();
    List<Deferred<Void>> waiters = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      waiters.add(semaphore.acquire());
    }
    waiters.reversed().forEach(Deferred::cancel); // quadratic would be minutes
    assertThat(semaphore.waiting()).isZero();
    semaphore.release();
    assertThat(semaphore.free()).isOne();
  }

  @Test
  void d11OneMoreThanMayWaitThrowsAtOnce() {
    var semaphore = new DeferredSemaphore(1, 1);
    semaphore.tryAcquire();
    Deferred<Void> waiting = semaphore.acquire();
    assertThatThrownBy(semaphore::acquire)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("1 wait for this semaphore already");
    assertThatThrownBy(() -> semaphore.with(Deferred::done).isDone())
        .isInstanceOf(IllegalStateException.class);
    waiting.cancel();
    semaphore.acquire().cancel();
  }

  @Test
  void d11WithGivesThePermitBackInEveryCase() {
    var semaphore = new DeferredSemaphore(1);
    assertThat(Seen.of(semaphore.with(() -> Deferred.succeeded("v"))).value()).isEqualTo("v");
    assertThat(semaphore.free()).isOne();
    assertThat(
            Seen.of(semaphore.with(() -> Deferred.failed(new IOException("f"))))
                .failure(IOException.class))
        .hasMessage("f");
    assertThat(semaphore.free()).isOne();
    Seen<String> thrown =
        Seen.of(
            semaphore.with(() -> {
              throw new IOException("t");
            }));
    assertThat(thrown.failure(IOException.class)).hasMessage("t");
    assertThat(semaphore.free()).isOne();
    Seen<String> error =
        Seen.of(
            semaphore.with(() -> {
              throw new AssertionError("e");
            }));
    assertThat(error.failure(AssertionError.class)).hasMessage("e");
    assertThat(semaphore.free()).isOne();
    Seen<String> nothing = Seen.of(semaphore.with(() -> null));
    assertThat(nothing.failure(NullPointerException.class)).isNotNull();
    assertThat(semaphore.free()).isOne();
  }

  @Test
  void d11WithGivesThePermitBackThoughTheDeferredCannotBeAttachedTo() {
    var semaphore = new DeferredSemaphore(1);
    Promise<String> used = Promise.create();
    Seen<String> elsewhere = Seen.of(used.deferred());
    Seen<String> seen = Seen.of(semaphore.with(used::deferred));
    assertThat(seen.failure(IllegalStateException.class)).isNotNull();
    assertThat(semaphore.free()).isOne();
    used.succeed("v");
    assertThat(semaphore.free()).isOne();
    assertThat(elsewhere.value()).isEqualTo("v");
  }

  @Test
  void d11CancellingWithCancelsTheWaitOrTheWork() {
    var semaphore = new DeferredSemaphore(1);
    Promise<String> work = Promise.create();
    work.onCancel(() -> log.add("work cancelled"));
    Deferred<String> first = semaphore.with(work::deferred);
    Deferred<String> second =
        semaphore.with(() -> {
          log.add("never");
          return Deferred.succeeded("");
        });
    second.cancel();
    assertThat(semaphore.free()).isZero();
    first.cancel();
    assertThat(log).containsExactly("work cancelled");
    assertThat(semaphore.free()).isOne();
  }

  @Test
  void d11WorkUnderAPermitIsBoundedInNumber() {
    var semaphore = new DeferredSemaphore(3);
    List<Promise<Void>> running = new ArrayList<>();
    int[] most = {0};
    for (int i = 0; i < 20; i++) {
      semaphore
          .with(() -> {
            Promise<Void> work = Promise.create();
            running.add(work);
            most[0] = Math.max(most[0], running.size());
            return work.deferred();
          })
          .thenRun(() -> log.add("done"));
    }
    while (!running.isEmpty()) {
      running.removeFirst().succeed();
    }
    assertThat(most[0]).isEqualTo(3);
    assertThat(log).hasSize(20);
    assertThat(semaphore.free()).isEqualTo(3);
  }

  @Test
  void badLimitsAreRefused() {
    assertThatThrownBy(() -> new DeferredSemaphore(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new DeferredSemaphore(1, -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new DeferredQueue<>(-1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // ---- Lock -----------------------------------------------------------------------------------

  @Test
  void d11ALockIsHeldByOneAtATime() {
    var lock = new DeferredLock();
    Promise<Void> first = Promise.create();
    Seen<Void> one = Seen.of(lock.with(first::deferred));
    Seen<String> two = Seen.of(lock.with(() -> Deferred.succeeded("two")));
    assertThat(lock.locked()).isTrue();
    assertThat(lock.waiting()).isOne();
    assertThat(lock.tryAcquire()).isFalse();
    assertThat(two.nothing()).isTrue();
    first.succeed();
    assertThat(one.value()).isNull();
    assertThat(two.value()).isEqualTo("two");
    assertThat(lock.locked()).isFalse();
    assertThatThrownBy(lock::release).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void d11ALocksLimitIsNamed() {
    var lock = new DeferredLock(0);
    assertThat(lock.tryAcquire()).isTrue();
    assertThatThrownBy(lock::acquire).hasMessage("0 wait for this lock already");
  }

  // ---- Queue ----------------------------------------------------------------------------------

  @Test
  void d11ItemsAndGetsMeetFirstInFirstOut() {
    var queue = new DeferredQueue<String>();
    queue.get().thenAccept(item -> log.add("1 " + item));
    queue.get().thenAccept(item -> log.add("2 " + item));
    List.of("a", "b", "c", "d").forEach(queue::put);
    queue.get().thenAccept(item -> log.add("3 " + item));
    assertThat(log).containsExactly("1 a", "2 b", "3 c");
    assertThat(queue.poll()).isEqualTo("d");
    assertThat(queue.poll()).isNull();
  }

  @Test
  void d11ACancelledGetLosesNoItem() {
    var queue = new DeferredQueue<String>();
    Deferred<String> first = queue.get();
    queue.get().thenAccept(log::add);
    first.cancel();
    assertThat(queue.waiting()).isOne();
    queue.put("a");
    assertThat(log).containsExactly("a");
    assertThat(queue.size()).isZero();
  }

  @Test
  void d11BothLimitsOfAQueueThrowAtOnce() {
    var queue = new DeferredQueue<String>(1, 1);
    queue.put("a");
    assertThatThrownBy(() -> queue.put("b")).isInstanceOf(IllegalStateException.class);
    assertThat(Seen.of(queue.get()).value()).isEqualTo("a");
    Deferred<String> waiting = queue.get();
    assertThatThrownBy(queue::get).isInstanceOf(IllegalStateException.class);
    queue.put("c");
    assertThat(Seen.of(waiting).value()).isEqualTo("c");
    assertThatThrownBy(() -> queue.put(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void d11AQueueWithoutRoomHandsOver() {
    var queue = new DeferredQueue<String>(0, 1);
    assertThatThrownBy(() -> queue.put("a")).isInstanceOf(IllegalStateException.class);
    queue.get().thenAccept(log::add);
    queue.put("b");
    assertThat(log).containsExactly("b");
  }

  // ---- Threads --------------------------------------------------------------------------------

  @Test
  void d14TheyBelongToTheThreadThatUsesThemFirst() throws Exception {
    var semaphore = new DeferredSemaphore(1);
    semaphore.tryAcquire();
    var queue = new DeferredQueue<String>();
    queue.put("a");
    for (Callable<?> use :
        List.<Callable<?>>of(
            semaphore::tryAcquire,
            semaphore::acquire,
            () -> {
              semaphore.release();
              return null;
            },
            queue::get,
            () -> {
              queue.put("b");
              return null;
            })) {
      var thrown = new AtomicReference<Throwable>();
      Thread.ofPlatform()
          .start(() -> {
            try {
              use.call();
            } catch (Throwable e) {
              thrown.set(e);
            }
          })
          .join();
      assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
    }
  }
}
