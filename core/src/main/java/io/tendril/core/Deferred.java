package io.tendril.core;

import com.google.errorprone.annotations.CheckReturnValue;
import io.tendril.core.internal.Failure;
import io.tendril.core.internal.Home;
import io.tendril.core.internal.Origin;
import io.tendril.core.internal.Waited;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A result that is not there yet. Whoever owes it holds the {@link Promise}; everybody else holds
 * this: attach a continuation, cancel, or await. It cannot be asked for its value.
 *
 * <pre>{@code
 * Deferred<Integer> length = agent.get("https://example.org/")
 *     .thenCompose(Response::text)
 *     .thenApply(String::length)
 *     .exceptionally(ConnectFailed.class, failure -> -1);
 * }</pre>
 *
 * <p><b>A chain, not a tree.</b> Each attach returns the next stage, and a stage takes one
 * continuation; a second one throws. To hand one result to several, {@link #share()} it first.
 *
 * <p><b>When continuations run.</b> Before the outermost fire or attach returns, first-in
 * first-out, and never inside another continuation: there is no recursion, however long the chain.
 * A continuation that throws puts the next stage on its error side; an error stage that returns
 * puts it back on the value side.
 *
 * <p><b>Whose it is.</b> It belongs to the reactor that was current when it was made; constants
 * belong to none. Using it from another thread throws; {@link #on} moves a result over.
 *
 * <p><b>Failures are not lost.</b> A failure that reaches a last stage which nobody attaches to is
 * reported once to the reactor's observer.
 *
 * @param <T> what it results in
 */
@SuppressWarnings({"unchecked", "NullAway"}) // the three fields are a tagged union, see below
public abstract sealed class Deferred<T> permits Root, Stage {
  /*
   * Three references, so that a stage is 24 bytes:
   *
   *          a root not fired   a stage not fired           fired
   *   link   its Home           the Deferred waited for     null (or LATE: one more firing is
   *                                                         swallowed, after a cancel)
   *   slot   its canceller      what it will do             the value or a Failure; null once that
   *                                                         has been passed on
   *   next   the Home while there is no continuation, then the continuation; CONSUMED, and the Home
   *          in slot, where the chain ends without one: see detach()
   *
   * The next of a fired Deferred stays, so that cancel() finds what its chain waits for now.
   */

  /** The link of a root that was cancelled: one late firing is swallowed. */
  static final Object LATE = new Object();

  /** The next of a Deferred whose continuation is none of its business any more. */
  static final Object CONSUMED = new Object();

  /** What is waited for where nobody gave it words. */
  private static final String A_DEFERRED = "a Deferred";

  @Nullable Object slot;
  @Nullable Object next;
  @Nullable Object link;

  Deferred() {}

  Deferred(@Nullable Object slot, Object next, @Nullable Object link) {
    this.slot = slot;
    this.next = next;
    this.link = link;
  }

  /** A function of one argument that may throw. */
  @FunctionalInterface
  public interface Mapper<A, R> {
    @Nullable R apply(A value) throws Exception;
  }

  /** A function of a value or a failure, one of which is null, that may throw. */
  @FunctionalInterface
  public interface BiMapper<A, R> {
    @Nullable R apply(@Nullable A value, @Nullable Throwable failure) throws Exception;
  }

  /** An action on a value that may throw. */
  @FunctionalInterface
  public interface Handler<A> {
    void accept(A value) throws Exception;
  }

  /** An action on a value or a failure, one of which is null, that may throw. */
  @FunctionalInterface
  public interface BiHandler<A> {
    void accept(@Nullable A value, @Nullable Throwable failure) throws Exception;
  }

  // ---- Constants ------------------------------------------------------------------------------

  /** A Deferred that has succeeded already. It belongs to no reactor. */
  public static <T> Deferred<T> succeeded(@Nullable T value) {
    return new Root<>(Root.refuseDeferred(value), Home.NONE);
  }

  /** A Deferred that has succeeded already, with nothing to tell. */
  public static Deferred<Void> done() {
    return new Root<>(null, Home.NONE);
  }

  /** A Deferred that has failed already. It belongs to no reactor until somebody attaches. */
  public static <T> Deferred<T> failed(Throwable failure) {
    Home home = Home.current();
    var result =
        new Failure(Objects.requireNonNull(failure), home.debug() ? "made " + Origin.here() : null);
    var failed = new Root<T>(result, Home.NONE);
    home.watch(failed, result);
    return failed;
  }

  /** Calls a function now; what it throws fails the Deferred. */
  public static <T> Deferred<T> of(Callable<? extends Deferred<T>> call) {
    try {
      Deferred<T> result = call.call();
      return result != null ? result : failed(new NullPointerException("null for a Deferred"));
    } catch (Throwable e) {
      Home.current().caught(e);
      return failed(e);
    }
  }

  // ---- The value side -------------------------------------------------------------------------

  /** Maps the value. To wait for another Deferred, use {@link #thenCompose}. */
  @CheckReturnValue
  public final <R> Deferred<R> thenApply(Mapper<? super T, ? extends R> function) {
    return attach(new Stages.Apply<>(), function);
  }

  /** Does something with the value; the next stage succeeds with null. */
  public final Deferred<Void> thenAccept(Handler<? super T> action) {
    return attach(new Stages.Accept<>(), action);
  }

  /** Does something once there is a value; the next stage succeeds with null. */
  public final Deferred<Void> thenRun(Reactor.Action action) {
    return attach(new Stages.Run<>(), action);
  }

  /** Goes on with the Deferred that the function returns, and takes its result over. */
  @CheckReturnValue
  public final <R> Deferred<R> thenCompose(Mapper<? super T, ? extends Deferred<R>> function) {
    return attach(new Stages.Compose<>(), function);
  }

  // ---- The error side -------------------------------------------------------------------------

  /** Turns any failure into a value. */
  public final Deferred<T> exceptionally(Mapper<? super Throwable, ? extends T> function) {
    return attach(new Stages.Recover<>(), function);
  }

  /** Turns failures of one type into a value; others pass. */
  public final <X extends Throwable> Deferred<T> exceptionally(
      Class<X> type, Mapper<? super X, ? extends T> function) {
    return attach(new Stages.Recover<>(), new Stages.Typed<>(type, function));
  }

  /** Goes on with another Deferred after any failure. */
  @CheckReturnValue
  public final Deferred<T> exceptionallyCompose(
      Mapper<? super Throwable, ? extends Deferred<T>> function) {
    return attach(new Stages.RecoverCompose<>(), function);
  }

  /** Goes on with another Deferred after failures of one type; others pass. */
  @CheckReturnValue
  public final <X extends Throwable> Deferred<T> exceptionallyCompose(
      Class<X> type, Mapper<? super X, ? extends Deferred<T>> function) {
    return attach(new Stages.RecoverCompose<>(), new Stages.Typed<>(type, function));
  }

  // ---- Both sides -----------------------------------------------------------------------------

  /** Maps the value or the failure, whichever is there. */
  @CheckReturnValue
  public final <R> Deferred<R> handle(BiMapper<? super T, ? extends R> function) {
    return attach(new Stages.Handle<>(), function);
  }

  /**
   * Maps the value with one function or the failure with the other. They are one pair: the second
   * never sees what the first throws.
   */
  @CheckReturnValue
  public final <R> Deferred<R> handle(
      Mapper<? super T, ? extends R> onValue, Mapper<? super Throwable, ? extends R> onFailure) {
    return attach(new Stages.HandlePair<>(), new Stages.Pair(onValue, onFailure));
  }

  /** As {@link #handle(Mapper, Mapper)}, with functions that return Deferreds. */
  @CheckReturnValue
  public final <R> Deferred<R> handleCompose(
      Mapper<? super T, ? extends Deferred<R>> onValue,
      Mapper<? super Throwable, ? extends Deferred<R>> onFailure) {
    return attach(new Stages.HandleComposePair<>(), new Stages.Pair(onValue, onFailure));
  }

  /**
   * Looks at the result and passes it on. What the action throws replaces a value, and is
   * suppressed in a failure.
   */
  public final Deferred<T> whenComplete(BiHandler<? super T> action) {
    return attach(new Stages.When<>(), action);
  }

  /**
   * Does something in either case, waits for the Deferred that it returns, and passes the original
   * result on. If the action throws or its Deferred fails, that replaces a value, and is suppressed
   * in a failure.
   */
  public final Deferred<T> finallyCompose(Callable<? extends Deferred<?>> action) {
    return attach(new Stages.Finally<>(), action);
  }

  // ---- Time, threads, sharing -----------------------------------------------------------------

  /**
   * Bounds the stages before this one: when the time is up they are cancelled, and the cancellation
   * becomes a {@link TimeoutException} that names the time and what was waited for. A stage before
   * this one that handles the cancellation has its way: what it still waits for is waited for.
   *
   * @param limit measured by the clock of the reactor that this belongs to
   * @param what what is waited for, for the message: "the answer of 127.0.0.1:53"
   */
  @CheckReturnValue
  public final Deferred<T> orTimeout(Duration limit, String what) {
    var stage = new Stages.Timeout<T>(limit, what);
    if (pending()) {
      stage.arm(owner());
    }
    return attach(stage, Stages.Timeout.WAITING);
  }

  /** As {@link #orTimeout(Duration, String)}, with the chain itself as what is waited for. */
  @CheckReturnValue
  public final Deferred<T> orTimeout(Duration limit) {
    return orTimeout(limit, A_DEFERRED);
  }

  /** Moves the result to another reactor: the stage returned belongs to that one. */
  @CheckReturnValue
  public final Deferred<T> on(Reactor other) {
    return Crossing.to(other, this);
  }

  /**
   * Makes this result available to several. To be called before anything is attached; each {@link
   * SharedDeferred#branch()} then sees the value or the failure.
   */
  public final SharedDeferred<T> share() {
    return new SharedDeferred<>(this);
  }

  /**
   * Suspends the coroutine that calls it until the result is there; returns the value or throws the
   * failure, whatever its type: also a checked exception, undeclared. Legal only inside of {@link
   * Reactor#async} and what is built on it; nothing suspends on a result that is there already.
   *
   * <p>The failure is thrown as it is. Since its stack trace shows where it was made, the awaiting
   * place is added to it, suppressed.
   *
   * @throws IllegalStateException outside of a coroutine, inside of a continuation, if this has a
   *     continuation already, or if the coroutine would wait for itself
   * @throws java.util.concurrent.CancellationException if this or the coroutine is cancelled
   */
  public final T await() {
    return Coroutine.await(this);
  }

  /**
   * As {@link #await()}, for callers that want to catch a checked exception: the compiler lets
   * them, since this declares it.
   *
   * <pre>{@code
   * try {
   *   return answer.orTimeout(Duration.ofSeconds(2)).await(TimeoutException.class);
   * } catch (TimeoutException e) {
   *   return otherwise;
   * }
   * }</pre>
   *
   * @param declared the type to declare; other failures are thrown all the same
   */
  public final <X extends Throwable> T await(Class<X> declared) throws X {
    return Coroutine.await(this);
  }

  /**
   * Cancels what this chain waits for now, from any stage of it: the promise's canceller runs, or
   * the inner Deferred is cancelled, and a {@link java.util.concurrent.CancellationException} comes
   * down the chain. Of a coroutine, it is what the body awaits. Does nothing when the last result
   * is there. Safe to repeat.
   */
  public final void cancel() {
    Deferred<?> at = this;
    while (!at.pending() && at.next instanceof Stage<?> after) {
      at = after;
    }
    at = at.standIn();
    while (at instanceof Stage<?> stage
        && stage.link instanceof Deferred<?> before
        && before.pending()
        && !(at instanceof CoroutineScope.Ending)) {
      at = before;
    }
    if (at instanceof Root<?> root) {
      root.cancelRoot();
    } else if (at instanceof Coroutine<?> coroutine) {
      coroutine.cancelNext();
    } else if (at instanceof CoroutineScope.Ending ending && at.pending()) {
      ending.cancelScope();
    } else {
      at.checkOwner(); // there is nothing to wait for: a continuation is about to run
    }
  }

  /** Whether the result is there. Which one it is stays between it and its continuation. */
  public final boolean isDone() {
    return !standIn().pending();
  }

  // ---- Bridges --------------------------------------------------------------------------------

  /** A stage of the JDK's with this result; cancelling it cancels this. */
  public final CompletionStage<T> toCompletionStage() {
    return Bridges.toStage(this);
  }

  /** A Deferred of the current reactor with a stage's result; cancelling it cancels the stage. */
  public static <T> Deferred<T> from(CompletionStage<T> stage) {
    return Bridges.fromStage(stage);
  }

  /** A publisher of one item; a subscriber that cancels cancels this. It takes one subscriber. */
  public final Flow.Publisher<T> toPublisher() {
    return new OnePublisher<>(this);
  }

  /**
   * The first item of a publisher, or a {@link java.util.NoSuchElementException}. It belongs to the
   * current reactor; the publisher may run in any thread.
   */
  public static <T> Deferred<T> from(Flow.Publisher<T> publisher) {
    return FirstItem.of(publisher);
  }

  // ---- Several at once ------------------------------------------------------------------------

  /**
   * All values in order, or the first failure as a {@link GatherFailed} with its index. The others
   * are not cancelled; their failures count as handled.
   */
  @CheckReturnValue
  public static <T> Deferred<List<T>> gather(List<? extends Deferred<? extends T>> deferreds) {
    return Gathering.gather(deferreds);
  }

  /** All outcomes, in order. Never fails. */
  @CheckReturnValue
  public static <T> Deferred<List<Outcome<T>>> settle(
      List<? extends Deferred<? extends T>> deferreds) {
    return Gathering.settle(deferreds);
  }

  /**
   * The first success; the others are cancelled. If all fail, one {@link RaceFailed} with the
   * failures in input order. A race of nothing fails at once.
   */
  @CheckReturnValue
  public static <T> Deferred<T> race(List<? extends Deferred<? extends T>> deferreds) {
    return Gathering.race(deferreds);
  }

  /** Why {@link #gather} failed: the cause is the first failure. */
  public static final class GatherFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int index;

    GatherFailed(int index, Throwable cause) {
      super("number " + index + " of the gathered failed: " + cause, cause, true, false);
      this.index = index;
    }

    /** The position of what failed, from 0. */
    public int index() {
      return index;
    }
  }

  /** Why {@link #race} failed: nobody won. */
  public static final class RaceFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient List<Throwable> failures;

    RaceFailed(List<Throwable> failures) {
      super(
          failures.isEmpty()
              ? "a race of nothing"
              : "all " + failures.size() + " failed: " + failures,
          failures.isEmpty() ? null : failures.getFirst(),
          true,
          false);
      this.failures = List.copyOf(failures);
      failures.stream().skip(1).forEach(this::addSuppressed);
    }

    /** The failures, in the order of the inputs. */
    public List<Throwable> failures() {
      return failures;
    }
  }

  // ---- Inside ---------------------------------------------------------------------------------

  final boolean pending() {
    return link != null && link != LATE;
  }

  /** This or, where another stage waits in its place, that one: see {@link Stage#MOVED}. */
  final Deferred<?> standIn() {
    Deferred<?> at = this;
    while (at.slot == Stage.MOVED) {
      at = (Deferred<?>) at.link;
    }
    return at;
  }

  /** The home, while there is no continuation; null after. */
  final @Nullable Home homeOrNull() {
    return next instanceof Home home ? home : null;
  }

  /** Throws in a wrong thread. */
  final void checkOwner() {
    Deferred<?> last = this;
    while (last.next instanceof Stage<?> after) {
      last = after;
    }
    if ((last.next instanceof Home ? last.next : last.slot) instanceof Home home) {
      home.check("this Deferred");
    }
  }

  /** Checks that a continuation may be attached now, and returns the home it will run in. */
  final Home owner() {
    if (!(next instanceof Home home)) {
      throw new IllegalStateException(
          "this Deferred has a continuation already; attach to the stage which that returned, or"
              + " share() it first");
    }
    if (home == Home.NONE) {
      return Home.current();
    }
    home.check("this Deferred");
    return home;
  }

  /**
   * Lets go of the continuation: this is an inner Deferred whose result another chain has taken
   * over, or a failure has come to rest behind it.
   */
  final void detach(Home home) {
    next = CONSUMED;
    slot = home;
  }

  /** Puts a stage behind this one; runs it if the result is there. */
  final <R> Stage<R> attach(Stage<R> stage, Object action) {
    Home home = owner();
    Context context = home.context();
    stage.slot = context == Context.empty() ? action : new Stage.InContext(context, action);
    stage.next = home;
    stage.link = this;
    next = stage;
    if (!pending()) {
      if (slot instanceof Failure failure) {
        failure.handled();
      }
      passOn(slot, stage, home);
    }
    return stage;
  }

  /** Settles this with a value or a {@link Failure}, and passes it on. */
  final void settle(@Nullable Object result, Home home) {
    link = null;
    deliver(result, home);
  }

  /** Passes a result on, or remembers a failure that there is nobody for. */
  final void deliver(@Nullable Object result, Home home) {
    if (next instanceof Stage<?> stage) {
      passOn(result, stage, home);
      return;
    }
    slot = result;
    if (result instanceof Failure failure) {
      home.watch(this, failure);
    }
  }

  /** Runs the stage behind this one now or, inside of another continuation, in its turn. */
  private void passOn(@Nullable Object result, Stage<?> stage, Home home) {
    slot = null;
    boolean outermost = home.beginSteps();
    try {
      stage.advance(this, result, home, outermost);
    } finally {
      if (outermost) {
        home.endSteps();
      }
    }
  }

  /** What its chain waits for now, in words. */
  final String waitsFor() {
    Deferred<?> at = standIn();
    while (at instanceof Stage<?> stage && stage.link instanceof Deferred<?> before) {
      switch (stage) {
        case Coroutine<?> coroutine -> {
          return coroutine.name();
        }
        case Stages.Timeout<?> timeout when !timeout.what().equals(A_DEFERRED) -> {
          return timeout.what();
        }
        case CoroutineScope.Ending ending -> {
          return "the coroutines of its scope to end";
        }
        default -> at = before;
      }
    }
    return switch (at) {
      case Coroutine<?> coroutine -> coroutine.name();
      case Root<?> root when root.slot instanceof Waited waited -> waited.what();
      case Root<?> root when root.origin() != null -> "a Promise, " + root.origin();
      default -> "a Promise";
    };
  }

  /** A name for messages about chains that wait for themselves. */
  final String describe() {
    return getClass().getSimpleName() + "@" + Integer.toHexString(System.identityHashCode(this));
  }
}
