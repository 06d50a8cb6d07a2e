package io.tendril.adapters.jdbc;

import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A database's threads, as many as connections, and the calls that wait for them. */
final class Workers {
  /** Bound in a thread that runs a call: to what it is inside of. */
  private static final ScopedValue<Workers> INSIDE = ScopedValue.newInstance();

  private static final int IDLE_SECONDS = 10;

  private final DatabaseOptions options;
  private final Connections connections;
  private final ThreadPoolExecutor calls;
  private final ThreadPoolExecutor attempts;
  private final Set<Job<?>> running = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  Workers(DatabaseOptions options, Connections connections) {
    this.options = options;
    this.connections = connections;
    int threads = options.connections();
    BlockingQueue<Runnable> queue =
        options.queue() == 0
            ? new SynchronousQueue<>()
            : new LinkedBlockingQueue<>(options.queue());
    calls = new Calls(threads, queue);
    calls.allowCoreThreadTimeOut(true);
    // at most one attempt for each connection, and the end of all
    attempts =
        new ThreadPoolExecutor(
            0,
            threads + 1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> thread("-cancel-", 0, task));
  }

  private Thread thread(String kind, int number, Runnable task) {
    return Thread.ofPlatform()
        .daemon()
        .name(options.name() + kind + (number == 0 ? "" : number))
        .unstarted(task);
  }

  DatabaseOptions options() {
    return options;
  }

  Connections connections() {
    return connections;
  }

  /** What runs attempts to cancel, which block too. */
  Executor attempts() {
    return attempts;
  }

  /** Throws in a thread that runs a call: it would wait for a connection while it holds one. */
  static void checkOutside() {
    if (INSIDE.isBound()) {
      throw new IllegalStateException(
          "inside of a call of "
              + INSIDE.get().options.name()
              + ": use its Transaction; a second call would wait for a connection while this one"
              + " holds its own");
    }
  }

  <T> T inside(Callable<T> work) throws Exception {
    return ScopedValue.where(INSIDE, this).call(work::call);
  }

  void submit(Job<?> job) {
    try {
      calls.execute(job);
    } catch (RejectedExecutionException e) {
      throw calls.isShutdown()
          ? new DatabaseFailed.Closed(options.name())
          : new DatabaseFailed.Busy(
              options.name()
                  + ": "
                  + options.connections()
                  + " calls run and "
                  + options.queue()
                  + " wait");
    }
  }

  void remove(Job<?> job) {
    calls.remove(job);
  }

  int waiting() {
    return calls.getQueue().size();
  }

  int running() {
    return running.size();
  }

  /** Takes no more calls and fails those that wait. When the last has ended all is closed. */
  CompletableFuture<Void> close() {
    calls.shutdown();
    for (Runnable waiting : calls.getQueue().toArray(Runnable[]::new)) {
      if (waiting instanceof Job<?> job) {
        job.refuse(new DatabaseFailed.Closed(options.name()));
      }
    }
    return ended;
  }

  void cancelAll() {
    running.forEach(Job::cancel);
  }

  void forceAll() {
    running.forEach(Job::force);
  }

  private void closeConnections() {
    try {
      connections.close();
    } finally {
      ended.complete(null);
      attempts.shutdown();
    }
  }

  private final class Calls extends ThreadPoolExecutor {
    Calls(int threads, BlockingQueue<Runnable> queue) {
      var number = new AtomicInteger();
      super(
          threads,
          threads,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          queue,
          task -> thread("-", number.incrementAndGet(), task));
    }

    @Override
    protected void beforeExecute(Thread thread, Runnable task) {
      running.add((Job<?>) task);
    }

    @Override
    @SuppressWarnings("ReferenceEquality")
    protected void afterExecute(Runnable task, Throwable failure) {
      running.remove((Job<?>) task);
    }

    @Override
    protected void terminated() {
      attempts.execute(Workers.this::closeConnections);
    }
  }
}
