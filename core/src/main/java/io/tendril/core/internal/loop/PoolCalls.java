package io.tendril.core.internal.loop;

import io.tendril.core.Deadline;
import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.internal.Waited;
import io.tendril.spi.Blocking;
import io.tendril.spi.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Calls that leave the reactor's thread for a pool, and whose results come back to it; and the
 * pools, of which one is everybody's and the others have names.
 */
final class PoolCalls {
  private static final String WHAT = "a blocking call";

  private final LoopReactor reactor;
  private final Engine engine;
  private final Blocking common;
  private final List<Blocking> named = new ArrayList<>();
  private boolean interrupted;
  private int pending;
  private long refused;

  PoolCalls(LoopReactor reactor, Engine engine) {
    this.reactor = reactor;
    this.engine = engine;
    var options = reactor.options();
    this.common = pool("blocking", options.blockingThreads(), options.blockingQueue());
  }

  private Blocking pool(String name, int threads, int queue) {
    String whole = reactor.name() + "-" + name;
    Blocking offered = engine.blocking(whole, threads, queue);
    return offered != null ? offered : new BlockingPool(whole, threads, queue);
  }

  /** Makes a pool beside the common one. */
  Blocking named(String name, int threads, int queue) {
    if (threads < 1 || queue < 0) {
      throw new IllegalArgumentException(
          "a pool of " + threads + " threads and " + queue + " calls that wait");
    }
    if (interrupted) {
      throw new RejectedExecutionException(reactor.name() + " is being stopped");
    }
    Blocking made = pool(name, threads, queue);
    named.add(made);
    return made;
  }

  <T> Deferred<T> submit(Callable<? extends T> function) {
    return submit(common, function);
  }

  <T> Deferred<T> submit(Blocking pool, Callable<? extends T> function) {
    Promise<T> promise = reactor.promise();
    try {
      Runnable giveUp = pool.submit(() -> call(function, promise));
      pending++;
      promise.onCancel(
          Waited.as(
              WHAT,
              () -> {
                pending--;
                giveUp.run();
              }));
    } catch (RuntimeException e) {
      refused++;
      promise.fail(e);
    }
    return Deadline.current().bound(promise.deferred(), WHAT);
  }

  /** In a thread of a pool. */
  private <T> void call(Callable<? extends T> function, Promise<T> promise) {
    try {
      T value = function.call();
      reactor.deliver(() -> settle(promise, value, null));
    } catch (Throwable e) {
      reactor.deliver(() -> settle(promise, null, e));
    }
  }

  private <T> void settle(Promise<T> promise, @Nullable T value, @Nullable Throwable failure) {
    if (promise.isDone()) {
      return;
    }
    pending--;
    if (failure != null) {
      promise.fail(failure);
    } else {
      promise.succeed(value);
    }
  }

  /** How many calls have no result yet. */
  int pending() {
    return pending;
  }

  /** How many calls a pool has not taken. */
  long refused() {
    return refused;
  }

  /** Whether the calling thread must not wait for the reactor. */
  boolean holdReactor() {
    return common.holdsReactor();
  }

  // ---- The end --------------------------------------------------------------------------------

  /** Interrupts what runs in all pools, and drops what waits. */
  void interrupt() {
    interrupted = true;
    common.interrupt();
    named.forEach(Blocking::interrupt);
  }

  /** Whether nothing runs any more in any pool. */
  boolean ended() {
    return common.ended() && named.stream().allMatch(Blocking::ended);
  }
}
