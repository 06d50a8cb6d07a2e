package io.tendril.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.Seen;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** D12: completion stages both ways, and waiting from other threads. */
class BridgesTest {
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

  // ---- To a stage -----------------------------------------------------------------------------

  @Test
  void d12AValueBecomesTheStages() {
    Promise<String> promise = Promise.create();
    CompletableFuture<String> future = promise.deferred().toCompletionStage().toCompletableFuture();
    assertThat(future).isNotDone();
    promise.succeed("v");
    assertThat(future).isCompletedWithValue("v");
    assertThat(Deferred.succeeded(1).toCompletionStage().toCompletableFuture())
        .isCompletedWithValue(1);
  }

  @Test
  void d12AFailureBecomesTheStages() {
    var failure = new IOException();
    CompletableFuture<String> future =
        Deferred.<String>failed(failure).toCompletionStage().toCompletableFuture();
    assertThatThrownBy(future::join).isInstanceOf(CompletionException.class).hasCause(failure);
  }

  @Test
  void d12CancellingTheStageCancelsTheDeferred() {
    Promise<String> promise = Promise.create();
    promise.onCancel(() -> log.add("cancelled"));
    CompletableFuture<String> future = promise.deferred().toCompletionStage().toCompletableFuture();
    assertThat(future.cancel(true)).isTrue();
    assertThat(log).containsExactly("cancelled");
    assertThat(future).isCancelled();
    future.cancel(true);
    assertThat(log).hasSize(1);
  }

  @Test
  void d12CancellingTheDeferredCancelsTheStage() {
    Promise<String> promise = Promise.create();
    CompletableFuture<String> future = promise.deferred().toCompletionStage().toCompletableFuture();
    promise.deferred().cancel();
    assertThat(future).isCancelled();
  }

  @Test
  void d12TheStageMayBeCancelledFromAnyThread() throws Exception {
    Reactor loop = Reactor.create(ReactorOptions.defaults().withName("loop")).start();
    try {
      var future = new CompletableFuture<CompletableFuture<String>>();
      var cancelledIn = new CompletableFuture<String>();
      loop.execute(() -> {
        Promise<String> promise = Promise.create();
        promise.onCancel(() -> cancelledIn.complete(Thread.currentThread().getName()));
        future.complete(promise.deferred().toCompletionStage().toCompletableFuture());
      });
      future.get(20, TimeUnit.SECONDS).cancel(false);
      assertThat(cancelledIn.get(20, TimeUnit.SECONDS)).isEqualTo("loop");
    } finally {
      loop.stop();
      loop.awaitStopped(SOON);
    }
  }

  // ---- From a stage ---------------------------------------------------------------------------

  @Test
  void d12AStagesValueBecomesTheDeferreds() {
    var future = new CompletableFuture<String>();
    Seen<String> seen = Seen.of(Deferred.from(future));
    assertThat(seen.nothing()).isTrue();
    future.complete("v");
    assertThat(seen.value()).isEqualTo("v");
    assertThat(Seen.of(Deferred.from(CompletableFuture.completedStage("w"))).value())
        .isEqualTo("w");
  }

  @Test
  void d12AStagesFailureIsUnwrapped() {
    var failure = new IOException();
    var future = new CompletableFuture<String>();
    Seen<String> seen =
        Seen.of(Deferred.from(future.thenApply(v -> v + "!").thenApply(v -> v + "!")));
    future.completeExceptionally(failure);
    assertThat(seen.failure(IOException.class)).isSameAs(failure);
  }

  @Test
  void d12AStageMayEndInAnyThread() throws Exception {
    Reactor loop = Reactor.create().start();
    try {
      var future = new CompletableFuture<String>();
      var started = new CompletableFuture<Void>();
      Thread.ofPlatform()
          .start(() -> {
            started.join();
            future.complete("v");
          });
      String thread =
          loop.blockingCall(
              () -> {
                Deferred<String> deferred =
                    Deferred.from(future).thenApply(v -> v + Reactor.current().getClass());
                started.complete(null);
                return deferred;
              },
              SOON);
      assertThat(thread).startsWith("vclass");
    } finally {
      loop.stop();
      loop.awaitStopped(SOON);
    }
  }

  @Test
  void d12CancellingTheDeferredCancelsTheFuture() {
    var future = new CompletableFuture<String>();
    Deferred<String> deferred = Deferred.from(future);
    Seen<String> seen = Seen.of(deferred);
    deferred.cancel();
    assertThat(future).isCancelled();
    assertThat(seen.failure(CancellationException.class).getSuppressed()).isEmpty();
  }

  @Test
  void d12CancellingAStageThatIsNoFutureIsLeftOut() {
    var future = new CompletableFuture<String>();
    Deferred<String> deferred = Deferred.from(new UncancellableStage(future));
    Seen<String> seen = Seen.of(deferred);
    deferred.cancel();
    assertThat(seen.failure(CancellationException.class).getSuppressed()).isEmpty();
    future.complete("late");
    assertThat(seen.times()).isOne();
  }

  private static final class UncancellableStage extends CompletableFuture<String> {
    UncancellableStage(CompletableFuture<String> source) {
      source.thenAccept(this::complete);
    }

    @Override
    public CompletableFuture<String> toCompletableFuture() {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void d12CancellingTheFutureCancelsTheDeferred() {
    var future = new CompletableFuture<String>();
    Seen<String> seen = Seen.of(Deferred.from(future));
    future.cancel(true);
    assertThat(seen.failure(CancellationException.class)).isNotNull();
  }

  @Test
  void d12ADeferredInsideAStageIsAnError() {
    CompletableFuture<Deferred<String>> future = new CompletableFuture<>();
    Seen<Deferred<String>> seen = Seen.of(Deferred.from(future));
    future.complete(Deferred.succeeded("v"));
    assertThat(seen.failure(IllegalStateException.class)).isNotNull();
  }

  @Test
  void d12WithoutALoopAPendingStageIsRefused() throws Exception {
    var thread =
        Thread.ofPlatform()
            .start(() -> {
              assertThatThrownBy(() -> Deferred.from(new CompletableFuture<String>()))
                  .isInstanceOf(IllegalStateException.class);
              Seen<String> seen = Seen.of(Deferred.from(CompletableFuture.completedFuture("v")));
              log.add(seen.value());
            });
    thread.join();
    assertThat(log).containsExactly("v");
  }

  // ---- blockingCall ---------------------------------------------------------------------------

  @Test
  void d12BlockingCallWaitsInAnotherThread() throws Exception {
    Reactor loop = Reactor.create().start();
    try {
      String done =
          loop.blockingCall(() -> loop.after(Duration.ofMillis(1)).thenApply(v -> "done"), SOON);
      assertThat(done).isEqualTo("done");
      var failure = new IOException();
      assertThatThrownBy(() -> loop.blockingCall(() -> Deferred.failed(failure), SOON))
          .isSameAs(failure);
      assertThatThrownBy(() ->
              loop.blockingCall(
                  () -> {
                    throw failure;
                  },
                  SOON))
          .isSameAs(failure);
    } finally {
      loop.stop();
      loop.awaitStopped(SOON);
    }
  }

  @Test
  void d12BlockingCallInTheReactorsThreadThrows() throws Exception {
    Reactor loop = Reactor.create().start();
    try {
      assertThatThrownBy(() ->
              loop.blockingCall(() -> Deferred.of(() -> Deferred.succeeded(nested(loop))), SOON))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("wait for itself");
    } finally {
      loop.stop();
      loop.awaitStopped(SOON);
    }
  }

  private static String nested(Reactor loop) throws Exception {
    return loop.blockingCall(() -> Deferred.succeeded("never"), SOON);
  }

  @Test
  void d12BlockingCallEndsWithTheReactor() throws Exception {
    Reactor loop = Reactor.create().start();
    var waits = new CompletableFuture<Void>();
    waits.thenRun(loop::stop);
    assertThatThrownBy(() ->
            loop.blockingCall(
                () -> {
                  waits.complete(null);
                  return Promise.create().deferred();
                },
                SOON))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("stopped before");
    loop.awaitStopped(SOON);
    assertThatThrownBy(() -> loop.blockingCall(Deferred::done, SOON))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void d12BlockingCallThatIsInterruptedCancels() throws Exception {
    Reactor loop = Reactor.create().start();
    try {
      var cancelled = new CompletableFuture<Void>();
      var thrown = new CompletableFuture<Throwable>();
      var begun = new CompletableFuture<Void>();
      Thread waiting =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  loop.blockingCall(
                      () -> {
                        begun.complete(null);
                        return Promise.create().onCancel(() -> cancelled.complete(null)).deferred();
                      },
                      Duration.ofDays(1));
                } catch (Throwable e) {
                  thrown.complete(e);
                }
              });
      begun.get(20, TimeUnit.SECONDS);
      waiting.interrupt();
      assertThat(thrown.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
      cancelled.get(20, TimeUnit.SECONDS);
    } finally {
      loop.stop();
      loop.awaitStopped(SOON);
    }
  }

  @Test
  void d12BlockingCallThatTakesTooLongCancels() throws Exception {
    Reactor loop = Reactor.create().start();
    try {
      var cancelled = new CompletableFuture<Void>();
      assertThatThrownBy(() ->
              loop.blockingCall(
                  () ->
                      Promise.<String>create().onCancel(() -> cancelled.complete(null)).deferred(),
                  Duration.ofMillis(5)))
          .isInstanceOf(TimeoutException.class);
      cancelled.get(20, TimeUnit.SECONDS);
    } finally {
      loop.stop();
      loop.awaitStopped(SOON);
    }
  }
}
