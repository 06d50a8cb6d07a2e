package io.tendril.core;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Items on their way from who puts them to who gets them, first-in first-out on both sides. A get
 * that finds none waits; cancelling it removes it, and loses no item.
 *
 * <p>Used in one reactor's thread.
 *
 * @param <T> an item
 */
public final class DeferredQueue<T> {
  private final int mostItems;
  private final int mostWaiting;
  private final Deque<T> items = new ArrayDeque<>();
  private final Deque<Promise<T>> waiting = new ArrayDeque<>();

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
    this.mostWaiting = mostWaiting;
  }

  /**
   * Puts an item in; who has waited longest gets it.
   *
   * @throws IllegalStateException if it is full
   */
  public void put(T item) {
    Promise<T> first = waiting.poll();
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
    T item = items.poll();
    if (item != null) {
      return Deferred.succeeded(item);
    }
    if (waiting.size() >= mostWaiting) {
      throw new IllegalStateException(mostWaiting + " wait for this queue already");
    }
    Promise<T> turn = Promise.create();
    turn.onCancel(() -> waiting.remove(turn));
    waiting.add(turn);
    return turn.deferred();
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
