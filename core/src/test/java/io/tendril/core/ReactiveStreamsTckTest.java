package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivex.rxjava3.core.Flowable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.testng.ITestNGListener;
import org.testng.TestListenerAdapter;
import org.testng.TestNG;

/** The Reactive Streams' own tests, of everything here that publishes or subscribes. */
public class ReactiveStreamsTckTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static Reactor reactor;

  @BeforeAll
  static void open() {
    reactor = Reactor.create().start();
  }

  @AfterAll
  static void close() throws Exception {
    reactor.stop();
    reactor.awaitStopped(SOON);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        PublisherOfADeferred.class,
        PublisherOfASource.class,
        SubscriberForADeferred.class,
        SubscriberForASource.class
      })
  void passes(Class<?> verification) {
    var results = new TestListenerAdapter();
    var tests = new TestNG(false);
    tests.setVerbose(0);
    tests.setTestClasses(new Class<?>[] {verification});
    tests.addListener((ITestNGListener) results);
    tests.run();
    assertThat(results.getFailedTests())
        .extracting(result -> result + " " + result.getThrowable())
        .isEmpty();
    assertThat(results.getPassedTests()).hasSizeGreaterThanOrEqualTo(10);
  }

  private static <T> T inReactor(Callable<T> callable) {
    try {
      return reactor.blockingCall(() -> Deferred.succeeded(callable.call()), SOON);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static TestEnvironment patient() {
    return new TestEnvironment(2_000, 50, 50);
  }

  // ---- Publishers -----------------------------------------------------------------------------

  public static final class PublisherOfADeferred extends FlowPublisherVerification<String> {
    public PublisherOfADeferred() {
      super(patient());
    }

    @Override
    public Flow.Publisher<String> createFlowPublisher(long elements) {
      return inReactor(() -> {
        Promise<String> promise = Promise.create();
        reactor.callLater(Duration.ZERO, () -> settle(promise, elements));
        return promise.deferred().toPublisher();
      });
    }

    private static void settle(Promise<String> promise, long elements) {
      if (!promise.isDone()) {
        promise.succeed(elements == 0 ? null : "item");
      }
    }

    @Override
    public Flow.Publisher<String> createFailedFlowPublisher() {
      return inReactor(() -> Deferred.<String>failed(new IOException("on purpose")).toPublisher());
    }

    @Override
    public long maxElementsFromPublisher() {
      return 1;
    }
  }

  /** A source whose bytes come from RxJava, and go out as a publisher again. */
  public static final class PublisherOfASource extends FlowPublisherVerification<ByteBuffer> {
    public PublisherOfASource() {
      super(patient());
    }

    @Override
    public Flow.Publisher<ByteBuffer> createFlowPublisher(long elements) {
      Flowable<ByteBuffer> items =
          elements == Long.MAX_VALUE
              ? Flowable.<Integer>generate(emitter -> emitter.onNext(1))
                  .map(number -> ByteBuffer.wrap(new byte[] {1}))
              : Flowable.rangeLong(0, elements)
                  .map(number -> ByteBuffer.wrap(new byte[] {number.byteValue()}));
      return inReactor(() -> Source.from(FlowAdapters.toFlowPublisher(items)).toPublisher());
    }

    @Override
    public Flow.Publisher<ByteBuffer> createFailedFlowPublisher() {
      return null; // a source fails when it flows, and it flows when it is asked for something
    }
  }

  // ---- Subscribers ----------------------------------------------------------------------------

  private static <T> Flow.Subscriber<T> subscriberOf(
      java.util.function.Consumer<Flow.Publisher<T>> use) {
    var subscriber = new CompletableFuture<Flow.Subscriber<? super T>>();
    inReactor(() -> {
      use.accept(subscriber::complete);
      return true;
    });
    @SuppressWarnings("unchecked")
    var captured = (Flow.Subscriber<T>) subscriber.join();
    return captured;
  }

  public static final class SubscriberForADeferred
      extends FlowSubscriberBlackboxVerification<String> {
    public SubscriberForADeferred() {
      super(patient());
    }

    @Override
    public Flow.Subscriber<String> createFlowSubscriber() {
      return subscriberOf(
          publisher -> Deferred.<String>from(publisher).exceptionally(failure -> null).isDone());
    }

    @Override
    public String createElement(int element) {
      return "item " + element;
    }
  }

  public static final class SubscriberForASource
      extends FlowSubscriberBlackboxVerification<ByteBuffer> {
    public SubscriberForASource() {
      super(patient());
    }

    @Override
    public Flow.Subscriber<ByteBuffer> createFlowSubscriber() {
      return subscriberOf(publisher ->
          Source.from(publisher)
              .forEach(data -> data.position(data.limit()))
              .exceptionally(failure -> -1L)
              .isDone());
    }

    @Override
    public ByteBuffer createElement(int element) {
      return ByteBuffer.wrap(new byte[] {(byte) element});
    }
  }
}
