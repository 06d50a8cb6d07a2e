package io.tendril.core.internal.direct;

import io.tendril.core.Connection;
import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Transport;
import io.tendril.core.internal.coroutine.Coroutines;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What suspends a conversation until its connection has news for it, or its patience is at an end.
 */
final class Suspension {
  private final Transport transport;
  private final Coroutines coroutines;
  private Duration each = Duration.ZERO;
  private @Nullable Promise<Void> waiting;

  Suspension(Transport transport, Coroutines coroutines) {
    this.transport = transport;
    this.coroutines = coroutines;
  }

  /** Bounds each wait from here on; zero for no bound. */
  void deadline(Duration limit) {
    if (limit.isNegative()) {
      throw new IllegalArgumentException("a deadline of " + limit);
    }
    each = limit;
  }

  /** Suspends the conversation until {@link #wake}. */
  void await(String what) {
    Promise<Void> news = transport.reactor().promise();
    waiting = news;
    try {
      await(news.deferred(), what);
    } finally {
      waiting = null;
    }
  }

  /** Suspends the conversation until a Deferred has its result. */
  <T> T await(Deferred<T> deferred, String what) {
    if (each.isZero()) {
      return deferred.await();
    }
    try {
      return deferred.orTimeout(each, what).await(TimeoutException.class);
    } catch (TimeoutException e) {
      throw new Connection.DeadlinePassed(what, each, e);
    }
  }

  /** Whether the conversation waits for news of its connection. */
  boolean waits() {
    return waiting != null && !waiting.isDone();
  }

  /** There is news, which can be seen during this call: the conversation goes on inside of it. */
  void wakeNow() {
    Promise<Void> news = waiting;
    if (news != null && !news.isDone()) {
      coroutines.resumeNow(news::succeed);
    }
  }

  /** There is news: the conversation goes on soon. */
  void wake() {
    Promise<Void> news = waiting;
    if (news != null && !news.isDone()) {
      news.succeed();
    }
  }
}
