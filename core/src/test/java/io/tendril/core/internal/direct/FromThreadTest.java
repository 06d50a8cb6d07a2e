package io.tendril.core.internal.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Reactor;
import io.tendril.core.ReactorOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Operations that a thread waits for, without a connection below them. */
@Timeout(30)
class FromThreadTest {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final Reactor reactor =
      Reactor.create(ReactorOptions.defaults().withShutdownDeadline(Duration.ofMillis(50))).start();
  private final FromThread calls = new FromThread(reactor, "a stream");

  @AfterEach
  void stop() throws Exception {
    reactor.stop();
    reactor.awaitStopped(LONGEST);
  }

  /** Waits for what never comes. */
  private Object never() {
    return reactor.promise().deferred().await();
  }

  @Test
  void aCloseBetweenTheChecksAndTheOperationEndsIt() throws Exception {
    var prepared = calls.prepare(this::never);
    calls.close();
    assertThatThrownBy(() -> calls.await(prepared))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("a stream is closed");
  }

  @Test
  void whatIsGivenUpBeforeItBeginsDoesNotBegin() throws Exception {
    var began = new CountDownLatch(1);
    var prepared =
        calls.prepare(() -> {
          began.countDown();
          return never();
        });
    prepared.giveUp();
    assertThatThrownBy(() -> calls.await(prepared))
        .isInstanceOf(IOException.class)
        .hasCauseInstanceOf(CancellationException.class);
    assertThat(began.getCount()).isOne();
  }

  @Test
  void theEndOfTheReactorEndsAnOperationThatDoesNotEndItself() {
    assertThatThrownBy(() ->
            calls.call(() -> {
              reactor.stop();
              try {
                return never();
              } catch (CancellationException e) {
                return never();
              }
            }))
        .isExactlyInstanceOf(IOException.class)
        .hasMessageContaining("stopped before there was a result");
  }

  @Test
  void afterTheEndOfTheReactorThereIsNoOperation() throws Exception {
    stop();
    assertThatThrownBy(() -> calls.call(() -> "never"))
        .isExactlyInstanceOf(IOException.class)
        .hasMessageStartingWith("a stream: ")
        .hasCauseInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void anErrorComesOutAsItIs() {
    var failure = new AssertionError("on purpose");
    assertThatThrownBy(() ->
            calls.call(() -> {
              throw failure;
            }))
        .isSameAs(failure);
  }

  @Test
  void anOperationThatHasEndedIsNotHitByAClose() throws Exception {
    assertThat(calls.call(() -> "here")).isEqualTo("here");
    var other = new CountDownLatch(1);
    reactor.execute(other::countDown);
    calls.close();
    assertThat(other.await(20, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> calls.call(() -> "here")).hasMessage("a stream is closed");
  }
}
