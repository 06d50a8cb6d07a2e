package io.tendril.core.internal.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The one door into a reactor: many threads put, its own takes. A stack of nodes that the taker
 * turns around, so a put is one compare-and-set.
 *
 * <p>Sleeping: the taker says so before it waits, looks once more, then waits; a put that finds it
 * asleep wakes it, once.
 */
final class Inbox {
  private static final VarHandle TOP;
  private static final VarHandle ASLEEP;

  static {
    try {
      var lookup = MethodHandles.lookup();
      TOP = lookup.findVarHandle(Inbox.class, "top", Node.class);
      ASLEEP = lookup.findVarHandle(Inbox.class, "asleep", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** A task on its way. */
  static final class Node {
    final @Nullable Runnable task;
    @Nullable Node next;

    Node(@Nullable Runnable task) {
      this.task = task;
    }
  }

  /** What lies on top after the end: nothing more goes in. */
  private static final Node CLOSED = new Node(null);

  private final Runnable wakeup;
  private volatile @Nullable Node top;
  private volatile boolean asleep;

  Inbox(Runnable wakeup) {
    this.wakeup = wakeup;
  }

  /** Puts a task in, from any thread; false after the end. */
  boolean offer(Runnable task) {
    Node node = new Node(task);
    Node seen;
    do {
      seen = top;
      if (seen == CLOSED) {
        return false;
      }
      node.next = seen;
    } while (!TOP.compareAndSet(this, seen, node));
    if (asleep && ASLEEP.compareAndSet(this, true, false)) {
      wakeup.run();
    }
    return true;
  }

  /** As {@link #offer}, and throws after the end. */
  void put(Runnable task, String reactor) {
    if (!offer(task)) {
      throw new RejectedExecutionException(reactor + " has stopped");
    }
  }

  boolean isEmpty() {
    return top == null;
  }

  /** Says that the taker is about to wait; false if there is something to take first. */
  boolean beginSleep() {
    asleep = true;
    if (top != null) {
      asleep = false;
      return false;
    }
    return true;
  }

  void endSleep() {
    asleep = false;
  }

  /** Takes everything that is there now, the oldest first, as a list linked by {@code next}. */
  @Nullable Node takeAll() {
    return top == null ? null : reversed((Node) TOP.getAndSet(this, (Node) null));
  }

  /** Takes everything, and lets nothing in any more. */
  @Nullable Node close() {
    Node last = (Node) TOP.getAndSet(this, CLOSED);
    return last == CLOSED ? null : reversed(last);
  }

  private static @Nullable Node reversed(@Nullable Node newest) {
    Node oldest = null;
    while (newest != null) {
      Node older = newest.next;
      newest.next = oldest;
      oldest = newest;
      newest = older;
    }
    return oldest;
  }
}
