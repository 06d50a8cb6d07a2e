package io.tendril.core.internal;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The failures that rest on a stage without continuation. Each is reported once: when its Deferred
 * has been collected, or when the loop or the test ends; not at all if somebody attaches before.
 */
final class Unhandled {
  private static final class Resting extends WeakReference<Object> {
    final Failure failure;

    Resting(Object deferred, Failure failure, ReferenceQueue<Object> collected) {
      super(deferred, collected);
      this.failure = failure;
    }
  }

  private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
  private final Set<Resting> resting = new LinkedHashSet<>();
  private int pruneAt = 64;

  void add(Object deferred, Failure failure) {
    if (resting.size() >= pruneAt) {
      resting.removeIf(entry -> entry.failure.handled);
      pruneAt = Math.max(64, resting.size() * 2);
    }
    resting.add(new Resting(deferred, failure, collected));
  }

  void reportCollected(Home home) {
    for (Reference<?> entry; (entry = collected.poll()) != null; ) {
      Resting gone = (Resting) entry;
      if (resting.remove(gone)) {
        report(home, gone);
      }
    }
  }

  void reportAll(Home home) {
    List<Resting> all = List.copyOf(resting);
    resting.clear();
    all.forEach(entry -> report(home, entry));
  }

  private static void report(Home home, Resting entry) {
    if (!entry.failure.handled) {
      entry.failure.handled = true;
      home.report(entry.failure.cause, entry.failure.origin);
    }
  }
}
