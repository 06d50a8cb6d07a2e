package io.tendril.core;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Calls a function again and again, at a fixed distance from its start: it stays on that grid
 * however long the calls take, never overlaps, and counts the ticks that it had to skip.
 *
 * <pre>{@code
 * var poll = new LoopingCall(reactor, () -> agent.get(url).thenAccept(this::show));
 * poll.start(Duration.ofSeconds(10)).exceptionally(this::report);
 * }</pre>
 *
 * <p>Used in the reactor's thread. States:
 *
 * <pre>
 *   IDLE      end = null
 *   WAITING   next = the delayed call of the next tick
 *   CALLING   the function runs, or its Deferred has no result yet
 *   STOPPING  CALLING, and then no more
 *
 *   IDLE -> WAITING or CALLING (start), WAITING -> CALLING -> WAITING ..., any -> IDLE (stop, a
 *   failure, a cancellation)
 * </pre>
 */
public final class LoopingCall {
  private final Reactor reactor;
  private final Deferred.Mapper<? super Long, ? extends Deferred<?>> function;
  private @Nullable Promise<Void> end;
  private @Nullable DelayedCall next;
  private @Nullable Deferred<?> result;
  private boolean calling;
  private boolean stopping;
  private long start;
  private long interval;
  private long lastTick;
  private long skipped;

  private LoopingCall(
      Reactor reactor, Deferred.Mapper<? super Long, ? extends Deferred<?>> function) {
    this.reactor = reactor;
    this.function = function;
  }

  /**
   * A loop that does not run yet. The next call waits for the Deferred that the function returns.
   */
  public LoopingCall(Reactor reactor, Callable<? extends Deferred<?>> function) {
    this(reactor, ticks -> function.call());
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
   * A loop over a function that is told how many ticks have come since the call before: 1, and one
   * more for each that was skipped.
   */
  public static LoopingCall counting(
      Reactor reactor, Deferred.Mapper<? super Long, ? extends Deferred<?>> function) {
    return new LoopingCall(reactor, function);
  }

  /**
   * Starts, with the first call now, from inside of this call.
   *
   * @return succeeds when it has been stopped and the last call is over; fails with what a call
   *     fails with. Cancelling it stops the loop and cancels the call that is under way
   * @throws IllegalStateException if it runs
   * @throws IllegalArgumentException if the interval is not positive
   */
  public Deferred<Void> start(Duration every) {
    Promise<Void> promise = begin(every);
    lastTick = -1;
    tick();
    return promise.deferred();
  }

  /** As {@link #start}, with the first call after one interval. */
  public Deferred<Void> startLater(Duration every) {
    Promise<Void> promise = begin(every);
    schedule();
    return promise.deferred();
  }

  private Promise<Void> begin(Duration every) {
    if (end != null || calling) {
      throw new IllegalStateException(
          end != null ? "this LoopingCall runs already" : "its last call is not over");
    }
    if (every.isNegative() || every.isZero()) {
      throw new IllegalArgumentException("an interval of " + every);
    }
    interval = every.toNanos();
    restart();
    skipped = 0;
    Promise<Void> promise = reactor.promise();
    promise.onCancel(this::cancel);
    end = promise;
    return promise;
  }

  private void restart() {
    start = reactor.clock().nanoTime();
    lastTick = 0;
  }

  /**
   * Stops: no further call. One that is under way goes on, and the Deferred of {@link #start} fires
   * when it is over. Safe to repeat.
   */
  public void stop() {
    if (end != null && calling) {
      stopping = true;
    } else if (end != null) {
      end().succeed();
    }
  }

  /** Moves the grid: the next call comes one interval from now, or later if one is under way. */
  public void reset() {
    if (end == null) {
      throw new IllegalStateException("this LoopingCall does not run");
    }
    restart();
    if (next != null) {
      next.cancel();
      schedule();
    }
  }

  /** Whether it runs; also while the last call is under way. */
  public boolean running() {
    return end != null;
  }

  /** How many ticks of the grid have passed without a call since the start. */
  public long skipped() {
    return skipped;
  }

  private void schedule() {
    long now = reactor.clock().nanoTime();
    long tick = (now - start) / interval + 1;
    next = reactor.callLater(Duration.ofNanos(start + tick * interval - now), this::tick);
  }

  private void tick() {
    next = null;
    long tick = (reactor.clock().nanoTime() - start) / interval;
    long passed = tick - lastTick;
    lastTick = tick;
    skipped += passed - 1;
    calling = true;
    Promise<Void> mine = end;
    Deferred<?> over =
        Deferred.<Object>of(() -> call(passed))
            .handle(
                value -> {
                  over(mine, null);
                  return null;
                },
                failure -> {
                  over(mine, failure);
                  return null;
                });
    if (!over.isDone()) {
      result = over;
      if (mine != end) {
        over.cancel(); // cancelled by the function itself
      }
    }
  }

  @SuppressWarnings("unchecked") // of whatever type the result is
  private Deferred<Object> call(long passed) throws Exception {
    return (Deferred<Object>)
        Objects.requireNonNull(function.apply(passed), "a LoopingCall's function returned null");
  }

  private void over(@Nullable Promise<Void> mine, @Nullable Throwable failure) {
    calling = false;
    if (mine == null || mine != end) { // it has been cancelled meanwhile
      if (failure != null && !(failure instanceof CancellationException)) {
        reactor.report(new ReactorEvent.CallFailed("the last call of a LoopingCall", failure));
      }
      return;
    }
    result = null;
    if (failure != null) {
      end().fail(failure);
    } else if (stopping) {
      end().succeed();
    } else {
      schedule();
    }
  }

  /** Makes it idle, and returns what is to be fired. */
  private Promise<Void> end() {
    Promise<Void> promise = Objects.requireNonNull(end);
    end = null;
    stopping = false;
    result = null;
    if (next != null) {
      next.cancel();
      next = null;
    }
    return promise;
  }

  private void cancel() {
    Deferred<?> underWay = result;
    end();
    if (underWay != null) {
      underWay.cancel();
    }
  }
}
