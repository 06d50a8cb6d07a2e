package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.Seen;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** D4: no shape of Deferreds overflows the stack, and a loop needs no memory. */
class DeferredDepthTest {
  private static final int DEEP = 100_000;
  private static final int LONG = 10_000_000;

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

  @Test
  void d4ALongChainFiredAtItsEnd() {
    Promise<Integer> promise = Promise.create();
    Deferred<Integer> chain = promise.deferred();
    for (int i = 0; i < DEEP; i++) {
      chain = chain.thenApply(n -> n + 1);
    }
    promise.succeed(0);
    assertThat(Seen.of(chain).value()).isEqualTo(DEEP);
  }

  @Test
  void d4ALongChainCancelledAtItsEnd() {
    Promise<Integer> promise = Promise.create();
    Deferred<Integer> chain = promise.deferred();
    for (int i = 0; i < DEEP; i++) {
      chain = chain.thenApply(n -> n + 1);
    }
    chain.cancel();
    assertThat(Seen.of(chain).failure(java.util.concurrent.CancellationException.class))
        .isNotNull();
  }

  /** Each Deferred composes into the next; {@code order} says in which order they are fired. */
  private static int nested(List<Integer> order, boolean stageBetween) {
    List<Promise<Integer>> promises = new ArrayList<>();
    for (int i = 0; i <= DEEP; i++) {
      promises.add(Promise.create());
    }
    Deferred<Integer> inner = promises.get(DEEP).deferred();
    for (int i = DEEP - 1; i >= 0; i--) {
      Deferred<Integer> next = inner;
      inner = promises.get(i).deferred().thenCompose(n -> next);
      if (stageBetween) {
        inner = inner.thenApply(n -> n + 1);
      }
    }
    Seen<Integer> seen = Seen.of(inner);
    for (int i : order) {
      assertThat(seen.nothing()).isTrue();
      promises.get(i).succeed(0);
    }
    return seen.value();
  }

  private static List<Integer> ascending() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i <= DEEP; i++) {
      order.add(i);
    }
    return order;
  }

  @Test
  void d4NestedFromTheOutside() {
    assertThat(nested(ascending(), false)).isZero();
    assertThat(nested(ascending(), true)).isEqualTo(DEEP);
  }

  @Test
  void d4NestedFromTheInside() {
    assertThat(nested(ascending().reversed(), false)).isZero();
    assertThat(nested(ascending().reversed(), true)).isEqualTo(DEEP);
  }

  @Test
  void d4NestedInAnyOrder() {
    List<Integer> order = new ArrayList<>(ascending());
    java.util.Collections.shuffle(order, new Random(4));
    assertThat(nested(order, false)).isZero();
    java.util.Collections.shuffle(order, new Random(5));
    assertThat(nested(order, true)).isEqualTo(DEEP);
  }

  @Test
  void d4NestedFromTheInsideAndFiredLast() {
    List<Integer> order = new ArrayList<>(ascending().reversed());
    order.add(order.removeFirst()); // the innermost comes last: everything relays before it
    assertThat(nested(order, false)).isZero();
    assertThat(nested(order, true)).isEqualTo(DEEP);
  }

  @Test
  void d4PromisesThatFirePromises() {
    Promise<Integer> first = Promise.create();
    Promise<Integer> before = first;
    for (int i = 0; i < DEEP; i++) {
      Promise<Integer> next = Promise.create();
      before.deferred().thenAccept(next::succeed);
      before = next;
    }
    Seen<Integer> seen = Seen.of(before.deferred());
    first.succeed(7);
    assertThat(seen.value()).isEqualTo(7);
  }

  @Test
  void d4SharesOfShares() {
    Promise<Integer> first = Promise.create();
    Deferred<Integer> last = first.deferred();
    for (int i = 0; i < DEEP; i++) {
      last = last.share().branch();
    }
    Seen<Integer> seen = Seen.of(last);
    first.succeed(7);
    assertThat(seen.value()).isEqualTo(7);
  }

  @Test
  void d4GathersOfGathers() {
    Promise<Integer> first = Promise.create();
    Deferred<Integer> last = first.deferred();
    for (int i = 0; i < DEEP; i++) {
      last = Deferred.gather(List.of(last)).thenApply(List::getFirst);
    }
    Seen<Integer> seen = Seen.of(last);
    first.succeed(7);
    assertThat(seen.value()).isEqualTo(7);
  }

  @Test
  void d4FinalliesInFinallies() {
    Promise<Integer> first = Promise.create();
    Deferred<Integer> last = first.deferred();
    for (int i = 0; i < DEEP; i++) {
      Deferred<Integer> inner = last;
      last = Deferred.succeeded(i).finallyCompose(() -> inner);
    }
    Seen<Integer> seen = Seen.of(last);
    first.succeed(7);
    assertThat(seen.value()).isEqualTo(DEEP - 1);
  }

  // ---- Loops ----------------------------------------------------------------------------------

  private Promise<Void> tick = Promise.create();
  private Runnable next = () -> {};

  private Deferred<Integer> pendingLoop(int i) {
    if (i == LONG) {
      return Deferred.succeeded(i);
    }
    tick = Promise.create();
    return tick.deferred().thenCompose(v -> pendingLoop(i + 1));
  }

  @Test
  void d4TenMillionPendingIterationsAtConstantHeap() {
    Seen<Integer> seen = Seen.of(pendingLoop(0));
    assertConstantHeap(() -> fireTicks(seen));
    assertThat(seen.value()).isEqualTo(LONG);
  }

  @Test
  void d4AHeldFirstStepDoesNotHoldTheLoop() {
    Deferred<Integer> loop = pendingLoop(0);
    Promise<Void> first = tick;
    Seen<Integer> seen = Seen.of(loop);
    assertConstantHeap(() -> fireTicks(seen));
    assertThat(seen.value()).isEqualTo(LONG);
    assertThat(first.isDone()).isTrue();
    assertThat(loop.isDone()).isTrue();
  }

  private void fireTicks(Seen<Integer> until) {
    while (until.nothing()) {
      tick.succeed();
    }
  }

  private Deferred<Integer> firedLoop(int i) {
    return i == LONG ? Deferred.succeeded(i) : Deferred.done().thenCompose(v -> firedLoop(i + 1));
  }

  @Test
  void d4TenMillionFiredIterationsAtConstantHeap() {
    assertConstantHeap(() -> assertThat(Seen.of(firedLoop(0)).value()).isEqualTo(LONG));
  }

  private Deferred<Integer> failingLoop(int i) {
    tick = Promise.create();
    return tick.deferred()
        .thenApply(v -> i)
        .exceptionallyCompose(
            failure -> i == LONG / 10 ? Deferred.succeeded(i) : failingLoop(i + 1));
  }

  @Test
  void d4ARetryLoopAtConstantHeap() {
    var failure = new java.io.IOException("again");
    Seen<Integer> seen = Seen.of(failingLoop(0));
    assertConstantHeap(() -> {
      while (seen.nothing()) {
        tick.fail(failure);
      }
    });
    assertThat(seen.value()).isEqualTo(LONG / 10);
  }

  private Deferred<Integer> mixedLoop(int i, Random random) {
    if (i == LONG / 10) {
      return Deferred.succeeded(i);
    }
    Promise<Void> mine = Promise.create();
    switch (random.nextInt(3)) {
      case 0 -> mine.succeed();
      case 1 -> next = mine::succeed;
      default -> {
        Promise<Void> behind = Promise.create();
        behind.deferred().thenAccept(mine::succeed);
        next = behind::succeed;
      }
    }
    return mine.deferred().thenCompose(v -> mixedLoop(i + 1, random));
  }

  @Test
  void d4ALoopOverFiredAndPendingInnersAtConstantHeap() {
    Seen<Integer> seen = Seen.of(mixedLoop(0, new Random(11)));
    assertConstantHeap(() -> {
      while (seen.nothing()) {
        next.run();
      }
    });
    assertThat(seen.value()).isEqualTo(LONG / 10);
  }

  @Test
  void d4AQueueBehindOneTailAtConstantHeap() {
    assertConstantHeap(() -> {
      Deferred<Integer> tail = Deferred.succeeded(0);
      Deque<Promise<Integer>> jobs = new ArrayDeque<>();
      for (int i = 0; i < LONG / 10; i++) {
        Promise<Integer> job = Promise.create();
        jobs.add(job);
        tail = tail.thenCompose(n -> job.deferred().thenApply(m -> n + m));
        if (jobs.size() > 3) {
          jobs.poll().succeed(1);
        }
      }
      jobs.forEach(job -> job.succeed(1));
      assertThat(Seen.of(tail).value()).isEqualTo(LONG / 10);
    });
  }

  /** Runs with what is in use before and after compared: a loop that leaks is 240 MB and more. */
  private static void assertConstantHeap(Runnable run) {
    long before = used();
    run.run();
    assertThat(used() - before).as("bytes kept").isLessThan(8_000_000);
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
