package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.Seen;
import io.tendril.core.doubles.Subscribed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every source can do: D12 (Flow, both ways), P2 (pipes), and collecting. */
class SourceTest {
  private static final Duration SOON = Duration.ofSeconds(20);

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

  private static ByteBuffer buffer(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }

  /** A source that the test drives; it reuses its buffer, as transports do. */
  private final class Driven implements Source {
    Promise<Long> end;
    Receiver receiver;
    boolean paused;
    boolean stopped;
    long count;

    @Override
    public Deferred<Long> forEach(Receiver consumer) {
      receiver = consumer;
      end = Promise.create();
      end.onCancel(this::stop);
      return end.deferred();
    }

    void give(String text) {
      ByteBuffer buffer = buffer(text);
      count += buffer.remaining();
      try {
        receiver.accept(buffer);
      } catch (Exception e) {
        stopped = true;
        end.fail(e);
      }
      java.util.Arrays.fill(buffer.array(), (byte) '!');
    }

    void finish() {
      end.succeed(count);
    }

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      paused = false;
    }

    @Override
    public void stop() {
      stopped = true;
      if (end != null && !end.isDone()) {
        end.fail(new CancellationException());
      }
    }
  }

  // ---- bytes ----------------------------------------------------------------------------------

  @Test
  void allBytesAreCollected() {
    var source = new Driven();
    Seen<ByteBuffer> seen = Seen.of(source.bytes(10_000));
    var expected = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      source.give("line " + i % 10 + "\n");
      expected.append("line ").append(i % 10).append("\n");
    }
    assertThat(seen.nothing()).isTrue();
    source.finish();
    assertThat(text(seen.value())).isEqualTo(expected.toString());
  }

  @Test
  void noBytesAreCollectedAsNone() {
    var source = new Driven();
    Seen<ByteBuffer> seen = Seen.of(source.bytes(0));
    source.finish();
    assertThat(seen.value().remaining()).isZero();
    assertThatThrownBy(() -> source.bytes(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void exactlyTheLimitIsTakenAndOneMoreIsNot() {
    var source = new Driven();
    Seen<ByteBuffer> seen = Seen.of(source.bytes(8));
    source.give("1234");
    source.give("5678");
    source.finish();
    assertThat(text(seen.value())).isEqualTo("12345678");
    var longer = new Driven();
    Seen<ByteBuffer> failed = Seen.of(longer.bytes(8));
    longer.give("1234");
    longer.give("56789");
    assertThat(longer.stopped).isTrue();
    assertThat(failed.failure(Source.LimitExceeded.class).limit()).isEqualTo(8);
  }

  // ---- To a publisher -------------------------------------------------------------------------

  private final Subscribed<ByteBuffer> subscriber = new Subscribed<>();

  private List<Object> signals() {
    return subscriber.signals.stream()
        .map(signal -> signal instanceof ByteBuffer bytes ? text(bytes) : signal)
        .toList();
  }

  @Test
  void d12ItFlowsFromTheFirstDemandOn() {
    var source = new Driven();
    source.toPublisher().subscribe(subscriber);
    assertThat(source.receiver).isNull();
    subscriber.subscription.request(2);
    source.give("a");
    assertThat(source.paused).isFalse();
    source.give("b");
    assertThat(source.paused).isTrue();
    subscriber.subscription.request(1);
    assertThat(source.paused).isFalse();
    source.give("c");
    source.finish();
    assertThat(signals()).containsExactly("subscribed", "a", "b", "c", "completed");
  }

  @Test
  void d12DemandInsideOfTheSignals() {
    var source = new Driven();
    subscriber.whenSubscribed = () -> subscriber.subscription.request(1);
    subscriber.whenNext = () -> subscriber.subscription.request(1);
    source.toPublisher().subscribe(subscriber);
    for (int i = 0; i < 3; i++) {
      source.give("" + i);
      assertThat(source.paused).isFalse();
    }
    source.finish();
    assertThat(signals()).containsExactly("subscribed", "0", "1", "2", "completed");
  }

  @Test
  void d12DemandWithoutEnd() {
    var source = new Driven();
    source.toPublisher().subscribe(subscriber);
    subscriber.subscription.request(Long.MAX_VALUE);
    subscriber.subscription.request(Long.MAX_VALUE);
    for (int i = 0; i < 100; i++) {
      source.give("x");
    }
    source.give("");
    assertThat(source.paused).isFalse();
    assertThat(signals()).hasSize(101);
    source.finish();
  }

  @Test
  void d12AFailureOfTheSourceIsSignalled() {
    var source = new Driven();
    source.toPublisher().subscribe(subscriber);
    subscriber.subscription.request(1);
    var failure = new IOException();
    source.end.fail(failure);
    assertThat(signals()).containsExactly("subscribed", failure);
  }

  @Test
  void d12ASubscriberThatCancelsStopsTheSource() {
    var source = new Driven();
    source.toPublisher().subscribe(subscriber);
    subscriber.subscription.request(5);
    source.give("a");
    subscriber.subscription.cancel();
    subscriber.subscription.cancel();
    subscriber.subscription.request(1);
    assertThat(source.stopped).isTrue();
    assertThat(signals()).containsExactly("subscribed", "a");
  }

  @Test
  void d12ACancelBeforeAnyDemandStopsTheSourceToo() {
    var source = new Driven();
    subscriber.whenSubscribed = () -> subscriber.subscription.cancel();
    source.toPublisher().subscribe(subscriber);
    assertThat(source.stopped).isTrue();
    assertThat(signals()).containsExactly("subscribed");
  }

  @Test
  void d12ARequestForLessThanOneIsAnError() {
    var source = new Driven();
    source.toPublisher().subscribe(subscriber);
    subscriber.subscription.request(1);
    subscriber.subscription.request(-1);
    assertThat(source.stopped).isTrue();
    assertThat(signals()).hasSize(2);
    assertThat(signals().getLast()).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void d12ASubscriberThatThrowsIsReportedAndCancelled() {
    var source = new Driven();
    var thrown = new IllegalStateException("in onNext");
    subscriber.whenNext =
        () -> {
          throw thrown;
        };
    source.toPublisher().subscribe(subscriber);
    subscriber.subscription.request(5);
    source.give("a");
    assertThat(source.stopped).isTrue();
    assertThat(reactor.events).containsExactly(new ReactorEvent.FailureUnhandled(thrown, null));
    reactor.events.clear();
  }

  @Test
  void d12ASourceFlowsOnceAndTakesOneSubscriber() {
    Flow.Publisher<ByteBuffer> publisher = new Driven().toPublisher();
    publisher.subscribe(subscriber);
    var second = new Subscribed<ByteBuffer>();
    publisher.subscribe(second);
    assertThat(second.signals.getLast()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> publisher.subscribe(null)).isInstanceOf(NullPointerException.class);
  }

  // ---- From a publisher -----------------------------------------------------------------------

  /** A publisher that the test drives. */
  private final class DrivenPublisher implements Flow.Publisher<ByteBuffer>, Flow.Subscription {
    Flow.Subscriber<? super ByteBuffer> subscriber;
    long requested;
    boolean cancelled;

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> given) {
      subscriber = given;
      given.onSubscribe(this);
    }

    @Override
    public void request(long n) {
      requested += n;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  @Test
  void d12ItemsFlowToTheConsumerAndAreAskedForAgain() {
    var publisher = new DrivenPublisher();
    Source source = Source.from(publisher);
    assertThat(publisher.subscriber).isNull();
    Seen<Long> seen = Seen.of(source.forEach(data -> log.add(text(data))));
    assertThat(publisher.requested).isEqualTo(16);
    publisher.subscriber.onNext(buffer("one"));
    publisher.subscriber.onNext(buffer("two"));
    assertThat(publisher.requested).isEqualTo(18);
    publisher.subscriber.onComplete();
    assertThat(log).containsExactly("one", "two");
    assertThat(seen.value()).isEqualTo(6);
  }

  @Test
  void d12PausedNoMoreThanWasAskedForWaits() {
    var publisher = new DrivenPublisher();
    Source source = Source.from(publisher);
    Seen<Long> seen =
        Seen.of(
            source.forEach(data -> {
              log.add(text(data));
              source.pause();
            }));
    for (int i = 0; i < 17; i++) {
      publisher.subscriber.onNext(buffer("x"));
    }
    publisher.subscriber.onComplete();
    assertThat(publisher.requested).isEqualTo(17);
    assertThat(log).hasSize(1);
    for (int i = 2; i <= 17; i++) {
      source.resume();
      assertThat(log).hasSize(i - 1); // never from inside of the call
      reactor.settle();
      assertThat(log).hasSize(i);
    }
    assertThat(seen.value()).isEqualTo(17);
  }

  @Test
  void d12MoreThanWasAskedForIsAFailure() {
    var publisher = new DrivenPublisher();
    Source source = Source.from(publisher);
    Seen<Long> seen = Seen.of(source.forEach(data -> log.add("no")));
    source.pause();
    for (int i = 0; i < 17; i++) {
      publisher.subscriber.onNext(buffer("x"));
    }
    assertThat(seen.failure(IllegalStateException.class)).hasMessageContaining("asked for");
    assertThat(publisher.cancelled).isTrue();
  }

  @Test
  void d12AnErrorIsToldThoughPaused() {
    var publisher = new DrivenPublisher();
    Source source = Source.from(publisher);
    Seen<Long> seen = Seen.of(source.forEach(data -> log.add("no")));
    source.pause();
    publisher.subscriber.onNext(buffer("x"));
    publisher.subscriber.onError(new IOException());
    assertThat(seen.failure(IOException.class)).isNotNull();
    assertThat(log).isEmpty();
  }

  @Test
  void d12StoppingAndCancellingCancelTheSubscription() {
    for (Consumer<Object[]> way :
        List.<Consumer<Object[]>>of(
            both -> ((Source) both[0]).stop(), both -> ((Deferred<?>) both[1]).cancel())) {
      var publisher = new DrivenPublisher();
      Source source = Source.from(publisher);
      Deferred<Long> flow = source.forEach(data -> log.add("no"));
      Seen<Long> seen = Seen.of(flow);
      way.accept(new Object[] {source, flow});
      way.accept(new Object[] {source, flow});
      publisher.subscriber.onNext(buffer("late"));
      assertThat(publisher.cancelled).isTrue();
      assertThat(seen.failure(CancellationException.class)).isNotNull();
    }
    assertThat(log).isEmpty();
  }

  @Test
  void d12StoppedBeforeItFlows() {
    var publisher = new DrivenPublisher();
    Source source = Source.from(publisher);
    source.stop();
    assertThat(Seen.of(source.forEach(data -> {})).failure(CancellationException.class))
        .isNotNull();
    assertThat(publisher.subscriber).isNull();
    assertThatThrownBy(() -> source.forEach(data -> {})).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void d12AConsumerThatThrowsCancels() {
    var publisher = new DrivenPublisher();
    var thrown = new IOException();
    Seen<Long> seen =
        Seen.of(
            Source.from(publisher)
                .forEach(data -> {
                  throw thrown;
                }));
    publisher.subscriber.onNext(buffer("x"));
    assertThat(seen.failure(IOException.class)).isSameAs(thrown);
    assertThat(publisher.cancelled).isTrue();
  }

  @Test
  void d12APublisherThatThrowsFailsTheFlow() {
    var thrown = new IllegalStateException("in subscribe");
    Source source =
        Source.from(subscriber -> {
          throw thrown;
        });
    assertThat(Seen.of(source.forEach(data -> {})).failure(Throwable.class)).isSameAs(thrown);
  }

  @Test
  void d12ThereAndBackInOtherThreadsAtRandomPaces() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("SourceTest: seed " + seed);
    var random = new Random(seed);
    Reactor loop = Reactor.create().start();
    try (var publisher = new SubmissionPublisher<ByteBuffer>()) {
      var expected = new StringBuilder();
      var answer = new CompletableFuture<String>();
      var ready = new CompletableFuture<Flow.Publisher<ByteBuffer>>();
      loop.execute(() -> {
        Source source = Source.from(publisher);
        ready.complete(source.toPublisher());
      });
      Flow.Publisher<ByteBuffer> there = ready.get(20, TimeUnit.SECONDS);
      loop.execute(() ->
          Source.from(there)
              .bytes(1_000_000)
              .whenComplete((bytes, failure) -> {
                if (failure == null) {
                  answer.complete(text(bytes));
                } else {
                  answer.completeExceptionally(failure);
                }
              }));
      loop.blockingCall(Deferred::done, SOON);
      for (int i = 0; i < 2000; i++) {
        String piece = "piece " + random.nextInt(1000) + ";";
        expected.append(piece);
        publisher.submit(buffer(piece));
      }
      publisher.close();
      assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(expected.toString());
    } finally {
      loop.stop();
      loop.awaitStopped(SOON);
    }
  }

  // ---- Pipes ----------------------------------------------------------------------------------

  /** A sink that the test opens and closes. */
  private final class DrivenSink implements Sink {
    final StringBuilder written = new StringBuilder();
    boolean writable = true;
    Runnable whenWritable;
    Consumer<? super Throwable> whenClosed;

    @Override
    public void write(ByteBuffer data) {
      written.append(text(data));
    }

    @Override
    public boolean writable() {
      return writable;
    }

    @Override
    public void onWritable(Runnable action) {
      whenWritable = action;
    }

    @Override
    public Registration onClosed(Consumer<? super Throwable> action) {
      whenClosed = action;
      return () -> whenClosed = null;
    }
  }

  @Test
  void p2APipeFlowsAtTheSinksPace() {
    var source = new Driven();
    var sink = new DrivenSink();
    Seen<Long> seen = Seen.of(source.pipeTo(sink));
    source.give("a");
    sink.writable = false;
    source.give("b");
    assertThat(source.paused).isTrue();
    sink.writable = true;
    sink.whenWritable.run();
    assertThat(source.paused).isFalse();
    source.give("c");
    source.finish();
    assertThat(sink.written.toString()).isEqualTo("abc");
    assertThat(seen.value()).isEqualTo(3);
    assertThat(seen.times()).isOne();
    assertThat(sink.whenClosed).as("what is left behind in a sink that lives on").isNull();
  }

  @Test
  void p2AClosedSinkStopsTheSource() {
    var source = new Driven();
    var sink = new DrivenSink();
    Seen<Long> seen = Seen.of(source.pipeTo(sink));
    source.give("a");
    var reason = new IOException("closed");
    sink.whenClosed.accept(reason);
    assertThat(source.stopped).isTrue();
    assertThat(seen.failure(IOException.class)).isSameAs(reason);
  }

  @Test
  void p2AFailureOfTheSourceFailsThePipe() {
    var source = new Driven();
    Seen<Long> seen = Seen.of(source.pipeTo(new DrivenSink()));
    var failure = new IOException();
    source.end.fail(failure);
    assertThat(seen.failure(IOException.class)).isSameAs(failure);
  }

  @Test
  void p2CancellingAPipeStopsTheSource() {
    var source = new Driven();
    Deferred<Long> pipe = source.pipeTo(new DrivenSink());
    Seen<Long> seen = Seen.of(pipe);
    pipe.cancel();
    assertThat(source.stopped).isTrue();
    assertThat(seen.failure(CancellationException.class)).isNotNull();
  }
}
