package io.tendril.core.internal.loop;

import io.tendril.core.ReactorEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * A reactor as an executor service of the JDK's, for libraries that want one. It may be used from
 * any thread; what it is given runs in the reactor's. Its own end is not the reactor's.
 *
 * <p>Waiting for what only the reactor can do is refused in the reactor's thread.
 */
final class ReactorExecutorService extends AbstractExecutorService
    implements ScheduledExecutorService {
  private final LoopReactor reactor;
  private final Set<ExecutorCall<?>> pending = ConcurrentHashMap.newKeySet();
  private final CountDownLatch terminated = new CountDownLatch(1);
  private final Object lock = new Object();
  private volatile boolean shutdown;

  ReactorExecutorService(LoopReactor reactor) {
    this.reactor = reactor;
  }

  LoopReactor reactor() {
    return reactor;
  }

  // ---- Handing in -----------------------------------------------------------------------------

  @Override
  public void execute(Runnable command) {
    var _ =
        enter(
            command instanceof ExecutorCall<?> call
                ? call
                : ExecutorCall.of(this, command, command));
  }

  @Override
  protected <T> RunnableFuture<T> newTaskFor(Callable<T> callable) {
    return new ExecutorCall<>(this, null, callable);
  }

  @Override
  protected <T> RunnableFuture<T> newTaskFor(Runnable command, T value) {
    return new ExecutorCall<>(
        this,
        null,
        () -> {
          command.run();
          return value;
        });
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return once(ExecutorCall.of(this, null, command), delay, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    return once(new ExecutorCall<>(this, null, callable), delay, unit);
  }

  private <C extends ExecutorCall<?>> C once(C call, long delay, TimeUnit unit) {
    call.at(unit.toNanos(delay), 0);
    return enter(call);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    return periodic(command, initialDelay, positive(period, unit), unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    return periodic(command, initialDelay, -positive(delay, unit), unit);
  }

  private static long positive(long period, TimeUnit unit) {
    if (period <= 0) {
      throw new IllegalArgumentException("a period of " + period + " " + unit);
    }
    return unit.toNanos(period);
  }

  private ScheduledFuture<?> periodic(Runnable command, long delay, long period, TimeUnit unit) {
    var call = ExecutorCall.of(this, null, command);
    call.at(unit.toNanos(delay), period);
    return enter(call);
  }

  private <C extends ExecutorCall<?>> C enter(C call) {
    synchronized (lock) {
      if (shutdown) {
        throw new RejectedExecutionException(
            "this executor service of " + reactor.name() + " is shut down");
      }
      pending.add(call);
    }
    try {
      call.hand();
    } catch (RejectedExecutionException e) {
      call.cancel(false);
      throw e;
    }
    return call;
  }

  /** A call is over: it ran, failed or was cancelled. */
  void over(ExecutorCall<?> call) {
    pending.remove(call);
    terminateIfDone();
  }

  private void terminateIfDone() {
    synchronized (lock) {
      if (shutdown && pending.isEmpty()) {
        terminated.countDown();
      }
    }
  }

  /** What a command threw that nobody holds a future of. */
  void report(Throwable failure) {
    reactor.report(new ReactorEvent.CallFailed("command", failure));
  }

  // ---- Waiting --------------------------------------------------------------------------------

  /** Refuses to wait in the reactor's thread. */
  void refuseInside(String what) {
    if (reactor.isCurrent()) {
      throw new IllegalStateException(
          what + " in the thread of " + reactor.name() + " would wait for itself");
    }
  }

  @Override
  public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks)
      throws InterruptedException {
    refuseInside("invokeAll");
    return super.invokeAll(tasks);
  }

  @Override
  public <T> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException {
    refuseInside("invokeAll");
    return super.invokeAll(tasks, timeout, unit);
  }

  @Override
  public <T> T invokeAny(Collection<? extends Callable<T>> tasks)
      throws InterruptedException, ExecutionException {
    refuseInside("invokeAny");
    return super.invokeAny(tasks);
  }

  @Override
  public <T> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    refuseInside("invokeAny");
    return super.invokeAny(tasks, timeout, unit);
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    if (!isTerminated()) {
      refuseInside("awaitTermination");
    }
    return terminated.await(timeout, unit);
  }

  /** Shuts down, and waits for what has been executed; in the reactor's thread it does not wait. */
  @Override
  public void close() {
    shutdown();
    if (!reactor.isCurrent()) {
      super.close();
    }
  }

  // ---- The end --------------------------------------------------------------------------------

  /** What was executed still runs; what was scheduled is cancelled. */
  @Override
  public void shutdown() {
    close(call -> call.scheduled());
  }

  @Override
  public List<Runnable> shutdownNow() {
    return close(call -> true);
  }

  private List<Runnable> close(Predicate<ExecutorCall<?>> dropped) {
    synchronized (lock) {
      shutdown = true;
    }
    var never = new ArrayList<Runnable>();
    for (ExecutorCall<?> call : pending) {
      if (dropped.test(call) && call.cancel(false)) {
        never.add(call.command());
      }
    }
    terminateIfDone();
    return never;
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return terminated.getCount() == 0;
  }

  @Override
  public String toString() {
    return "executor service of "
        + reactor.name()
        + (isTerminated() ? ", ended" : shutdown ? ", shut down" : "")
        + ", "
        + pending.size()
        + " calls pending";
  }
}
