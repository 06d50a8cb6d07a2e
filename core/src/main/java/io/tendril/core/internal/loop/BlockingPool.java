package io.tendril.core.internal.loop;

import io.tendril.spi.Blocking;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Threads for what blocks: made on first use, bounded in number and in what may wait for them. */
final class BlockingPool implements Blocking {
  private final String name;
  private final int threads;
  private final int queue;
  private @Nullable ThreadPoolExecutor pool;

  BlockingPool(String name, int threads, int queue) {
    this.name = name;
    this.threads = threads;
    this.queue = queue;
  }

  @Override
  public Runnable submit(Runnable task) {
    try {
      Future<?> running = pool().submit(task);
      return () -> running.cancel(true);
    } catch (RejectedExecutionException e) {
      throw new RejectedExecutionException(
          pool().isShutdown()
              ? name + " has been stopped"
              : "pool " + name + " is full: " + threads + " calls run and " + queue + " wait");
    }
  }

  private ThreadPoolExecutor pool() {
    ThreadPoolExecutor made = pool;
    if (made == null) {
      var number = new AtomicInteger();
      made =
          new ThreadPoolExecutor(
              threads,
              threads,
              10,
              TimeUnit.SECONDS,
              queue == 0 ? new SynchronousQueue<>() : new LinkedBlockingQueue<>(queue),
              task ->
                  Thread.ofPlatform()
                      .daemon()
                      .name(name + "-" + number.incrementAndGet())
                      .unstarted(task));
      made.allowCoreThreadTimeOut(true);
      pool = made;
    }
    return made;
  }

  @Override
  public void interrupt() {
    if (pool != null) {
      pool.shutdownNow();
    }
  }

  @Override
  public boolean ended() {
    return pool == null || pool.isTerminated();
  }
}
