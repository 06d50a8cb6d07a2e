package io.tendril.app;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells any number of those who wait for it how something ended. */
final class Announcement {
  private final List<Promise<Void>> waiting = new ArrayList<>();
  private boolean forGood;
  private @Nullable String failure;

  Deferred<Void> next() {
    Promise<Void> promise = Promise.create();
    if (forGood) {
      fire(promise);
    } else {
      waiting.add(promise);
    }
    return promise.deferred();
  }

  /** Tells those who wait now. */
  void fire(@Nullable String why) {
    failure = why;
    List<Promise<Void>> all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(this::fire);
  }

  /** Tells those who wait now, and all who ask later. */
  void fireForGood(@Nullable String why) {
    forGood = true;
    fire(why);
  }

  private void fire(Promise<Void> promise) {
    if (failure == null) {
      promise.succeed();
    } else {
      promise.fail(new WorkersFailed(failure));
    }
  }
}
