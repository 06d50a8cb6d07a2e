package io.tendril.spi;

/** What runs calls that block: files, name lookups, databases. */
public interface Blocking {
  /**
   * Runs a task, elsewhere and soon.
   *
   * @return how to interrupt it, or to take it back if it has not begun
   * @throws java.util.concurrent.RejectedExecutionException if too many wait already
   */
  Runnable submit(Runnable task);

  /** Interrupts what runs, and drops what waits. Nothing is accepted any more. */
  void interrupt();

  /** Whether nothing runs any more. */
  boolean ended();

  /**
   * Whether the reactor waits for the calling thread until its call is over, so that this thread
   * must not wait for the reactor. Not so where blocking calls run beside it, but in virtual time.
   */
  default boolean holdsReactor() {
    return false;
  }
}
