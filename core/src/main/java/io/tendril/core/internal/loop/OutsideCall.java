package io.tendril.core.internal.loop;

import io.tendril.core.Deferred;
import io.tendril.core.Outcome;
import io.tendril.core.Reactor;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A call into a reactor from another thread, which waits for what comes of it: {@code blockingCall}
 * up to a limit, the streams of connections as long as it takes. A reactor that ends tells those
 * that still wait.
 */
public final class OutsideCall<T> {
  private final LoopReactor reactor;
  private final Callable<? extends Deferred<T>> function;

  /** A future that is failed would say of some failures no more than that. */
  private final CompletableFuture<Outcome<T>> answer = new CompletableFuture<>();

  /** What it waits for; touched in the reactor's thread only. */
  private @Nullable Deferred<?> running;

  /** Touched in the reactor's thread only. */
  private boolean givenUp;

  /**
   * A call that is made when somebody waits for it.
   *
   * @param reactor one of Tendril's own
   */
  public OutsideCall(Reactor reactor, Callable<? extends Deferred<T>> function) {
    if (!(reactor instanceof LoopReactor loop)) {
      throw new IllegalStateException(reactor + " is none of Tendril's own reactors");
    }
    this.reactor = loop;
    this.function = function;
  }

  /**
   * Whether the calling thread would wait for itself: it is the reactor's, or one that the reactor
   * waits for.
   */
  public boolean isInside() {
    return reactor.isCurrent() || reactor.blockingCalls().holdReactor();
  }

  /**
   * Makes the call and waits as long as it takes. An interrupt gives it up, and the thread is still
   * interrupted afterwards.
   *
   * @throws java.util.concurrent.RejectedExecutionException if the reactor has ended
   */
  public Outcome<T> await() {
    boolean interrupted = false;
    try {
      begin();
      while (true) {
        try {
          return answer.get();
        } catch (InterruptedException e) {
          interrupted = true;
          giveUp();
        }
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    } finally {
      reactor.awaitsNot(this);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Makes the call and waits; an interrupt and the end of the time give it up. */
  Outcome<T> await(Duration longest) throws InterruptedException, TimeoutException {
    long nanos = Timers.nanos(longest);
    try {
      begin();
      return answer.get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    } catch (TimeoutException e) {
      giveUp();
      throw new TimeoutException("no result after " + longest + " from " + reactor.name());
    } catch (InterruptedException e) {
      giveUp();
      throw e;
    } finally {
      reactor.awaitsNot(this);
    }
  }

  /**
   * Cancels what it waits for. May be called from any thread, and before anybody waits; what has
   * come by then, comes out all the same.
   */
  public void giveUp() {
    reactor.deliver(() -> {
      givenUp = true;
      if (running != null) {
        running.cancel();
      }
    });
  }

  /** The reactor has ended, and nothing will come any more. */
  void ended() {
    fail(new CancellationException(reactor.name() + " stopped before there was a result"));
  }

  /** First known, then handed in: an end that comes in between finds it. */
  private void begin() {
    reactor.awaits(this);
    reactor.execute(this::start);
  }

  private void start() {
    if (givenUp) {
      fail(new CancellationException("given up before it began"));
      return;
    }
    running =
        Deferred.<T>of(function)
            .whenComplete((value, failure) -> {
              if (failure != null) {
                fail(failure);
              } else {
                answer.complete(new Outcome.Success<>(value));
              }
            })
            .exceptionally(_ -> null);
  }

  private void fail(Throwable failure) {
    answer.complete(new Outcome.Failure<>(failure));
  }
}
