package io.tendril.core.internal.loop;

import io.tendril.core.DelayedCall;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A call that was handed to a reactor as an executor service: now, later, or again and again. It
 * may be cancelled from any thread; a call that runs is not interrupted, since its thread is the
 * reactor's.
 */
final class ExecutorCall<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {
  private final ReactorExecutorService service;

  /** What was executed without a future for it, or null. */
  private final @Nullable Runnable bare;

  private boolean scheduled;

  /** Positive: from start to start; negative: from end to start; zero: once. */
  private long period;

  /** On the reactor's clock. Written in its thread only, once it has been handed in. */
  private volatile long time;

  /** Touched in the reactor's thread only. */
  private @Nullable DelayedCall next;

  ExecutorCall(ReactorExecutorService service, @Nullable Runnable bare, Callable<V> callable) {
    super(callable);
    this.service = service;
    this.bare = bare;
    this.time = now();
  }

  /** One that results in nothing. */
  @SuppressWarnings("NullAway") // as the JDK has it
  static ExecutorCall<Object> of(
      ReactorExecutorService service, @Nullable Runnable bare, Runnable command) {
    Objects.requireNonNull(command);
    return new ExecutorCall<>(
        service,
        bare,
        () -> {
          command.run();
          return null;
        });
  }

  /** Makes it one for later. */
  void at(long delay, long every) {
    scheduled = true;
    period = every;
    time = now() + Timers.clamped(delay);
  }

  private long now() {
    return service.reactor().clock().nanoTime();
  }

  boolean scheduled() {
    return scheduled;
  }

  /** What was handed in, as far as it is something that can be run. */
  Runnable command() {
    return bare != null ? bare : this;
  }

  /** Hands it to the reactor, from any thread. */
  void hand() {
    LoopReactor reactor = service.reactor();
    if (!scheduled) {
      reactor.execute(this);
    } else if (reactor.isCurrent() && !reactor.stopped()) {
      arm();
    } else {
      reactor.execute(this::arm);
    }
  }

  private void arm() {
    if (!isDone()) {
      LoopReactor reactor = service.reactor();
      long left = Math.max(0, time - now());
      next = reactor.callLater(Duration.ofNanos(left), this::due);
    }
  }

  private void due() {
    next = null;
    if (period == 0) {
      run();
    } else if (runAndReset()) {
      long last = period > 0 ? time : now();
      time = last + Math.abs(period);
      arm();
    }
  }

  @Override
  public boolean isPeriodic() {
    return period != 0;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(false);
    if (cancelled && scheduled) {
      LoopReactor reactor = service.reactor();
      if (reactor.isCurrent()) {
        disarm();
      } else {
        reactor.deliver(this::disarm);
      }
    }
    return cancelled;
  }

  private void disarm() {
    if (next != null && next.active()) {
      next.cancel();
    }
    next = null;
  }

  @Override
  protected void setException(Throwable failure) {
    super.setException(failure);
    if (bare != null) {
      service.report(failure);
    }
  }

  @Override
  protected void done() {
    service.over(this);
  }

  // ---- As a future ----------------------------------------------------------------------------

  @Override
  public V get() throws InterruptedException, ExecutionException {
    refuseToWait();
    return super.get();
  }

  @Override
  public V get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    refuseToWait();
    return super.get(timeout, unit);
  }

  private void refuseToWait() {
    if (!isDone()) {
      service.refuseInside("get");
    }
  }

  @Override
  public long getDelay(TimeUnit unit) {
    return unit.convert(time - now(), TimeUnit.NANOSECONDS);
  }

  @Override
  public int compareTo(Delayed other) {
    return other instanceof ExecutorCall<?> call
        ? Long.signum(time - call.time)
        : Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
  }
}
