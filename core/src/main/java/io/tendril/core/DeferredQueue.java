package io.tendril.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Items on their way from who puts them to who gets them, first-in first-out on both sides. A get
 * that finds none waits; cancelling it removes it, and loses no item.
 *
 * <p>It belongs to the thread that uses it first.
 *
 * @param <T> an item
 */
public final class DeferredQueue<T> {
  private final int mostItems;
  private final Deque<T> items = new ArrayDeque<>();
  private final Waiters<T> waiting;

  /** A queue without limits. */
  public DeferredQueue() {
    this(Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  /**
   * A queue with limits.
   *
   * @param mostItems how many items may lie in it; one more is refused at once
   * @param mostWaiting how many gets may wait; one more is refused at once
   */
  public DeferredQueue(int mostItems, int mostWaiting) {
    if (mostItems < 0 || mostWaiting < 0) {
      throw new IllegalArgumentException(mostItems + " items, " + mostWaiting + " may wait");
    }
    this.mostItems = mostItems;
    this.waiting = new Waiters<>("queue", mostWaiting);
  }

  /**
   * Puts an item in; who has waited longest gets it.
   *
   * @throws IllegalStateException if it is full
   */
  public void put(T item) {
    Objects.requireNonNull(item);
    waiting.check();
    Promise<T> first = waiting.next();
    if (first != null) {
      first.succeed(item);
    } else if (items.size() >= mostItems) {
      throw new IllegalStateException("this queue is full: " + mostItems + " items");
    } else {
      items.add(item);
    }
  }

  /**
   * The oldest item, now or when there is one.
   *
   * @throws IllegalStateException if too many wait already
   */
  public Deferred<T> get() {
    T item = poll();
    return item != null ? Deferred.succeeded(item) : waiting.add();
  }

  /** The oldest item if there is one now, else null. */
  public @Nullable T poll() {
    waiting.check();
    return items.poll();
  }

  /** How many items lie in it now. */
  public int size() {
    return items.size();
  }

  /** How many gets wait now. */
  public int waiting() {
    return waiting.size();
  }
}
