package io.tendril.core;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.concurrent.Callable;

/**
 * A number of permits, for work that must not all happen at once: connections to one host, queries
 * of one database. Who finds none waits, first-in first-out; cancelling the wait gives it up.
 *
 * <pre>{@code
 * permits.with(() -> agent.get(url))
 * }</pre>
 *
 * <p>It belongs to the thread that uses it first.
 */
public final class DeferredSemaphore {
  private final int limit;
  private final Waiters<Void> waiting;
  private int free;

  /** So many permits, and any number that waits for them. */
  public DeferredSemaphore(int permits) {
    this(permits, Integer.MAX_VALUE);
  }

  /**
   * So many permits, and at most so many that wait for them.
   *
   * @param longest how many may wait; one more is refused at once
   */
  public DeferredSemaphore(int permits, int longest) {
    this(permits, longest, "semaphore");
  }

  DeferredSemaphore(int permits, int longest, String what) {
    if (permits < 1 || longest < 0) {
      throw new IllegalArgumentException(permits + " permits, " + longest + " may wait");
    }
    this.limit = permits;
    this.free = permits;
    this.waiting = new Waiters<>(what, longest);
  }

  /**
   * Takes a permit, now or when it is this caller's turn. Each permit taken is to be released.
   *
   * @throws IllegalStateException if too many wait already
   */
  public Deferred<Void> acquire() {
    return tryAcquire() ? Deferred.done() : waiting.add();
  }

  /**
   * Takes a permit if there is one now.
   *
   * @return whether there was
   */
  public boolean tryAcquire() {
    waiting.check();
    if (free == 0) {
      return false;
    }
    free--;
    return true;
  }

  /**
   * Gives a permit back; who has waited longest gets it.
   *
   * @throws IllegalStateException if none was taken
   */
  public void release() {
    waiting.check();
    Promise<Void> next = waiting.next();
    if (next != null) {
      next.succeed();
    } else if (free == limit) {
      throw new IllegalStateException("a release without an acquire");
    } else {
      free++;
    }
  }

  /**
   * Calls a function under a permit, which goes back when its Deferred has a result of any kind,
   * and also if there is no Deferred or it can't be attached to. Cancelling cancels the wait for
   * the permit or the function's Deferred, whichever it is.
   *
   * @throws IllegalStateException if too many wait already
   */
  @CheckReturnValue
  public <T> Deferred<T> with(Callable<? extends Deferred<T>> function) {
    return acquire().thenCompose(permit -> underPermit(function));
  }

  private <T> Deferred<T> underPermit(Callable<? extends Deferred<T>> function) {
    boolean attached = false;
    try {
      Deferred<T> result = Deferred.<T>of(function).whenComplete((value, failure) -> release());
      attached = true;
      return result;
    } finally {
      if (!attached) {
        release();
      }
    }
  }

  /** How many permits are free now. */
  public int free() {
    return free;
  }

  /** How many wait now. */
  public int waiting() {
    return waiting.size();
  }
}
