package io.tendril.core.internal.coroutine;

import io.tendril.spi.Carrier;
import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;
import org.jspecify.annotations.Nullable;

/**
 * Coroutines as continuations of the JDK's own, in the reactor's own thread: what virtual threads
 * are made of. Only where {@code java.base} exports {@code jdk.internal.vm} to this module; nothing
 * outside of {@link Slice} knows of that package.
 */
final class ContinuationCarrier implements Carrier {
  /**
   * A binding around each switch. The thread's scoped values are one field of the thread, which a
   * continuation leaves as it pleases; at its end a binding puts back what it found. So one around
   * each resume keeps a coroutine's scoped values out of the loop, and one around each suspension
   * brings them back into the coroutine.
   */
  private static final ScopedValue.Carrier BOUNDARY =
      ScopedValue.where(ScopedValue.newInstance(), Boolean.TRUE);

  private ContinuationCarrier() {}

  /** The carrier, or null where the JDK does not let us at its continuations, or has none. */
  static @Nullable Carrier orNull() {
    try {
      var carrier = new ContinuationCarrier();
      Coroutine probe = carrier.create(() -> {});
      probe.resume();
      return probe.isDone() ? carrier : null;
    } catch (LinkageError | UnsupportedOperationException e) {
      return null;
    }
  }

  @Override
  public String name() {
    return "continuations";
  }

  @Override
  public Coroutine create(Runnable body) {
    return new Slice(body);
  }

  /** One coroutine; {@code run} and {@code isDone} are the continuation's. */
  private static final class Slice extends Continuation implements Coroutine, Runnable {
    private static final ContinuationScope SCOPE = new ContinuationScope("tendril");

    Slice(Runnable body) {
      super(SCOPE, body);
    }

    @Override
    public void resume() {
      BOUNDARY.run(this);
    }

    @Override
    public void suspend() {
      try {
        BOUNDARY.run(Slice::leave);
      } catch (StackOverflowError e) {
        throw new IllegalStateException(
            "await on a stack that is too deep to be suspended; the JDK copies it to the heap, for"
                + " which it needs as much of the thread's stack again and, under G1, half a region"
                + " at most",
            e);
      }
    }

    private static void leave() {
      Continuation.yield(SCOPE);
    }

    @Override
    protected void onPinned(Pinned reason) {
      throw new IllegalStateException(
          switch (reason) {
            case NATIVE ->
                "await below a native method: a class initialiser, or a call that came back from"
                    + " foreign code, is on the stack and cannot be suspended";
            case MONITOR -> "await inside of a synchronized block; use a DeferredLock";
            default -> "await where the JDK does not allow to suspend: " + reason;
          });
    }

    @Override
    public StackTraceElement[] stack() {
      return getStackTrace();
    }
  }
}
