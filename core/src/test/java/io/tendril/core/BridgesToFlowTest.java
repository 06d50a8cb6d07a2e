package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.Seen;
import io.tendril.core.doubles.Subscribed;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** D12: a Deferred and Flow.Publisher, both ways. */
class BridgesToFlowTest {
  private final List<Object> log = new ArrayList<>();
  private final Subscribed<String> subscriber = new Subscribed<>();
  private ManualReactor reactor;
  private Promise<String> promise;

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
    promise = Promise.<String>create().onCancel(() -> log.add("cancelled"));
  }

  @AfterEach
  void close() {
    reactor.close();
    assertThat(reactor.events).isEmpty();
  }

  // ---- To a publisher -------------------------------------------------------------------------

  @Test
  void d12TheItemComesWhenItIsThereAndAskedFor() {
    promise.deferred().toPublisher().subscribe(subscriber);
    promise.succeed("v");
    assertThat(subscriber.signals).containsExactly("subscribed");
    subscriber.subscription.request(5);
    subscriber.subscription.request(5);
    assertThat(subscriber.signals).containsExactly("subscribed", "v", "completed");
  }

  @Test
  void d12AskedForBeforeItIsThere() {
    subscriber.whenSubscribed = () -> subscriber.subscription.request(1);
    promise.deferred().toPublisher().subscribe(subscriber);
    assertThat(subscriber.signals).containsExactly("subscribed");
    promise.succeed("v");
    assertThat(subscriber.signals).containsExactly("subscribed", "v", "completed");
  }

  @Test
  void d12AskedForInsideOfTheSubscriptionWhenItIsThere() {
    subscriber.whenSubscribed = () -> subscriber.subscription.request(1);
    Deferred.succeeded("v").toPublisher().subscribe(subscriber);
    assertThat(subscriber.signals).containsExactly("subscribed", "v", "completed");
  }

  @Test
  void d12NothingToTellIsNoItem() {
    promise.deferred().toPublisher().subscribe(subscriber);
    promise.succeed(null);
    assertThat(subscriber.signals).containsExactly("subscribed", "completed");
  }

  @Test
  void d12AFailureNeedsNoDemand() {
    promise.deferred().toPublisher().subscribe(subscriber);
    var failure = new IOException();
    promise.fail(failure);
    assertThat(subscriber.signals).containsExactly("subscribed", failure);
  }

  @Test
  void d12ASubscriberThatCancelsCancelsTheDeferred() {
    promise.deferred().toPublisher().subscribe(subscriber);
    subscriber.subscription.cancel();
    subscriber.subscription.cancel();
    subscriber.subscription.request(1);
    assertThat(log).containsExactly("cancelled");
    assertThat(subscriber.signals).containsExactly("subscribed");
  }

  @Test
  void d12CancelledInsideOfTheSubscription() {
    subscriber.whenSubscribed = () -> subscriber.subscription.cancel();
    promise.deferred().toPublisher().subscribe(subscriber);
    assertThat(log).containsExactly("cancelled");
    assertThat(subscriber.signals).containsExactly("subscribed");
  }

  @Test
  void d12ARequestForNothingIsAnError() {
    promise.deferred().toPublisher().subscribe(subscriber);
    subscriber.subscription.request(0);
    assertThat(subscriber.signals).hasSize(2);
    assertThat(subscriber.signals.getLast()).isInstanceOf(IllegalArgumentException.class);
    assertThat(log).containsExactly("cancelled");
  }

  @Test
  void d12ASecondSubscriberIsRefused() {
    Flow.Publisher<String> publisher = promise.deferred().toPublisher();
    publisher.subscribe(subscriber);
    var second = new Subscribed<String>();
    publisher.subscribe(second);
    assertThat(second.signals.getLast()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> publisher.subscribe(null)).isInstanceOf(NullPointerException.class);
    subscriber.subscription.cancel();
  }

  @Test
  void d12SomebodyElseWasFaster() {
    Flow.Publisher<String> publisher = promise.deferred().toPublisher();
    Seen<String> seen = Seen.of(promise.deferred());
    publisher.subscribe(subscriber);
    assertThat(subscriber.signals.getLast()).isInstanceOf(IllegalStateException.class);
    promise.succeed("v");
    assertThat(seen.value()).isEqualTo("v");
  }

  // ---- From a publisher -----------------------------------------------------------------------

  /** A publisher that the test drives. */
  private final class Driven implements Flow.Publisher<String>, Flow.Subscription {
    Flow.Subscriber<? super String> subscriber;

    @Override
    public void subscribe(Flow.Subscriber<? super String> given) {
      subscriber = given;
    }

    @Override
    public void request(long n) {
      log.add("request " + n);
    }

    @Override
    public void cancel() {
      log.add("cancel");
    }
  }

  @Test
  void d12TheFirstItemOfAPublisher() {
    var publisher = new Driven();
    Seen<String> seen = Seen.of(Deferred.from(publisher));
    publisher.subscriber.onSubscribe(publisher);
    publisher.subscriber.onNext("v");
    publisher.subscriber.onNext("w");
    publisher.subscriber.onComplete();
    assertThat(seen.value()).isEqualTo("v");
    assertThat(log).contains("request 1", "cancel");
  }

  @Test
  void d12AnEmptyPublisherAndAFailedOne() {
    var empty = new Driven();
    Seen<String> seen = Seen.of(Deferred.from(empty));
    empty.subscriber.onSubscribe(empty);
    empty.subscriber.onComplete();
    assertThat(seen.failure(NoSuchElementException.class)).isNotNull();
    var failing = new Driven();
    Seen<String> failed = Seen.of(Deferred.from(failing));
    failing.subscriber.onSubscribe(failing);
    failing.subscriber.onError(new IOException());
    assertThat(failed.failure(IOException.class)).isNotNull();
  }

  @Test
  void d12CancellingCancelsTheSubscription() {
    var publisher = new Driven();
    Deferred<String> deferred = Deferred.from(publisher);
    Seen<String> seen = Seen.of(deferred);
    publisher.subscriber.onSubscribe(publisher);
    deferred.cancel();
    publisher.subscriber.onNext("late");
    assertThat(log).containsSubsequence("request 1", "cancel");
    assertThat(seen.failure(CancellationException.class)).isNotNull();
  }

  @Test
  void d12CancelledBeforeThereIsASubscription() {
    var publisher = new Driven();
    Deferred.from(publisher).cancel();
    publisher.subscriber.onSubscribe(publisher);
    assertThat(log).containsExactly("cancel");
  }

  @Test
  void d12ASecondSubscriptionIsCancelled() {
    var publisher = new Driven();
    Deferred<String> deferred = Deferred.from(publisher);
    publisher.subscriber.onSubscribe(publisher);
    publisher.subscriber.onSubscribe(publisher);
    assertThat(log).containsExactly("request 1", "cancel");
    assertThatThrownBy(() -> publisher.subscriber.onNext(null))
        .isInstanceOf(NullPointerException.class);
    deferred.cancel();
  }

  @Test
  void d12APublisherInOtherThreads() throws Exception {
    Reactor loop = Reactor.create().start();
    try (var publisher = new SubmissionPublisher<String>()) {
      String first =
          loop.blockingCall(
              () -> {
                Deferred<String> deferred = Deferred.from(publisher);
                publisher.submit("a");
                publisher.submit("b");
                return deferred;
              },
              Duration.ofSeconds(20));
      assertThat(first).isEqualTo("a");
    } finally {
      loop.stop();
      loop.awaitStopped(Duration.ofSeconds(20));
    }
  }
}
