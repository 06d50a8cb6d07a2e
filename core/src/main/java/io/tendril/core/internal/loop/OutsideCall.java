package io.tendril.core.internal.loop;

import io.tendril.core.Deferred;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A call into a reactor from another thread, which waits for what comes of it. */
final class OutsideCall<T> {
  private final LoopReactor reactor;
  private final CompletableFuture<T> answer = new CompletableFuture<>();

  /** What it waits for; touched in the reactor's thread only. */
  private @Nullable Deferred<?> running;

  OutsideCall(LoopReactor reactor) {
    this.reactor = reactor;
  }

  T await(Callable<? extends Deferred<T>> function, Duration longest) throws Exception {
    if (reactor.isCurrent()) {
      throw new IllegalStateException(
          "blockingCall in the thread of " + reactor.name() + " would wait for itself");
    }
    try {
      reactor.awaits(this);
      reactor.execute(() -> start(function));
      return answer.get(longest.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (CancellationException e) { // the JDK's, around ours
      throw e.getCause() instanceof CancellationException cause ? cause : e;
    } catch (TimeoutException e) {
      reactor.deliver(this::giveUp);
      throw new TimeoutException("no result after " + longest + " from " + reactor.name());
    } catch (InterruptedException e) {
      reactor.deliver(this::giveUp);
      throw e;
    } finally {
      reactor.awaitsNot(this);
    }
  }

  /** The reactor has ended, and nothing will come any more. */
  void ended() {
    answer.completeExceptionally(
        new CancellationException(reactor.name() + " stopped before there was a result"));
  }

  private void start(Callable<? extends Deferred<T>> function) {
    running =
        Deferred.<T>of(function)
            .whenComplete((value, failure) -> {
              if (failure != null) {
                answer.completeExceptionally(failure);
              } else {
                answer.complete(value);
              }
            })
            .exceptionally(failure -> null);
  }

  private void giveUp() {
    if (running != null) {
      running.cancel();
    }
  }
}
