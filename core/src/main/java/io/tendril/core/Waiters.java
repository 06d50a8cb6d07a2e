package io.tendril.core;

import io.tendril.core.internal.Home;
import io.tendril.core.internal.Waited;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for something, first-in first-out: cancelling one takes it out, and there is a
 * limit to their number. Belongs to the thread that uses it first.
 *
 * @param <T> what they wait for
 */
final class Waiters<T> {
  private final SequencedSet<Promise<T>> waiting = new LinkedHashSet<>();
  private final String what;
  private final String inWords;
  private final int most;
  private @Nullable Home home;

  Waiters(String kind, int most) {
    this.what = "this " + kind;
    this.inWords = "a " + kind;
    this.most = most;
  }

  /** Throws in a wrong thread. */
  void check() {
    if (home == null) {
      home = Home.current();
    } else {
      home.check(what);
    }
  }

  /**
   * One more.
   *
   * @throws IllegalStateException if there are as many as may be
   */
  Deferred<T> add() {
    if (waiting.size() >= most) {
      throw new IllegalStateException(most + " wait for " + what + " already");
    }
    Promise<T> turn = Promise.create();
    turn.onCancel(Waited.as(inWords, () -> waiting.remove(turn)));
    waiting.add(turn);
    return turn.deferred();
  }

  /** Takes who has waited longest; null if nobody waits. */
  @Nullable Promise<T> next() {
    return waiting.isEmpty() ? null : waiting.removeFirst();
  }

  int size() {
    return waiting.size();
  }
}
