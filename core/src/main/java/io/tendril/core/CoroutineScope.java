package io.tendril.core;

import io.tendril.core.internal.Failure;
import io.tendril.core.internal.Home;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Coroutines that belong to a block of code: none of them outlives it.
 *
 * <pre>{@code
 * var page = CoroutineScope.run(scope -> {
 *   var head = scope.async(() -> fetch(a));
 *   var body = scope.async(() -> fetch(b));
 *   return join(head.await(), body.await());
 * });
 * }</pre>
 *
 * <p>However the body is left, {@link #run} cancels the coroutines that have not ended, and waits
 * until they have, with their {@code finally} blocks. To wait for them without cancelling, await
 * them, or all of them by {@link #join}.
 *
 * <p>The first coroutine that fails, ends all of it: the others are cancelled, and so is what the
 * body awaits; when all have ended {@code run} throws that failure, with those of the others
 * suppressed in it. A failure that shall not, is caught inside of its coroutine. One that is merely
 * cancelled is no failure.
 *
 * <p>Cancelling the coroutine that is in {@code run} cancels those of the scope, and again when it
 * is done again while their ends are waited for. A {@link Deadline} holds for the body, and for
 * coroutines as they inherit it; the wait for their ends has none.
 *
 * <p>It belongs to the reactor that it was made in.
 */
public final class CoroutineScope {
  /** How many other failures the first one carries. */
  private static final int MOST_SUPPRESSED = 16;

  private final Reactor reactor;
  private final Home home;
  private final Coroutine<?> owner;
  private final SequencedSet<Child<?>> running = new LinkedHashSet<>();
  private final List<Child<?>> failed = new ArrayList<>();
  private @Nullable Throwable first;
  private @Nullable Ending ending;
  private boolean left;

  private CoroutineScope(Coroutine<?> owner) {
    this.reactor = Reactor.current();
    this.home = Home.of(reactor);
    this.owner = owner;
  }

  /**
   * What is done with a scope.
   *
   * @param <T> what it results in
   */
  @FunctionalInterface
  public interface Body<T> {
    @Nullable T run(CoroutineScope scope) throws Exception;
  }

  /**
   * Runs a body in a scope of its own, and returns what it returns when all coroutines of the scope
   * have ended; or throws what it or one of them has thrown, whatever its type, as {@link
   * Deferred#await} does.
   *
   * @throws IllegalStateException outside of a coroutine
   */
  @SuppressWarnings("NullAway") // a body may return null, as that of any coroutine
  public static <T> T run(Body<T> body) {
    var scope = new CoroutineScope(Coroutine.current("a CoroutineScope"));
    @Nullable T value = null;
    Throwable thrown = null;
    try {
      value = Root.refuseDeferred(body.run(scope));
    } catch (Throwable e) {
      thrown = e;
    }
    Throwable failure = scope.leave(thrown);
    if (failure != null) {
      Coroutine.<RuntimeException>throwUndeclared(failure);
    }
    return value;
  }

  /**
   * Runs bodies side by side, and returns their values in order. At the first failure the others
   * are cancelled and waited for.
   */
  public static <T> List<T> gather(List<? extends Callable<? extends T>> bodies) {
    return run(scope -> {
      List<Deferred<T>> all = new ArrayList<>();
      for (Callable<? extends T> body : bodies) {
        all.add(scope.async(body));
      }
      List<T> values = new ArrayList<>();
      for (Deferred<T> one : all) {
        values.add(one.await());
      }
      return values;
    });
  }

  /**
   * Runs bodies side by side, and returns the value of the first that succeeds, when the others
   * have been cancelled and have ended. An exception loses the race; an error, such as that of an
   * assertion, ends it.
   *
   * @throws Deferred.RaceFailed if there is no winner, with the failures in the order of the bodies
   */
  public static <T> T race(List<? extends Callable<? extends T>> bodies) {
    return run(scope -> {
      Promise<T> winner = Promise.create();
      Throwable[] failures = new Throwable[bodies.size()];
      int[] left = {failures.length};
      if (left[0] == 0) {
        throw new Deferred.RaceFailed(List.of());
      }
      for (int i = 0; i < failures.length && !winner.isDone(); i++) {
        int number = i;
        Callable<? extends T> body = bodies.get(i);
        scope.async(() -> {
          T value;
          try {
            value = body.call();
          } catch (Exception e) {
            failures[number] = e;
            if (--left[0] == 0) {
              winner.fail(new Deferred.RaceFailed(List.of(failures)));
            }
            return null;
          }
          if (!winner.isDone()) {
            winner.succeed(value);
          }
          return null;
        });
      }
      return winner.deferred().await();
    });
  }

  /**
   * Starts a coroutine that ends with this scope; else as {@link Reactor#async(Callable)}. To be
   * called by the body, and by the coroutines of the scope.
   *
   * @throws IllegalStateException when the body has been left
   */
  public <T> Deferred<T> async(Callable<? extends T> body) {
    return start(null, body);
  }

  /** As {@link #async(Callable)}, with a name for {@link Reactor#liveCoroutines}. */
  public <T> Deferred<T> async(String name, Callable<? extends T> body) {
    return start(Objects.requireNonNull(name), body);
  }

  private <T> Deferred<T> start(@Nullable String name, Callable<? extends T> body) {
    home.check("this CoroutineScope");
    if (left) {
      throw new IllegalStateException("the body of this CoroutineScope has been left");
    }
    if (first != null) {
      return Deferred.failed(
          new CancellationException("another coroutine of its scope has failed"));
    }
    Coroutine<T> coroutine = Coroutine.start(reactor, name, body);
    var child = new Child<T>(coroutine);
    running.add(child);
    return coroutine.attach(child, this);
  }

  /**
   * Waits until the coroutines of this scope have ended. To be called by the body. If one fails, or
   * if the body is cancelled here, they are cancelled, and it throws when they have ended.
   *
   * @throws IllegalStateException in any other coroutine than the body's
   */
  public void join() {
    if (Coroutine.current("join") != owner) {
      throw new IllegalStateException("join() is for the body of a CoroutineScope");
    }
    Throwable cancelled = awaitAll();
    Throwable failure = first != null ? Awaited.here(first) : cancelled;
    if (failure != null) {
      Coroutine.<RuntimeException>throwUndeclared(failure);
    }
  }

  /** The body has been left: ends all, and returns what there is to throw. */
  private @Nullable Throwable leave(@Nullable Throwable thrown) {
    left = true;
    owner.leave(this);
    Throwable cancelled = thrown instanceof CancellationException ? thrown : null;
    if (first == null && cancelled == null) {
      first = thrown;
    } else if (first != null && thrown != null && cancelled == null && thrown != first) {
      first = together(first, thrown);
    }
    if (!running.isEmpty()) {
      cancelAll(false);
      Throwable meanwhile = awaitAllInTheEnd();
      cancelled = cancelled != null ? cancelled : meanwhile;
    }
    for (Child<?> child : failed) {
      child.handled();
    }
    if (first == null) {
      return cancelled;
    }
    return first == thrown ? first : Awaited.here(first);
  }

  private @Nullable Throwable awaitAllInTheEnd() {
    List<Throwable> cancelled = new ArrayList<>(1);
    Deadline.NONE.run(() -> {
      Throwable by = awaitAll();
      if (by != null) {
        cancelled.add(by);
      }
    });
    return cancelled.isEmpty() ? null : cancelled.getFirst();
  }

  /** The body has thrown after a failure: it has put that in other words, or has one of its own. */
  private static Throwable together(Throwable first, Throwable thrown) {
    Throwable cause = thrown;
    for (int i = 0; i < 16 && cause != null; i++, cause = cause.getCause()) {
      if (cause == first) {
        return thrown;
      }
    }
    first.addSuppressed(thrown);
    return first;
  }

  /** Waits for all ends, whatever happens; returns what has cancelled that. */
  private @Nullable Throwable awaitAll() {
    Throwable cancelled = null;
    owner.leave(this);
    while (!running.isEmpty()) {
      var end = new Ending(this, running.getFirst().coroutine);
      ending = end;
      try {
        end.await();
      } catch (IllegalStateException e) { // one waits for this coroutine: it never ends
        throw e;
      } catch (Throwable e) {
        cancelled = cancelled != null ? cancelled : e;
      } finally {
        ending = null;
      }
    }
    return cancelled;
  }

  /**
   * Cancels the coroutines, and the body unless it waits for them or has been left.
   *
   * @param again also those that have been told before
   */
  private void cancelAll(boolean again) {
    List<Coroutine<?>> all = new ArrayList<>();
    if (!left && ending == null) {
      all.add(owner);
    }
    for (Child<?> child : running) {
      if (again || !child.told) {
        child.told = true;
        all.add(child.coroutine);
      }
    }
    Coroutine.cancelEach(all, this);
  }

  /** Whether a coroutine is the one whose body is in this scope. */
  boolean isOwnedBy(Coroutine<?> coroutine) {
    return coroutine == owner;
  }

  private void ended(Child<?> child, @Nullable Object result) {
    running.remove(child);
    if (result instanceof Failure failure && !(failure.cause instanceof CancellationException)) {
      failed.add(child);
      failed(failure.cause);
    }
    if (ending != null && ending.link == child.coroutine) {
      ending.end(home);
    }
  }

  private void failed(Throwable failure) {
    if (first == null) {
      first = failure;
      cancelAll(false);
    } else if (failure != first && failed.size() <= MOST_SUPPRESSED) {
      first.addSuppressed(failure);
    }
  }

  /** What follows a coroutine of the scope: tells the scope, and passes the result on. */
  private static final class Child<T> extends Stage<T> {
    private final Coroutine<T> coroutine;
    private boolean told;

    Child(Coroutine<T> coroutine) {
      this.coroutine = coroutine;
    }

    @Override
    @Nullable Object apply(Object action, @Nullable Object input, Home home) {
      ((CoroutineScope) action).ended(this, input);
      return input;
    }

    /** The scope has thrown its failure, so it is nobody else's to report. */
    void handled() {
      if (homeOrNull() != null && slot instanceof Failure failure) {
        failure.handled();
      }
    }
  }

  /**
   * The end of a coroutine, for the body to await: linked to it as any stage is, so that a circle
   * is found, and yet not its continuation. Cancelling it cancels the whole scope.
   */
  static final class Ending extends Stage<Void> {
    private final CoroutineScope scope;
    private boolean cancelled;

    Ending(CoroutineScope scope, Coroutine<?> coroutine) {
      this.scope = scope;
      this.link = coroutine;
      this.next = scope.home;
    }

    void cancelScope() {
      cancelled = true;
      scope.cancelAll(scope.left);
    }

    void end(Home home) {
      settle(cancelled ? new Failure(new CancellationException("cancelled")) : null, home);
    }

    @Override
    @Nullable Object apply(Object action, @Nullable Object input, Home home) {
      throw new AssertionError("it follows nothing");
    }
  }
}
