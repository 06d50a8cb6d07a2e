package io.tendril.core.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import io.tendril.core.ReactorStats;
import io.tendril.spi.Blocking;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pools for calls that block: their limits, and their names. */
class PoolsTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final CountDownLatch gate = new CountDownLatch(1);
  private Reactor reactor;

  @BeforeEach
  void open() {
    reactor =
        Reactor.create(ReactorOptions.defaults().withName("pooled").withBlocking(2, 3)).start();
  }

  @AfterEach
  void close() throws Exception {
    gate.countDown();
    reactor.stop();
    reactor.awaitStopped(SOON);
  }

  private <T> T inReactor(Callable<T> callable) throws Exception {
    return reactor.blockingCall(() -> Deferred.succeeded(callable.call()), SOON);
  }

  private ReactorStats stats() throws Exception {
    return inReactor(reactor::stats);
  }

  /** Has calls wait at the gate: their results. */
  private CompletableFuture<String> waiting(Blocking pool) throws Exception {
    Callable<String> call =
        () -> {
          gate.await();
          return Thread.currentThread().getName();
        };
    return inReactor(() ->
        (pool == null ? reactor.deferToThread(call) : reactor.deferToThread(pool, call))
            .toCompletionStage()
            .toCompletableFuture());
  }

  @Test
  void aFullPoolRefusesAndSaysWhy() throws Exception {
    for (int i = 0; i < 5; i++) {
      waiting(null);
    }
    assertThat(stats().blockingCalls()).isEqualTo(5);
    CompletableFuture<String> sixth = waiting(null);
    assertThatThrownBy(() -> sixth.get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessage("pool pooled-blocking is full: 2 calls run and 3 wait");
    assertThat(stats().refusedBlockingCalls()).isOne();
    gate.countDown();
    assertThat(reactor.blockingCall(() -> retried(null), SOON)).startsWith("pooled-blocking-");
  }

  @Test
  void aCallThatWaitsAndIsCancelledCountsNoMore() throws Exception {
    for (int i = 0; i < 4; i++) {
      waiting(null);
    }
    CompletableFuture<String> fifth = waiting(null);
    fifth.cancel(true);
    assertThat(stats().blockingCalls()).isEqualTo(4);
  }

  @Test
  void aCallThatRunsAndIsCancelledIsInterrupted() throws Exception {
    var interrupted = new CompletableFuture<Boolean>();
    var running = new CountDownLatch(1);
    CompletableFuture<Object> future =
        inReactor(() ->
            reactor
                .deferToThread(() -> {
                  running.countDown();
                  try {
                    gate.await();
                  } catch (InterruptedException e) {
                    interrupted.complete(true);
                  }
                  return null;
                })
                .toCompletionStage()
                .toCompletableFuture());
    assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
    future.cancel(true);
    assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(stats().blockingCalls()).isZero();
  }

  @Test
  void aPoolOfOnesOwnTakesNoThreadsFromOthers() throws Exception {
    Blocking images = inReactor(() -> reactor.pool("images", 1, 0));
    waiting(images);
    CompletableFuture<String> second = waiting(images);
    assertThatThrownBy(() -> second.get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessage("pool pooled-images is full: 1 calls run and 0 wait");
    String common =
        reactor.blockingCall(
            () -> reactor.deferToThread(() -> Thread.currentThread().getName()), SOON);
    assertThat(common).startsWith("pooled-blocking-");
    gate.countDown();
    String own =
        reactor.blockingCall(
            () -> reactor.after(Duration.ofMillis(1)).thenCompose(v -> retried(images)), SOON);
    assertThat(own).startsWith("pooled-images-");
  }

  /** The threads may not have come back yet. */
  private Deferred<String> retried(Blocking pool) {
    Callable<String> call = () -> Thread.currentThread().getName();
    return (pool == null ? reactor.<String>deferToThread(call) : reactor.deferToThread(pool, call))
        .exceptionallyCompose(
            RejectedExecutionException.class,
            full -> reactor.after(Duration.ofMillis(1)).thenCompose(v -> retried(pool)));
  }

  @Test
  void sizesWithoutSenseAreRefused() throws Exception {
    inReactor(() -> {
      assertThatThrownBy(() -> reactor.pool("x", 0, 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> reactor.pool("x", 1, -1))
          .isInstanceOf(IllegalArgumentException.class);
      return true;
    });
  }

  @Test
  void theReactorsEndInterruptsAllPools() throws Exception {
    Blocking images = inReactor(() -> reactor.pool("images", 1, 5));
    var running = new CountDownLatch(1);
    var interrupted = new CompletableFuture<Boolean>();
    reactor.execute(() ->
        reactor
            .deferToThread(
                images,
                () -> {
                  running.countDown();
                  try {
                    gate.await();
                  } catch (InterruptedException e) {
                    interrupted.complete(true);
                  }
                  return null;
                })
            .exceptionally(failure -> null)
            .isDone());
    assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
    reactor.stop();
    reactor.awaitStopped(SOON);
    assertThat(interrupted).isCompletedWithValue(true);
  }
}
