package io.tendril.core.internal.direct;

import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.internal.Home;
import io.tendril.core.internal.coroutine.Coroutines;
import org.jspecify.annotations.Nullable;

/** What suspends the coroutine that reads, until there is news for it or its patience is over. */
final class Suspension {
  private final Coroutines coroutines;
  private final Patience patience;
  private @Nullable Promise<Void> waiting;

  Suspension(Reactor reactor, Patience patience) {
    this.coroutines = Home.of(reactor).coroutines();
    this.patience = patience;
  }

  /** Suspends the coroutine until there is news. */
  void await(String what) {
    Promise<Void> news = Promise.create();
    waiting = news;
    try {
      patience.await(news.deferred(), what);
    } finally {
      waiting = null;
    }
  }

  /** Whether a coroutine waits for news. */
  boolean waits() {
    return waiting != null && !waiting.isDone();
  }

  /** There is news, which can be seen during this call: the coroutine goes on inside of it. */
  void wakeNow() {
    Promise<Void> news = waiting;
    if (news != null && !news.isDone()) {
      coroutines.resumeNow(news::succeed);
    }
  }

  /** There is news: the coroutine goes on soon. */
  void wake() {
    Promise<Void> news = waiting;
    if (news != null && !news.isDone()) {
      news.succeed();
    }
  }
}
