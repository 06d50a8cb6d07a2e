package io.tendril.core;

import io.tendril.core.internal.Failure;
import io.tendril.core.internal.Home;
import org.jspecify.annotations.Nullable;

/**
 * A later stage of a chain. States:
 *
 * <pre>
 *   WAITING   link = the stage before, slot = what to do
 *   RELAYING  link = an inner Deferred, whose result is taken over as it is;
 *             slot = the stage before, which is done
 *   MOVED     slot = MOVED, link = the stage that was to take this one's result, and now waits in
 *             its place (path compression: what keeps a compose loop at constant heap)
 *   DONE      link = null, slot = the value or a Failure
 *
 *   WAITING -> DONE, WAITING -> RELAYING -> DONE, and from WAITING or RELAYING -> MOVED
 * </pre>
 */
@SuppressWarnings({"unchecked", "NullAway"}) // see Deferred about the three fields
abstract non-sealed class Stage<T> extends Deferred<T> implements Home.Step {
  /** The slot of a stage in whose place another one waits. */
  static final Object MOVED = new Object();

  /** What {@link #apply} returns when the result is not there yet. */
  static final Object PENDING = new Object();

  /** An action together with the context it was attached in. */
  record InContext(Context context, Object action) {}

  Stage() {
    super(); // all three fields are set by attach
  }

  /**
   * Does this stage's work.
   *
   * @param action what was attached
   * @param input the value or {@link Failure} of the stage before
   * @return a value, a {@link Failure}, or {@link #PENDING} after {@link #adopt}
   */
  abstract @Nullable Object apply(Object action, @Nullable Object input, Home home)
      throws Throwable;

  @Override
  public final void step(Home home) {
    Deferred<?> before = (Deferred<?>) link;
    Object input = before.slot;
    before.slot = null;
    advance(before, input, home, true);
  }

  /**
   * Runs this stage and, as long as nothing else waits in the queue, those behind it: what the
   * queue would do, without the way through it. A stage that relays takes no turn of its own.
   *
   * @param before the stage before or, when relaying, the inner Deferred
   * @param result what that resulted in
   * @param inTurn whether it is this stage's turn; false while another continuation runs
   */
  final void advance(Deferred<?> before, @Nullable Object result, Home home, boolean inTurn) {
    Stage<?> at = this;
    Deferred<?> behind = before;
    Object input = result;
    boolean mayRun = inTurn;
    while (true) {
      Object output = input;
      if (at.slot instanceof Deferred<?> ahead) {
        behind.detach(home); // the inner chain ends here: cancelling it is not cancelling this
        behind = ahead;
      } else if (mayRun) {
        output = at.run(input, home);
        if (output == PENDING) {
          return;
        }
      } else {
        behind.slot = input;
        home.enqueue(at);
        return;
      }
      if (!(at.next instanceof Stage<?> after)) {
        at.rest(behind, output, home);
        return;
      }
      at.link = null;
      at.slot = null;
      input = output;
      behind = at;
      at = after;
      mayRun = inTurn && !home.stepsWait();
    }
  }

  private @Nullable Object run(@Nullable Object input, Home home) {
    Object action = slot;
    Context context = Context.empty();
    if (action instanceof InContext bound) {
      action = bound.action();
      context = bound.context();
    }
    Context outer = home.context();
    if (context == outer) {
      return call(action, input, home);
    }
    home.swapContext(context);
    try {
      return call(action, input, home);
    } finally {
      home.swapContext(outer);
    }
  }

  private @Nullable Object call(Object action, @Nullable Object input, Home home) {
    try {
      return apply(action, input, home);
    } catch (Throwable e) {
      home.caught(e);
      return new Failure(e);
    }
  }

  /**
   * Settles this as the last of its chain. A failure that comes to rest must be collectable, to be
   * found: the stage before, which somebody may hold for long, lets go of it.
   */
  private void rest(Deferred<?> before, @Nullable Object result, Home home) {
    if (result instanceof Failure) {
      before.detach(home);
    }
    settle(result, home);
  }

  /** Takes over the result of an inner Deferred: now if it is there, else when it comes. */
  final @Nullable Object adopt(@Nullable Deferred<?> inner, Home home) {
    check(inner, home);
    if (!inner.pending()) {
      Object result = inner.slot;
      inner.detach(home);
      if (result instanceof Failure failure) {
        failure.handled();
      }
      return result;
    }
    Stage<?> consumer = this;
    if (next instanceof Stage<?> after && after.slot instanceof Deferred && after.link == this) {
      consumer = after;
    }
    Deferred<?> source = inner;
    if (inner instanceof Stage<?> relay
        && relay.slot instanceof Deferred
        && relay.link instanceof Deferred<?> innermost) {
      source = innermost;
      relay.moveTo(consumer);
    }
    if (consumer == this) {
      slot = link;
    } else {
      moveTo(consumer);
    }
    consumer.link = source;
    source.next = consumer;
    return PENDING;
  }

  private void moveTo(Stage<?> consumer) {
    slot = MOVED;
    link = consumer;
    next = CONSUMED;
  }

  /** Throws unless this stage may take over an inner Deferred. */
  final void check(@Nullable Deferred<?> inner, Home home) {
    if (inner == null) {
      throw new NullPointerException("a compose function returned null in place of a Deferred");
    }
    if (wouldWaitForItself(inner)) {
      throw new IllegalStateException("this Deferred would wait for itself: " + circle(inner));
    }
    Home owner = inner.homeOrNull();
    if (owner == null) {
      throw new IllegalStateException(
          "the Deferred returned by a compose function has a continuation already; return the last"
              + " stage of its chain, or share() it first");
    }
    if (owner != home && owner != Home.NONE) {
      throw new IllegalStateException(
          "the Deferred returned by a compose function belongs to "
              + owner.name()
              + "; move it with on(reactor)");
    }
  }

  /**
   * Whether an inner Deferred waits for this stage. If it does, this is as many steps up from it as
   * it is down from this; so the search ends where the shorter of the two ways ends, which makes n
   * nested Deferreds cost n log n at worst and not n squared.
   */
  final boolean wouldWaitForItself(Deferred<?> inner) {
    Object up = inner;
    Object down = this;
    while (up instanceof Deferred<?> waiting && down instanceof Stage<?> waitedFor) {
      if (waiting == this) {
        return true;
      }
      up = waiting.link;
      down = waitedFor.next;
    }
    return false;
  }

  final String circle(Deferred<?> inner) {
    var names = new StringBuilder(describe());
    Object up = inner;
    for (int i = 0; i < 16 && up instanceof Deferred<?> waited; i++, up = waited.link) {
      names.append(" waits for ").append(waited.describe());
      if (waited == this) {
        break;
      }
    }
    return names.toString();
  }
}
