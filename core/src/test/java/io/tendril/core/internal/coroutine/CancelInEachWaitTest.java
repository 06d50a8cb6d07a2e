package io.tendril.core.internal.coroutine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.CoroutineScope;
import io.tendril.core.Deferred;
import io.tendril.core.DeferredLock;
import io.tendril.core.DeferredQueue;
import io.tendril.core.DeferredSemaphore;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.spi.SocketSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A coroutine that is cancelled while it waits, by what it waits with: nothing is left behind. */
class CancelInEachWaitTest extends CoroutineFixture {

  /** Starts a coroutine that is to suspend, cancels it, and expects it to hear of that at once. */
  private void cancelled(Callable<?> waits) {
    Deferred<Object> coroutine =
        reactor.async(() -> {
          try {
            return waits.call();
          } catch (CancellationException e) {
            log.add("cancelled");
            throw e;
          }
        });
    turns(1);
    assertThat(coroutine.isDone()).isFalse();
    coroutine.cancel();
    assertThat(failureOf(coroutine)).isInstanceOf(CancellationException.class);
    assertThat(log).containsExactly("cancelled");
    assertThat(reactor.liveCoroutines()).isEmpty();
  }

  @Test
  void promise() {
    Promise<Object> promise = reactor.promise();
    cancelled(() -> promise.deferred().await());
    promise.succeed("late"); // is swallowed
  }

  @Test
  void aChainBehindAPromise() {
    Promise<Object> promise = reactor.promise();
    cancelled(() -> promise.deferred().thenApply(value -> value).await());
  }

  @Test
  void lock() {
    var lock = new DeferredLock();
    assertThat(lock.tryAcquire()).isTrue();
    cancelled(() -> lock.acquire().await());
    assertThat(lock.waiting()).isZero();
    lock.release();
    assertThat(lock.tryAcquire()).isTrue();
  }

  @Test
  void underALockWhichIsGivenBack() {
    var lock = new DeferredLock();
    Promise<Object> never = reactor.promise();
    cancelled(() -> lock.with(never::deferred).await());
    assertThat(lock.locked()).isFalse();
  }

  @Test
  void semaphore() {
    var semaphore = new DeferredSemaphore(1);
    assertThat(semaphore.tryAcquire()).isTrue();
    cancelled(() -> semaphore.acquire().await());
    assertThat(semaphore.waiting()).isZero();
  }

  @Test
  void queueWhichLosesNothing() {
    var queue = new DeferredQueue<String>();
    cancelled(() -> queue.get().await());
    queue.put("kept");
    assertThat(queue.poll()).isEqualTo("kept");
  }

  @Test
  void clock() {
    cancelled(() -> reactor.after(Duration.ofHours(1)).await());
    assertThat(reactor.stats().delayedCalls()).isZero();
  }

  @Test
  void timeout() {
    Promise<Object> never = reactor.promise();
    cancelled(() -> never.deferred().orTimeout(Duration.ofHours(1)).await());
    assertThat(reactor.stats().delayedCalls()).isZero();
  }

  @Test
  void blockingWhoseThreadIsInterrupted() throws Exception {
    var ended = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    cancelled(() -> {
      return reactor.blocking(() -> {
        begun.countDown();
        try {
          Thread.sleep(Duration.ofHours(1));
          return null;
        } catch (InterruptedException e) {
          ended.countDown();
          throw e;
        }
      });
    });
    if (begun.getCount() == 0) { // else it was taken out of the queue
      assertThat(ended.await(30, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void connect() throws Exception {
    try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var address = new InetSocketAddress(full.getInetAddress(), full.getLocalPort());
      Deferred<Object> coroutine =
          reactor.async(() ->
              reactor
                  .network()
                  .connect(
                      address,
                      "the server",
                      SocketSettings.defaults(),
                      Duration.ofHours(1),
                      Protocol.onData((transport, data) -> {}))
                  .await());
      assertThat(reactor.liveCoroutines())
          .singleElement()
          .asString()
          .contains("waits for a connection to the server");
      coroutine.cancel();
      assertThat(failureOf(coroutine)).isInstanceOf(CancellationException.class);
    }
    assertThat(reactor.stats().delayedCalls()).isZero();
    assertThat(reactor.stats().connections()).isZero();
  }

  @Test
  void anotherCoroutine() {
    Promise<Object> never = reactor.promise();
    cancelled(() -> reactor.async(() -> never.deferred().await()).await());
  }

  @Test
  void scope() {
    Promise<Object> never = reactor.promise();
    cancelled(() ->
        CoroutineScope.run(scope -> {
          scope.async(() -> never.deferred().await());
          scope.join();
          return null;
        }));
  }

  @Test
  void gatherAndRace() {
    Promise<Object> one = reactor.promise();
    Promise<Object> two = reactor.promise();
    cancelled(() -> CoroutineScope.gather(List.of(one.deferred()::await, two.deferred()::await)));
    log.clear();
    Promise<Object> three = reactor.promise();
    cancelled(() -> Deferred.race(List.of(three.deferred())).await());
    assertThat(List.of(one.isDone(), two.isDone(), three.isDone()))
        .containsExactly(true, true, true);
  }
}
