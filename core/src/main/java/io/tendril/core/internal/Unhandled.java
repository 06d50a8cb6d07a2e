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
 *
 * <p>Confined to its home's thread, except that a failed constant may be handled in another one;
 * that leaves its entry behind, which is pruned.
 */
final class Unhandled {
  static final class Resting extends WeakReference<Object> {
    private final Unhandled owner;
    private final Failure failure;

    Resting(Unhandled owner, Object deferred, Failure failure) {
      super(deferred, owner.collected);
      this.owner = owner;
      this.failure = failure;
    }

    void dismiss() {
      clear(); // so that the collector need not hand it back
      if (owner.home.isCurrent()) {
        owner.resting.remove(this);
      }
    }
  }

  private final Home home;
  private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
  private final Set<Resting> resting = new LinkedHashSet<>();
  private int pruneAt = 64;

  Unhandled(Home home) {
    this.home = home;
  }

  void add(Object deferred, Failure failure) {
    if (resting.size() >= pruneAt) {
      resting.removeIf(entry -> !entry.failure.restsAsNow(entry));
      pruneAt = Math.max(64, resting.size() * 2);
    }
    var entry = new Resting(this, deferred, failure);
    failure.restsAs(entry);
    resting.add(entry);
  }

  void reportCollected() {
    for (Reference<?> entry; (entry = collected.poll()) != null; ) {
      Resting gone = (Resting) entry;
      if (resting.remove(gone)) {
        report(gone);
      }
    }
  }

  void reportAll() {
    List<Resting> all = List.copyOf(resting);
    resting.clear();
    all.forEach(this::report);
  }

  private void report(Resting entry) {
    Failure failure = entry.failure;
    if (failure.restsAsNow(entry)) {
      failure.handled();
      home.report(failure.cause, failure.origin);
    }
  }
}
