package io.tendril.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;

/**
 * A number of permits, for work that must not all happen at once: connections to one host, queries of
 * one database. Who finds none waits, first-in first-out; cancelling the wait gives it up.
 *
 * <pre>{@code
 * permits.with(() -> agent.get(url))
 * }</pre>
 *
 * <p>Used in one reactor's thread.
 */
public final class DeferredSemaphore {
  private final int limit;
  private final int longest;
  private final Deque<Promise<Void>> waiting = new ArrayDeque<>();
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
    if (permits < 1 || longest < 0) {
      throw new IllegalArgumentException(permits + " permits, " + longest + " may wait");
    }
    this.limit = permits;
    this.free = permits;
    this.longest = longest;
  }

  /**
   * Takes a permit, now or when it is this caller's turn. Each permit taken is to be released.
   *
   * @throws IllegalStateException if too many wait already
   */
  public Deferred<Void> acquire() {
    if (free > 0) {
      free--;
      return Deferred.done();
    }
    if (waiting.size() >= longest) {
      throw new IllegalStateException(longest + " wait for this semaphore already");
    }
    Promise<Void> turn = Promise.create();
    turn.onCancel(() -> waiting.remove(turn));
    waiting.add(turn);
    return turn.deferred();
  }

  /**
   * Takes a permit if there is one now.
   *
   * @return whether there was
   */
  public boolean tryAcquire() {
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
    Promise<Void> next = waiting.poll();
    if (next != null) {
      next.succeed();
    } else if (free == limit) {
      throw new IllegalStateException("a release without an acquire");
    } else {
      free++;
    }
  }

  /** Calls a function under a permit, which goes back when its Deferred has a result of any kind. */
  public <T> Deferred<T> with(Callable<? extends Deferred<T>> function) {
    return acquire()
        .thenCompose(
            permit ->
                Deferred.<T>of(function)
                    .whenComplete((value, failure) -> release()));
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
