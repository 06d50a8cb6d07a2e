package io.tendril.core;

import io.tendril.core.internal.Failure;
import io.tendril.core.internal.Home;
import org.jspecify.annotations.Nullable;

/**
 * A later stage of a chain. States:
 *
 * <pre>
 *   WAITING   link = the stage before, slot = what to do
 *   RELAYING  link = an inner Deferred, slot = RELAY: its result is taken over as it is
 *   MOVED     link = the inner Deferred that the only consumer now waits for itself (path
 *             compression: what keeps a compose loop at constant heap); never fires
 *   DONE      link = null, slot = the value or a Failure
 * </pre>
 */
@SuppressWarnings({"unchecked", "NullAway"}) // see Deferred about the three fields
abstract non-sealed class Stage<T> extends Deferred<T> implements Home.Step {
  /** The slot of a stage that takes over the result of an inner Deferred. */
  static final Object RELAY = new Object();

  /** What {@link #apply} returns when the result is not there yet. */
  static final Object PENDING = new Object();

  /** An action together with the context it was attached in. */
  record InContext(Context context, Object action) {}

  Stage() {
    super(null, Home.NONE, null);
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
    if (input instanceof Failure failure) {
      failure.handled = true;
    }
    Object action = slot;
    if (action == RELAY) {
      settle(input, home);
      return;
    }
    Context wanted = Context.empty();
    if (action instanceof InContext bound) {
      wanted = bound.context();
      action = bound.action();
    }
    Context outer = home.swapContext(wanted);
    Object result = call(action, input, home);
    home.swapContext(outer);
    if (result != PENDING) {
      settle(result, home);
    }
  }

  private @Nullable Object call(Object action, @Nullable Object input, Home home) {
    try {
      return apply(action, input, home);
    } catch (Throwable e) {
      if (e instanceof VirtualMachineError error && !(e instanceof StackOverflowError)) {
        home.fatal(error);
      }
      return new Failure(e);
    }
  }

  /** Takes over the result of an inner Deferred: now if it is there, else when it comes. */
  final @Nullable Object adopt(@Nullable Deferred<?> inner, Home home) {
    if (inner == null) {
      throw new NullPointerException("a compose function returned null in place of a Deferred");
    }
    if (inner == this) {
      throw waitsForItself(inner);
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
    if (!inner.pending()) {
      Object result = inner.slot;
      inner.slot = null;
      inner.next = CONSUMED;
      if (result instanceof Failure failure) {
        failure.handled = true;
      }
      return result;
    }
    for (Object up = inner.link; up instanceof Deferred<?> waited; up = waited.link) {
      if (waited == this) {
        throw waitsForItself(inner);
      }
    }
    Deferred<?> source = inner;
    if (inner instanceof Stage<?> && inner.slot == RELAY) {
      source = (Deferred<?>) inner.link;
      inner.next = CONSUMED;
    }
    Stage<?> consumer = this;
    if (next instanceof Stage<?> after && after.slot == RELAY && after.link == this) {
      consumer = after;
      slot = RELAY;
      link = source;
      next = CONSUMED;
    }
    consumer.slot = RELAY;
    consumer.link = source;
    source.next = consumer;
    return PENDING;
  }

  private IllegalStateException waitsForItself(Deferred<?> inner) {
    var names = new StringBuilder(describe());
    Object up = inner;
    for (int i = 0; i < 16 && up instanceof Deferred<?> waited; i++, up = waited.link) {
      names.append(" waits for ").append(waited.describe());
      if (waited == this) {
        break;
      }
    }
    return new IllegalStateException("this Deferred would wait for itself: " + names);
  }
}
