package io.tendril.core.internal;

import io.tendril.core.Context;
import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Reactor;
import io.tendril.core.internal.coroutine.Coroutines;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a Deferred belongs: the reactor that was current when it was made or, outside of any
 * reactor, the thread that made it.
 *
 * <p>A home is confined to one thread at a time, and owns that thread's queue of continuations. The
 * rule that it keeps (contract D2): a continuation runs before the outermost fire or attach
 * returns, first-in first-out, and never inside another continuation.
 */
public abstract class Home {
  /** The home of constants, which belong to nobody: attaching adopts the current home. */
  public static final Home NONE = new NoHome();

  private static final ThreadLocal<@Nullable Home> CURRENT = new ThreadLocal<>();

  /** A unit of the queue: one step of a Deferred's chain. */
  public interface Step {
    void step(Home home);
  }

  private Step[] queue = new Step[16];
  private int head;
  private int size;
  private boolean draining;
  private Context context = Context.empty();
  private @Nullable Deferred<?> coroutine;
  private @Nullable Unhandled unhandled;
  private final Map<Class<?>, Object> parts = new HashMap<>(2);

  /** The home of the calling thread, made on first use outside of a reactor. */
  public static Home current() {
    Home home = CURRENT.get();
    return home != null ? home : ThreadHome.adopt();
  }

  /** The home of the calling thread, or null where there is none yet. */
  public static @Nullable Home currentOrNull() {
    return CURRENT.get();
  }

  /** A reactor as the home that it is. */
  public static Home of(Reactor reactor) {
    if (reactor instanceof Home home) {
      return home;
    }
    throw new IllegalStateException(reactor + " is none of Tendril's own reactors");
  }

  /** Makes this home the calling thread's own, and returns the one before it. */
  public static @Nullable Home enter(@Nullable Home home) {
    Home before = CURRENT.get();
    if (home == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(home);
    }
    return before;
  }

  /** Whether the calling thread is the one that this home is confined to now. */
  public abstract boolean isCurrent();

  /** The reactor, or null for the home of a mere thread. */
  public abstract @Nullable Reactor reactor();

  /** Schedules an action on this home's clock. */
  public abstract DelayedCall callLater(Duration delay, Reactor.Action action);

  /**
   * Hands an action over from any thread. After the end of the loop it is dropped.
   *
   * @throws java.util.concurrent.RejectedExecutionException where there is no loop
   */
  public abstract void post(Runnable action);

  /** Whether there is a loop to {@link #post} to and to wait with. */
  public boolean hasLoop() {
    return true;
  }

  /** Reports a failure that nobody handled. */
  public abstract void report(Throwable failure, @Nullable String origin);

  /** Reports an error that must stop the loop. */
  public abstract void fatal(VirtualMachineError error);

  /** To be called with whatever is caught: an error of the virtual machine is not for a chain. */
  public final void caught(Throwable thrown) {
    if (thrown instanceof VirtualMachineError error && !(error instanceof StackOverflowError)) {
      fatal(error);
    }
  }

  /** Whether Promises remember where they were made and fired. */
  public abstract boolean debug();

  /** What starts coroutines; homes without a loop have none. */
  public Coroutines coroutines() {
    throw new IllegalStateException(name() + " has no loop that coroutines could run in");
  }

  /** A name for messages. */
  public abstract String name();

  /** Throws unless the calling thread is this home's own. */
  public final void check(String what) {
    if (!isCurrent()) {
      throw wrongThread(what);
    }
  }

  private IllegalStateException wrongThread(String what) {
    return new IllegalStateException(
        what
            + " belongs to "
            + name()
            + " and was used from thread '"
            + Thread.currentThread().getName()
            + "'; hand the call over with reactor.execute(...), or move the result with"
            + " deferred.on(reactor)");
  }

  /** The context in force now. */
  public final Context context() {
    return context;
  }

  /** Replaces the context in force, and returns the one before it. */
  public final Context swapContext(Context next) {
    Context before = context;
    context = next;
    return before;
  }

  /** The coroutine that runs now, as its Deferred; null outside of any. */
  public final @Nullable Deferred<?> coroutine() {
    return coroutine;
  }

  /** Replaces the coroutine that runs now, and returns the one before it. */
  public final @Nullable Deferred<?> swapCoroutine(@Nullable Deferred<?> next) {
    Deferred<?> before = coroutine;
    coroutine = next;
    return before;
  }

  /** The one object of a class that goes with this home; made on first use. */
  public final <P> P part(Class<P> type, Supplier<P> maker) {
    return type.cast(parts.computeIfAbsent(type, absent -> maker.get()));
  }

  /** Begins to run steps; false if one is running already, and the next is to be enqueued. */
  public final boolean beginSteps() {
    if (draining) {
      return false;
    }
    draining = true;
    return true;
  }

  /** Ends what {@link #beginSteps} began: runs the steps that have been enqueued since. */
  public final void endSteps() {
    try {
      while (size > 0) {
        pop().step(this);
      }
    } finally {
      draining = false;
    }
  }

  /** Has a step run right after those that wait already. */
  public final void enqueue(Step step) {
    if (size == queue.length) {
      grow();
    }
    queue[(head + size++) & (queue.length - 1)] = step;
  }

  /** Whether there are steps that wait for the one that runs now to end. */
  public final boolean stepsWait() {
    return size > 0;
  }

  /** Whether a continuation is running now. */
  public final boolean draining() {
    return draining;
  }

  /**
   * Lets a nested loop (a modal dialog, a turn inside of a callback) run continuations of its own;
   * the returned state goes back through {@link #endNested}.
   */
  public final boolean beginNested() {
    boolean before = draining;
    draining = false;
    return before;
  }

  /** Ends what {@link #beginNested} began. */
  public final void endNested(boolean before) {
    draining = before;
  }

  @SuppressWarnings("NullAway") // a slot that is not in use holds nothing
  private Step pop() {
    Step step = queue[head];
    queue[head] = null;
    head = (head + 1) & (queue.length - 1);
    if (--size == 0 && queue.length > 4096) {
      queue = new Step[16];
      head = 0;
    }
    return step;
  }

  private void grow() {
    Step[] wider = new Step[queue.length * 2];
    int first = queue.length - head;
    System.arraycopy(queue, head, wider, 0, first);
    System.arraycopy(queue, 0, wider, first, head);
    queue = wider;
    head = 0;
  }

  /** Remembers a failure that has reached a stage without continuation. */
  public final void watch(Object deferred, Failure failure) {
    if (isMereCancellation(failure.cause)) {
      return;
    }
    if (unhandled == null) {
      unhandled = new Unhandled(this);
    } else if (!hasLoop()) {
      unhandled.reportCollected(); // no loop does it each turn
    }
    unhandled.add(deferred, failure);
  }

  /**
   * A cancellation was asked for by whoever held the chain: no news, unless its canceller threw.
   */
  private static boolean isMereCancellation(Throwable cause) {
    return cause instanceof CancellationException && cause.getSuppressed().length == 0;
  }

  /** Reports the failures whose Deferreds have been collected without anyone handling them. */
  public final void reportCollected() {
    if (unhandled != null) {
      unhandled.reportCollected();
    }
  }

  /** Reports every failure that nobody has handled so far. */
  public final void reportUnhandled() {
    if (unhandled != null) {
      unhandled.reportAll();
    }
  }

  /** The home of constants. */
  private static final class NoHome extends Home {
    @Override
    public boolean isCurrent() {
      return true;
    }

    @Override
    public @Nullable Reactor reactor() {
      return null;
    }

    @Override
    public DelayedCall callLater(Duration delay, Reactor.Action action) {
      throw new IllegalStateException("a constant has no clock");
    }

    @Override
    public void post(Runnable action) {
      throw new IllegalStateException("a constant has no thread");
    }

    @Override
    public void report(Throwable failure, @Nullable String origin) {
      Home.current().report(failure, origin);
    }

    @Override
    public void fatal(VirtualMachineError error) {
      throw error;
    }

    @Override
    public boolean debug() {
      return false;
    }

    @Override
    public String name() {
      return "nobody";
    }
  }
}
