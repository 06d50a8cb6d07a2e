package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.FlowAdapters;

/** D12: with another's Reactive Streams, over the adapters that those have for {@link Flow}. */
class RxJavaTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int MANY = 100_000;

  private Reactor reactor;

  @BeforeEach
  void open() {
    reactor = Reactor.create(ReactorOptions.defaults().withName("the reactor")).start();
  }

  @AfterEach
  void close() throws Exception {
    reactor.stop();
    reactor.awaitStopped(SOON);
  }

  private <T> T inReactor(Callable<T> callable) throws Exception {
    return reactor.blockingCall(() -> Deferred.succeeded(callable.call()), SOON);
  }

  private static <T> Flow.Publisher<T> flow(Flowable<T> flowable) {
    return FlowAdapters.toFlowPublisher(flowable);
  }

  private static <T> Flowable<T> rx(Flow.Publisher<T> publisher) {
    return Flowable.fromPublisher(FlowAdapters.toPublisher(publisher));
  }

  private static Flowable<ByteBuffer> bytes(int count) {
    return Flowable.range(0, count).map(number -> ByteBuffer.allocate(4).putInt(0, number));
  }

  // ---- To us ----------------------------------------------------------------------------------

  @Test
  void d12ASingleBecomesADeferred() throws Exception {
    Flowable<String> elsewhere =
        Single.fromCallable(() -> Thread.currentThread().getName())
            .subscribeOn(Schedulers.io())
            .toFlowable();
    String names =
        reactor.blockingCall(
            () ->
                Deferred.from(flow(elsewhere))
                    .thenApply(name -> name + ", then " + Thread.currentThread().getName()),
            SOON);
    assertThat(names).startsWith("Rx").endsWith(", then the reactor");
  }

  @Test
  void d12ManyItemsBecomeASource() throws Exception {
    var most = new AtomicLong();
    var asked = new AtomicLong();
    Flowable<ByteBuffer> elsewhere =
        bytes(MANY)
            .doOnNext(item -> asked.decrementAndGet())
            .doOnRequest(n -> most.accumulateAndGet(asked.addAndGet(n), Math::max))
            .subscribeOn(Schedulers.computation());
    long count =
        reactor.blockingCall(
            () -> Source.from(flow(elsewhere)).forEach(data -> data.position(data.limit())), SOON);
    assertThat(count).isEqualTo(4L * MANY);
    assertThat(most.get()).isBetween(1L, 16L);
  }

  @Test
  void d12ASynchronousPublisherIsNoDeeperForMoreItems() throws Exception {
    long count = reactor.blockingCall(() -> Source.from(flow(bytes(MANY))).forEach(d -> {}), SOON);
    assertThat(count).isEqualTo(4L * MANY);
  }

  @Test
  void d12ASynchronousPublisherWithoutEndLetsOthersHaveTheirTurns() throws Exception {
    Flowable<ByteBuffer> endless = bytes(1).repeat();
    Source source = Source.from(flow(endless));
    reactor.execute(() -> source.forEach(data -> {}).exceptionally(failure -> 0L).isDone());
    for (int i = 0; i < 10; i++) {
      assertThat(inReactor(() -> "served")).isEqualTo("served");
    }
    reactor.execute(source::stop);
    assertThat(inReactor(() -> "free again")).isEqualTo("free again");
  }

  @Test
  void d12AFailureElsewhereFailsTheFlow() {
    var failure = new IOException("on purpose");
    Flowable<ByteBuffer> failing =
        bytes(3).concatWith(Flowable.error(failure)).observeOn(Schedulers.single());
    assertThatThrownBy(
            () -> reactor.blockingCall(() -> Source.from(flow(failing)).bytes(1_000), SOON))
        .isSameAs(failure);
  }

  @Test
  void d12StoppingTheSourceCancelsElsewhere() throws Exception {
    var cancelled = new CompletableFuture<Void>();
    Flowable<ByteBuffer> endless =
        bytes(1).repeat().doOnCancel(() -> cancelled.complete(null)).subscribeOn(Schedulers.io());
    assertThatThrownBy(() ->
            reactor.blockingCall(
                () -> {
                  Source source = Source.from(flow(endless));
                  return source.forEach(data -> source.stop());
                },
                SOON))
        .isInstanceOf(CancellationException.class);
    cancelled.get(20, TimeUnit.SECONDS);
  }

  // ---- To them --------------------------------------------------------------------------------

  /** A source of ours that has many items. */
  private static Source source(int count) {
    return Source.from(flow(bytes(count)));
  }

  @Test
  void d12ASourceInAnotherThreadAndInOrder() throws Exception {
    Flow.Publisher<ByteBuffer> publisher = inReactor(() -> source(MANY).toPublisher());
    var next = new AtomicLong();
    long wrong =
        rx(publisher)
            .observeOn(Schedulers.computation(), false, 8)
            .filter(data -> data.getInt(0) != next.getAndIncrement())
            .count()
            .blockingGet();
    assertThat(wrong).isZero();
    assertThat(next.get()).isEqualTo(MANY);
  }

  @Test
  void d12OneAtATimeAskedForFromInsideOfEach() throws Exception {
    Flow.Publisher<ByteBuffer> publisher = inReactor(() -> source(MANY).toPublisher());
    assertThat(rx(publisher).rebatchRequests(1).count().blockingGet()).isEqualTo(MANY);
  }

  @Test
  void d12NothingFlowsThatNobodyHasAskedFor() throws Exception {
    Flow.Publisher<ByteBuffer> publisher = inReactor(() -> source(MANY).toPublisher());
    var subscriber = new TestSubscriber<ByteBuffer>(0);
    rx(publisher).subscribe(subscriber);
    subscriber.request(3);
    subscriber.awaitCount(3);
    inReactor(() -> "once more around");
    subscriber.assertValueCount(3).assertNotComplete().assertNoErrors();
    subscriber.cancel();
  }

  @Test
  void d12CancellingThereStopsTheSource() throws Exception {
    var cancelled = new CompletableFuture<Void>();
    Flow.Publisher<ByteBuffer> publisher =
        inReactor(() ->
            Source.from(flow(bytes(1).repeat().doOnCancel(() -> cancelled.complete(null))))
                .toPublisher());
    assertThat(rx(publisher).take(10).count().blockingGet()).isEqualTo(10);
    cancelled.get(20, TimeUnit.SECONDS);
  }

  @Test
  void d12AFailureHereIsOneThere() throws Exception {
    var failure = new IOException("on purpose");
    Flow.Publisher<ByteBuffer> publisher =
        inReactor(
            () -> Source.from(flow(bytes(2).concatWith(Flowable.error(failure)))).toPublisher());
    var subscriber = new TestSubscriber<ByteBuffer>();
    rx(publisher).subscribe(subscriber);
    subscriber.await(20, TimeUnit.SECONDS);
    subscriber.assertValueCount(2).assertError(failure);
  }

  @Test
  void d12ADeferredBecomesAFlowable() throws Exception {
    Flow.Publisher<String> publisher =
        inReactor(() -> reactor.after(Duration.ofMillis(1)).thenApply(v -> "item").toPublisher());
    assertThat(rx(publisher).observeOn(Schedulers.io()).blockingFirst()).isEqualTo("item");
  }

  @Test
  void d12DisposingOfTheFlowableCancelsTheDeferred() throws Exception {
    var cancelled = new CompletableFuture<Void>();
    Flow.Publisher<String> publisher =
        inReactor(() ->
            Promise.<String>create()
                .onCancel(() -> cancelled.complete(null))
                .deferred()
                .toPublisher());
    rx(publisher).subscribe().dispose();
    cancelled.get(20, TimeUnit.SECONDS);
  }
}
