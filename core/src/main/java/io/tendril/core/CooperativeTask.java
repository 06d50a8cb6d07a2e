package io.tendril.core;

import io.tendril.core.internal.Home;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Long work in short steps: takes the steps of an iterator for at most 10 ms in each turn, and lets
 * the reactor do other things in between. A step that is a Deferred is waited for. The tasks of a
 * reactor share those 10 ms, one step each in rotation.
 *
 * <pre>{@code
 * CooperativeTask.start(reactor, lines.map(this::index).iterator()).whenDone()
 * }</pre>
 *
 * <p>Used in the reactor's thread. States:
 *
 * <pre>
 *   READY    in the rotation
 *   WAITING  for the Deferred that was the last step
 *   DONE     after the last step, by a failure, or stopped
 *
 *   READY and WAITING may be paused: nothing is taken until resume()
 * </pre>
 */
public final class CooperativeTask {
  /**
   * How long the tasks of one reactor may take in one turn; a step that takes longer is the last.
   */
  public static final Duration SLICE = Duration.ofMillis(10);

  private final Cooperation cooperation;
  private final Iterator<?> steps;
  private final Context context = Context.current();
  private final Promise<Void> end;
  private final SharedDeferred<Void> ended;
  private @Nullable Deferred<?> waiting;
  private boolean paused;

  private CooperativeTask(Reactor reactor, Iterator<?> steps) {
    this.cooperation = Cooperation.of(reactor);
    this.steps = steps;
    this.end = reactor.promise();
    this.ended = end.deferred().share();
    end.onCancel(this::halt);
  }

  /**
   * Starts; the first step comes in the next turn.
   *
   * @param steps taken in the context that is in force now; items that are no Deferreds are dropped
   */
  public static CooperativeTask start(Reactor reactor, Iterator<?> steps) {
    var task = new CooperativeTask(reactor, steps);
    task.cooperation.add(task);
    return task;
  }

  /**
   * Succeeds after the last step, fails with what a step throws or fails with, or with a
   * CancellationException once it is stopped. Each call gives a Deferred of its own; when all of
   * them have been cancelled, the task stops.
   */
  public Deferred<Void> whenDone() {
    return ended.branch();
  }

  /** No further step until {@link #resume()}. One that waits for its Deferred goes on. */
  public void pause() {
    paused = true;
    cooperation.remove(this);
  }

  /** Goes on, in the next turn. Does nothing if it is not paused. */
  public void resume() {
    if (paused) {
      paused = false;
      goOn();
    }
  }

  /** Ends it: no further step, and what it waits for is cancelled. Safe to repeat. */
  public void stop() {
    if (!end.isDone()) {
      halt();
      fail(new CancellationException("the task was stopped"));
    }
  }

  /** Whether it has ended, in any way. */
  public boolean isDone() {
    return end.isDone();
  }

  private void halt() {
    cooperation.remove(this);
    Deferred<?> step = waiting;
    waiting = null;
    if (step != null) {
      step.cancel();
    }
  }

  private void goOn() {
    if (!paused && waiting == null && !end.isDone()) {
      cooperation.add(this);
    }
  }

  private void fail(Throwable failure) {
    if (!end.isDone()) {
      end.fail(failure);
    }
  }

  /** Takes one step; returns whether the next may follow at once. */
  boolean step() {
    Home home = Home.current();
    Context outer = home.swapContext(context);
    try {
      if (!steps.hasNext()) {
        end.succeed();
        return false;
      }
      if (steps.next() instanceof Deferred<?> step) {
        await(step);
        return false;
      }
      return !paused && !end.isDone();
    } catch (Throwable e) {
      home.caught(e);
      fail(e);
      return false;
    } finally {
      home.swapContext(outer);
    }
  }

  private void await(Deferred<?> step) {
    Deferred<?> taken =
        step.handle(
            value -> {
              waiting = null;
              goOn();
              return null;
            },
            failure -> {
              waiting = null;
              fail(failure);
              return null;
            });
    if (end.isDone()) {
      taken.cancel(); // the step itself has stopped the task
    } else if (!taken.isDone()) {
      waiting = taken;
    }
  }
}
