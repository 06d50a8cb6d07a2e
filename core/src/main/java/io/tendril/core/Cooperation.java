package io.tendril.core;

import io.tendril.core.internal.Home;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one reactor that could go on: they share one slice in each turn, a step each in
 * rotation.
 */
final class Cooperation {
  private final Reactor reactor;
  private final SequencedSet<CooperativeTask> ready = new LinkedHashSet<>();
  private @Nullable DelayedCall next;
  private boolean running;

  private Cooperation(Reactor reactor) {
    this.reactor = reactor;
  }

  static Cooperation of(Reactor reactor) {
    if (!(reactor instanceof Home home)) {
      throw new IllegalStateException(reactor + " has no cooperative tasks");
    }
    home.check("a CooperativeTask");
    return home.part(Cooperation.class, () -> new Cooperation(reactor));
  }

  /** A task could go on: after those that could before. */
  void add(CooperativeTask task) {
    ready.add(task);
    schedule();
  }

  /** A task is paused, or has ended. */
  void remove(CooperativeTask task) {
    ready.remove(task);
    if (ready.isEmpty() && next != null) {
      next.cancel();
      next = null;
    }
  }

  private void schedule() {
    if (next == null && !running) {
      next = reactor.callLater(Duration.ZERO, this::slice);
    }
  }

  private void slice() {
    next = null;
    running = true;
    long end = reactor.clock().nanoTime() + CooperativeTask.SLICE.toNanos();
    while (!ready.isEmpty()) {
      CooperativeTask task = ready.removeFirst();
      if (task.step()) {
        ready.add(task);
      }
      if (reactor.clock().nanoTime() - end >= 0) {
        break;
      }
    }
    running = false;
    if (!ready.isEmpty()) {
      schedule();
    }
  }
}
