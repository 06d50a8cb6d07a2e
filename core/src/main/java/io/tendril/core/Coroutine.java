package io.tendril.core;

import io.tendril.core.internal.Failure;
import io.tendril.core.internal.Home;
import io.tendril.core.internal.coroutine.Coroutines;
import io.tendril.spi.Carrier;
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
final class Coroutine<T> extends Stage<T> implements Runnable {
  /** The link of a coroutine that waits for nothing. */
  private static final Object RUNNING = new Object();

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

  /** Whether the next suspension is to end in a CancellationException. */
  private boolean cancelled;

  private Coroutine(Home home, Callable<? extends T> body) {
    this.home = home;
    this.all = home.coroutines();
    this.body = body;
    this.context = home.context();
    this.next = home;
    this.link = RUNNING;
    this.entry = all.add(this, body.getClass());
  }

  /** Starts one: see {@link Reactor#async}. */
  static <T> Deferred<T> start(Reactor reactor, Callable<? extends T> body) {
    Home home = Home.of(reactor);
    home.check("async()");
    var coroutine = new Coroutine<T>(home, body);
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
      settle(output, home);
    }
  }

  private void resume() {
    if (carried != null) {
      carried.resume();
    } else if (cancelled) {
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
    cancelled = true;
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

  /** Waits for a Deferred in the coroutine that runs now. */
  static <T> T await(Deferred<T> deferred) {
    Home home = Home.currentOrNull();
    if (home == null || !(home.coroutine() instanceof Coroutine<?> self)) {
      throw new IllegalStateException(
          "await outside of a coroutine: run this inside of reactor.async(...), or attach with"
              + " thenApply and its kin");
    }
    if (home.draining()) {
      throw new IllegalStateException(
          "await inside of a continuation: return the Deferred from thenCompose or"
              + " exceptionallyCompose, or await the whole chain in the coroutine");
    }
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
    if (cancelled) {
      cancelled = false;
      awaited.cancel();
    }
    if (link != RUNNING) {
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
    return result;
  }

  /** Throws what the compiler would want declared. */
  private static <X extends Throwable> void throwUndeclared(Throwable failure) throws X {
    throw (X) failure;
  }

  // ---- For reports ----------------------------------------------------------------------------

  @Override
  public String toString() {
    return entry + place();
  }

  private String place() {
    if (carried != null && suspended) {
      for (StackTraceElement frame : carried.stack()) {
        if (Awaited.isUsers(frame)) {
          return ", waits at " + frame;
        }
      }
    }
    return "";
  }
}
