package io.tendril.core.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes out of a call from another thread. */
@Timeout(30)
class BlockingCallTest {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final Reactor reactor = Reactor.create().start();

  @AfterEach
  void stop() throws Exception {
    reactor.stop();
    reactor.awaitStopped(LONGEST);
  }

  /** Those that a future of the JDK's wraps or takes apart, too. */
  static List<Throwable> failures() {
    var inner = new CancellationException("the inner");
    var outer = new CancellationException("the outer");
    outer.initCause(inner);
    return List.of(
        new IOException("checked"),
        inner,
        outer,
        new CompletionException("around another", new IOException("the other")),
        new ExecutionException("around another", new IOException("the other")),
        new AssertionError("an error"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureComesOutAsItIs(Throwable failure) {
    assertThatThrownBy(() -> reactor.blockingCall(() -> Deferred.failed(failure), LONGEST))
        .isSameAs(failure);
  }

  @Test
  void aFailureThatNoMethodDeclaresComesAsACause() {
    var failure = new Throwable("neither");
    assertThatThrownBy(() -> reactor.blockingCall(() -> Deferred.failed(failure), LONGEST))
        .isInstanceOf(ExecutionException.class)
        .hasCause(failure);
  }

  @Test
  void aCancellationOfWhatItWaitsForComesOut() {
    assertThatThrownBy(() ->
            reactor.blockingCall(
                () -> {
                  Promise<String> promise = reactor.promise();
                  reactor.execute(promise.deferred()::cancel);
                  return promise.deferred();
                },
                LONGEST))
        .isExactlyInstanceOf(CancellationException.class)
        .hasNoCause();
  }

  @Test
  void anInterruptCancelsWhatItWaitsFor() throws Exception {
    var cancelled = new CountDownLatch(1);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() ->
            reactor.blockingCall(
                () -> {
                  Promise<String> promise = reactor.promise();
                  promise.onCancel(cancelled::countDown);
                  return promise.deferred();
                },
                LONGEST))
        .isInstanceOf(InterruptedException.class);
    assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void thereIsNoLongestTimeThatIsTooLong() throws Exception {
    String value =
        reactor.blockingCall(
            () -> reactor.after(Duration.ofMillis(1)).thenApply(_ -> "here"),
            Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(value).isEqualTo("here");
  }

  @Test
  void theEndOfTheReactorIsTold() {
    assertThatThrownBy(() ->
            reactor.blockingCall(
                () -> {
                  reactor.stop();
                  return reactor.<String>promise().deferred();
                },
                LONGEST))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("stopped before there was a result");
  }
}
