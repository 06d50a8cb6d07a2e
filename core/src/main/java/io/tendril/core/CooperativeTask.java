package io.tendril.core;

import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Long work in short slices: takes the steps of an iterator for at most 10 ms at a time, and lets the
 * reactor do other things in between. A step that is a Deferred is waited for. Several tasks take
 * turns.
 *
 * <pre>{@code
 * CooperativeTask.start(reactor, lines.map(this::index).iterator()).whenDone()
 * }</pre>
 *
 * <p>Used in the reactor's thread.
 */
public final class CooperativeTask {
  /** How long a slice may take; a step that takes longer ends it. */
  public static final Duration SLICE = Duration.ofMillis(10);

  private final Reactor reactor;
  private final Iterator<?> steps;
  private final Promise<Void> done;
  private @Nullable DelayedCall next;
  private @Nullable Deferred<?> waiting;
  private boolean paused;

  private CooperativeTask(Reactor reactor, Iterator<?> steps) {
    this.reactor = reactor;
    this.steps = steps;
    this.done = reactor.promise();
    done.onCancel(this::halt);
  }

  /** Starts; the first slice comes in the next turn. */
  public static CooperativeTask start(Reactor reactor, Iterator<?> steps) {
    var task = new CooperativeTask(reactor, steps);
    task.schedule();
    return task;
  }

  /**
   * Succeeds after the last step, fails with what a step throws or fails with, or with a
   * CancellationException once it is stopped; cancelling it stops the task. Always the same one.
   */
  public Deferred<Void> whenDone() {
    return done.deferred();
  }

  /** No further step until {@link #resume()}. One that waits for its Deferred goes on. */
  public void pause() {
    paused = true;
    unschedule();
  }

  /** Goes on, in the next turn. */
  public void resume() {
    if (paused) {
      paused = false;
      schedule();
    }
  }

  /** Ends it: no further step, and what it waits for is cancelled. Safe to repeat. */
  public void stop() {
    if (!done.isDone()) {
      done.fail(new CancellationException("the task was stopped"));
      halt();
    }
  }

  /** Whether it has ended, in any way. */
  public boolean isDone() {
    return done.isDone();
  }

  private void halt() {
    unschedule();
    Deferred<?> step = waiting;
    waiting = null;
    if (step != null) {
      step.cancel();
    }
  }

  private void unschedule() {
    if (next != null) {
      next.cancel();
      next = null;
    }
  }

  private void schedule() {
    if (!paused && next == null && waiting == null && !done.isDone()) {
      next = reactor.callLater(Duration.ZERO, this::slice);
    }
  }

  private void slice() {
    next = null;
    long end = reactor.clock().nanoTime() + SLICE.toNanos();
    try {
      do {
        if (!steps.hasNext()) {
          done.succeed();
          return;
        }
        if (steps.next() instanceof Deferred<?> step) {
          await(step);
          return;
        }
      } while (!paused && !done.isDone() && reactor.clock().nanoTime() - end < 0);
    } catch (RuntimeException e) {
      if (!done.isDone()) {
        done.fail(e);
      }
      return;
    }
    schedule();
  }

  private void await(Deferred<?> step) {
    waiting =
        step.handle(
            value -> {
              waiting = null;
              schedule();
              return null;
            },
            failure -> {
              waiting = null;
              if (!done.isDone()) {
                done.fail(failure);
              }
              return null;
            });
    if (waiting != null && waiting.isDone()) {
      waiting = null;
      schedule();
    }
  }
}
