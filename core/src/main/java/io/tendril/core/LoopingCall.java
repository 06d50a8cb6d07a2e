package io.tendril.core;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Calls a function again and again, at a fixed distance from its start: it stays on that grid however
 * long the calls take, never overlaps, and counts the ticks that it had to skip.
 *
 * <pre>{@code
 * var poll = new LoopingCall(reactor, () -> agent.get(url).thenAccept(this::show));
 * poll.start(Duration.ofSeconds(10)).exceptionally(this::report);
 * }</pre>
 *
 * <p>Used in the reactor's thread.
 */
public final class LoopingCall {
  private final Reactor reactor;
  private final Callable<? extends Deferred<?>> function;
  private @Nullable Promise<Void> ended;
  private @Nullable DelayedCall next;
  private long start;
  private long interval;
  private long lastTick;
  private long skipped;

  /** A loop that does not run yet. The next call waits for the Deferred that the function returns. */
  public LoopingCall(Reactor reactor, Callable<? extends Deferred<?>> function) {
    this.reactor = reactor;
    this.function = function;
  }

  /** A loop over an action that is done when it returns. */
  public static LoopingCall of(Reactor reactor, Reactor.Action action) {
    return new LoopingCall(
        reactor,
        () -> {
          action.run();
          return Deferred.done();
        });
  }

  /**
   * Starts, with the first call now, from inside of this call.
   *
   * @return succeeds when it is stopped, fails with what a call fails with; cancelling it stops it
   * @throws IllegalStateException if it runs
   * @throws IllegalArgumentException if the interval is not positive
   */
  public Deferred<Void> start(Duration every) {
    Deferred<Void> end = begin(every);
    tick();
    return end;
  }

  /** As {@link #start}, with the first call after one interval. */
  public Deferred<Void> startLater(Duration every) {
    Deferred<Void> end = begin(every);
    schedule();
    return end;
  }

  private Deferred<Void> begin(Duration every) {
    if (ended != null) {
      throw new IllegalStateException("this LoopingCall runs already");
    }
    if (every.isNegative() || every.isZero()) {
      throw new IllegalArgumentException("an interval of " + every);
    }
    interval = every.toNanos();
    start = reactor.clock().nanoTime();
    lastTick = 0;
    skipped = 0;
    Promise<Void> promise = reactor.promise();
    promise.onCancel(this::halt);
    ended = promise;
    return promise.deferred();
  }

  /** Stops: no further call; one that waits for its Deferred goes on. Safe to repeat. */
  public void stop() {
    Promise<Void> promise = ended;
    halt();
    if (promise != null && !promise.isDone()) {
      promise.succeed();
    }
  }

  private void halt() {
    ended = null;
    if (next != null) {
      next.cancel();
      next = null;
    }
  }

  /** Moves the grid: the next call comes one interval from now. */
  public void reset() {
    if (ended == null) {
      throw new IllegalStateException("this LoopingCall does not run");
    }
    start = reactor.clock().nanoTime();
    lastTick = 0;
    if (next != null) {
      next.cancel();
      schedule();
    }
  }

  /** Whether it runs. */
  public boolean running() {
    return ended != null;
  }

  /** How many ticks of the grid passed without a call, because the one before was not done. */
  public long skipped() {
    return skipped;
  }

  private void tick() {
    next = null;
    lastTick = (reactor.clock().nanoTime() - start) / interval;
    Promise<Void> mine = ended;
    var _ =
        Deferred.of(() -> function.call().thenRun(() -> {}))
            .handle(
                done -> {
                  goOn(mine);
                  return null;
                },
                failure -> {
                  fail(mine, failure);
                  return null;
                });
  }

  private void goOn(@Nullable Promise<Void> mine) {
    if (mine != null && mine == ended) {
      schedule();
    }
  }

  private void fail(@Nullable Promise<Void> mine, Throwable failure) {
    if (mine != null && mine == ended) {
      halt();
      mine.fail(failure);
    } else if (mine != null) {
      reactor.report(new ReactorEvent.CallFailed("the last call of a stopped LoopingCall", failure));
    }
  }

  private void schedule() {
    long now = reactor.clock().nanoTime();
    long tick = (now - start) / interval + 1;
    skipped += tick - lastTick - 1;
    lastTick = tick - 1;
    next = reactor.callLater(Duration.ofNanos(start + tick * interval - now), this::tick);
  }
}
