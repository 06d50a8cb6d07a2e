package io.tendril.core;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.concurrent.Callable;

/**
 * A lock for what takes several turns: who finds it taken waits, first-in first-out, and the
 * reactor does other things meanwhile. Within one turn no lock is needed. Not reentrant.
 *
 * <p>It belongs to the thread that uses it first.
 */
public final class DeferredLock {
  private final DeferredSemaphore semaphore;

  /** A lock that any number may wait for. */
  public DeferredLock() {
    this(Integer.MAX_VALUE);
  }

  /**
   * A lock that at most so many may wait for.
   *
   * @param longest how many may wait; one more is refused at once
   */
  public DeferredLock(int longest) {
    semaphore = new DeferredSemaphore(1, longest, "lock");
  }

  /**
   * Takes the lock, now or when it is this caller's turn.
   *
   * @throws IllegalStateException if too many wait already
   */
  public Deferred<Void> acquire() {
    return semaphore.acquire();
  }

  /**
   * Gives the lock back.
   *
   * @throws IllegalStateException if nobody has it
   */
  public void release() {
    semaphore.release();
  }

  /**
   * Calls a function under the lock, which is given back when its Deferred has a result of any
   * kind.
   *
   * @throws IllegalStateException if too many wait already
   */
  @CheckReturnValue
  public <T> Deferred<T> with(Callable<? extends Deferred<T>> function) {
    return semaphore.with(function);
  }

  /**
   * Takes the lock if it is free now.
   *
   * @return whether it was
   */
  public boolean tryAcquire() {
    return semaphore.tryAcquire();
  }

  /** How many wait now. */
  public int waiting() {
    return semaphore.waiting();
  }

  /** Whether somebody has it. */
  public boolean locked() {
    return semaphore.free() == 0;
  }
}
