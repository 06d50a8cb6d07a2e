package io.tendril.core.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A loop as GUIs have it: a thread with a queue of tasks, which a task may run inside of itself.
 */
final class TaskLoop implements Executor, AutoCloseable {
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final AtomicInteger ran = new AtomicInteger();
  private final Thread thread = Thread.ofPlatform().name("somebody's loop").start(this::run);
  private volatile boolean ended;

  @Override
  public void execute(Runnable task) {
    if (ended) {
      throw new RejectedExecutionException("the loop has ended");
    }
    tasks.add(task);
  }

  private void run() {
    while (!ended || !tasks.isEmpty()) {
      next();
    }
  }

  private void next() {
    try {
      tasks.take().run();
      ran.incrementAndGet();
    } catch (InterruptedException e) {
      ended = true;
    }
  }

  /** Runs tasks inside of a task, as a modal dialog does, until a latch opens. */
  void runInside(CountDownLatch end) {
    while (end.getCount() > 0) {
      next();
    }
  }

  /** Does something in the loop's thread, and waits for it. */
  <T> T call(Callable<T> callable) throws Exception {
    var answer = new CompletableFuture<T>();
    execute(() -> {
      try {
        answer.complete(callable.call());
      } catch (Throwable e) {
        answer.completeExceptionally(e);
      }
    });
    return answer.get(20, TimeUnit.SECONDS);
  }

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** How many tasks have run. */
  int ran() {
    return ran.get();
  }

  /** Ends it; it takes no task from here on. */
  void end() throws InterruptedException {
    ended = true;
    tasks.add(() -> {});
    thread.join(20_000);
    assertThat(thread.isAlive()).isFalse();
  }

  @Override
  public void close() throws InterruptedException {
    end();
  }
}
