package io.tendril.core;

import io.tendril.core.internal.Failure;
import io.tendril.core.internal.Home;
import io.tendril.core.internal.coroutine.Coroutines;
import io.tendril.spi.Carrier;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A coroutine and its Deferred, as one object: a stage behind whatever the body awaits now. So
 * cancelling goes through it as through any chain, a wait for itself is found, and a suspension
 * allocates nothing of ours. States:
 *
 * <pre>
 *   NEW      link = RUNNING, body set: begins at once, or waits in the run queue
 *   RUNNING  link = RUNNING: the body runs, between {@link #run} and its next suspension
 *   WAITING  link = the Deferred that the body awaits
 *   READY    link = RUNNING, input = the result of that one: waits in the run queue
 *   DONE     link = null, slot = what the body returned, or a Failure
 *
 *   NEW -> RUNNING -> WAITING -> READY -> RUNNING ... -> DONE, and NEW -> DONE if cancelled
 * </pre>
 *
 * <p>All of it in the reactor's thread, whose identity is lent to the thread that the carrier runs
 * the body in.
 */
@SuppressWarnings({"unchecked", "NullAway"}) // see Deferred about the three fields
final class Coroutine<T> extends Stage<T> implements Runnable, Coroutines.Listed {
  /** The link of a coroutine that waits for nothing. */
  private static final Object RUNNING = new Object();

  /** Who cancels where it is no scope. */
  private static final Object OUTSIDE = new Object();

  private final Home home;
  private final Coroutines all;
  private final Coroutines.Entry entry;
  private @Nullable Callable<? extends T> body;
  private Carrier.@Nullable Coroutine carried;

  /** The context of the body while it does not run. */
  private Context context;

  private @Nullable Object input;
  private @Nullable Object output;
  private boolean suspended;

  /** Since when it waits. */
  private long since;

  /** Who wants the next suspension to end in a CancellationException; null for nobody. */
  private @Nullable Object cancelled;

  /** What looks at the deadline that it waits under, no later than that passes. */
  private @Nullable DelayedCall alarm;

  /** What it waits for, if that was cancelled because the deadline has passed. */
  private @Nullable String late;

  private Coroutine(Home home, @Nullable String name, Callable<? extends T> body) {
    this.home = home;
    this.all = home.coroutines();
    this.body = body;
    this.context = home.context();
    this.next = home;
    this.link = RUNNING;
    this.entry = all.add(this, name != null ? name : body.getClass());
  }

  /** Starts one: see {@link Reactor#async}. */
  static <T> Coroutine<T> start(
      Reactor reactor, @Nullable String name, Callable<? extends T> body) {
    Home home = Home.of(reactor);
    home.check("async()");
    var coroutine = new Coroutine<T>(home, name, body);
    if (home.draining()) {
      coroutine.all.later(coroutine);
      return coroutine;
    }
    Home before = Home.currentOrNull();
    if (before == home) {
      coroutine.run();
      return coroutine;
    }
    Home.enter(home); // the loop does not run yet
    try {
      coroutine.run();
    } finally {
      Home.enter(before);
    }
    return coroutine;
  }

  // ---- From the loop's side -------------------------------------------------------------------

  /** Runs the body until it suspends or ends. */
  @Override
  public void run() {
    Thread loop = Thread.currentThread();
    Deferred<?> outer = home.swapCoroutine(this);
    Context outerContext = home.swapContext(context);
    try {
      resume();
    } catch (Throwable e) { // the carrier's own: no thread to be had, no memory
      output = failure(e);
      carried = null;
    }
    all.lend(loop);
    context = home.swapContext(outerContext);
    home.swapCoroutine(outer);
    if (carried == null || carried.isDone()) {
      all.remove(entry);
      if (alarm != null) {
        alarm.cancel();
        alarm = null;
      }
      settle(output, home);
    }
  }

  private void resume() {
    if (carried != null) {
      carried.resume();
    } else if (cancelled != null) {
      output = new Failure(new CancellationException("cancelled before it began"));
    } else {
      carried = all.carry(this::live);
      carried.resume();
    }
  }

  /**
   * The result of what is awaited has come. For other stages this is their work, here it is news.
   */
  @Override
  @Nullable Object apply(Object action, @Nullable Object result, Home at) {
    ((Deferred<?>) link).detach(at);
    input = result;
    link = RUNNING;
    if (suspended) {
      all.later(this);
    }
    return PENDING;
  }

  /** Cancels the next suspension, or all of it if it has not begun. */
  void cancelNext() {
    home.check("this Deferred");
    cancelled = OUTSIDE;
  }

  /**
   * Cancels several, each once: one that others of them wait for is reached through those, and what
   * it awaits in cleaning up is none of this.
   *
   * @param by the scope that wants it, whose owner may leave it without suspending again; null for
   *     none
   */
  static void cancelEach(List<? extends Deferred<?>> all, @Nullable CoroutineScope by) {
    Object[] awaited = new Object[all.size()];
    for (int i = 0; i < awaited.length; i++) {
      awaited[i] = ((Coroutine<?>) all.get(i)).awaited();
    }
    for (int i = 0; i < awaited.length; i++) {
      if (all.get(i) instanceof Coroutine<?> coroutine && coroutine.awaited() == awaited[i]) {
        if (by != null && by.isOwnedBy(coroutine) && coroutine.link == RUNNING) {
          coroutine.cancelled = coroutine.cancelled == null ? by : coroutine.cancelled;
        } else {
          coroutine.cancel();
        }
      }
    }
  }

  /** What it waits for, whose result has not come; null if there is nothing. */
  private @Nullable Object awaited() {
    return link instanceof Deferred<?> deferred && deferred.pending() ? deferred : null;
  }

  /** The body leaves a scope: what that wanted cancelled is done with. */
  void leave(CoroutineScope scope) {
    if (cancelled == scope) {
      cancelled = null;
    }
  }

  /** The deadline may have passed that it waits under. */
  private void look() {
    alarm = null;
    if (suspended && link instanceof Deferred<?> awaited) {
      Deadline deadline = Deadline.of(context);
      if (deadline.hasPassed(all.clock())) {
        late = awaited.waitsFor();
        awaited.cancel();
      } else {
        watch(deadline);
      }
    }
  }

  /** Sees to it that somebody looks when a deadline passes. */
  private void watch(Deadline deadline) {
    if (!deadline.isSet() || (alarm != null && alarm.time() - deadline.nanoTime() <= 0)) {
      return;
    }
    if (alarm != null) {
      alarm.cancel();
    }
    alarm = all.at(deadline.nanoTime(), this::look);
  }

  // ---- From the body's side -------------------------------------------------------------------

  private void live() {
    all.lend(Thread.currentThread());
    if (Home.currentOrNull() != home) {
      Home.enter(home); // a thread of its own
    }
    Callable<? extends T> work = body;
    body = null;
    try {
      output = Root.refuseDeferred(work.call());
    } catch (Throwable e) {
      output = failure(e);
    }
  }

  private Failure failure(Throwable thrown) {
    home.caught(thrown);
    return new Failure(thrown);
  }

  /** The coroutine that runs now, for something that may suspend it. */
  static Coroutine<?> current(String what) {
    Home home = Home.currentOrNull();
    if (home == null || !(home.coroutine() instanceof Coroutine<?> self)) {
      throw new IllegalStateException(
          what
              + " outside of a coroutine: run this inside of reactor.async(...), or attach with"
              + " thenApply and its kin");
    }
    if (home.draining()) {
      throw new IllegalStateException(
          what
              + " inside of a continuation: return the Deferred from thenCompose or"
              + " exceptionallyCompose, or await the whole chain in the coroutine");
    }
    return self;
  }

  /** Waits for a Deferred in the coroutine that runs now. */
  static <T> T await(Deferred<T> deferred) {
    Coroutine<?> self = current("await");
    Home owner = deferred.owner();
    Object result = deferred.pending() ? self.suspend(deferred, owner) : taken(deferred, owner);
    if (result instanceof Failure failure) {
      Coroutine.<RuntimeException>throwUndeclared(Awaited.here(failure.cause));
    }
    return (T) result;
  }

  private static @Nullable Object taken(Deferred<?> deferred, Home owner) {
    Object result = deferred.slot;
    deferred.detach(owner);
    if (result instanceof Failure failure) {
      failure.handled();
    }
    return result;
  }

  private @Nullable Object suspend(Deferred<?> awaited, Home owner) {
    if (wouldWaitForItself(awaited)) {
      throw new IllegalStateException("this coroutine would wait for itself: " + circle(awaited));
    }
    link = awaited;
    awaited.next = this;
    Context under = home.context();
    if (under != Context.empty()) {
      keepTo(Deadline.of(under), awaited);
    }
    if (cancelled != null && link != RUNNING) {
      cancelled = null;
      awaited.cancel();
    }
    if (link != RUNNING) {
      since = all.turnTime();
      suspended = true;
      try {
        carried.suspend();
      } catch (Throwable pinned) {
        link = RUNNING;
        awaited.next = owner;
        throw pinned;
      } finally {
        suspended = false;
        all.lend(Thread.currentThread());
      }
    }
    Object result = input;
    input = null;
    return late != null ? inTime(result, late) : result;
  }

  private void keepTo(Deadline deadline, Deferred<?> awaited) {
    if (deadline.hasPassed(all.clock())) {
      late = awaited.waitsFor();
      awaited.cancel();
    } else {
      watch(deadline);
    }
  }

  /** A cancellation by the deadline is a timeout; whatever else came of it, stays. */
  private @Nullable Object inTime(@Nullable Object result, String what) {
    late = null;
    if (result instanceof Failure failure
        && failure.cause instanceof CancellationException cancellation) {
      var timeout = Deadline.passed(what);
      timeout.initCause(cancellation);
      return new Failure(timeout, failure.origin);
    }
    return result;
  }

  /** Throws what the compiler would want declared. */
  static <X extends Throwable> void throwUndeclared(Throwable failure) throws X {
    throw (X) failure;
  }

  // ---- For reports ----------------------------------------------------------------------------

  /** Its name, for those who wait for it. */
  String name() {
    return entry.name();
  }

  @Override
  public void cancelAll(List<Deferred<?>> coroutines) {
    cancelEach(coroutines, null);
  }

  @Override
  public Reactor.LiveCoroutine inspect() {
    boolean waits = suspended && link instanceof Deferred;
    return new Reactor.LiveCoroutine(
        entry.name(),
        entry.made(),
        waits ? ((Deferred<?>) link).waitsFor() : null,
        waits ? Duration.ofNanos(all.clock().nanoTime() - since) : Duration.ZERO,
        carried != null && suspended ? Awaited.body(carried.stack()) : List.of());
  }

  @Override
  public String toString() {
    return inspect().toString();
  }
}
