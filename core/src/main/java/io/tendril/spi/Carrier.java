package io.tendril.spi;

/**
 * What coroutines run on. {@link Coroutine#resume} runs a body until it calls {@link
 * Coroutine#suspend}, and next time goes on from there, until the next one or the end. One of them
 * runs at a time, while the thread that resumed it waits; that may be in a thread of its own.
 *
 * <p>A carrier knows nothing of reactors: who belongs to which, contexts, results and cancellation
 * are above it, once, for every carrier.
 */
public interface Carrier {
  /** A name for messages: "continuations", "virtual threads". */
  String name();

  /** Makes a coroutine. It does not run yet. */
  Coroutine create(Runnable body);

  /** One coroutine. */
  interface Coroutine {
    /** Runs it, in the reactor's thread, until it suspends or ends. */
    void resume();

    /**
     * Suspends it; called by its own body.
     *
     * @throws IllegalStateException if something on its stack cannot be suspended; it goes on
     *     running
     */
    void suspend();

    /** Whether its body has ended. */
    boolean isDone();

    /** Where it is suspended, for reports; nothing where that is not known. */
    default StackTraceElement[] stack() {
      return new StackTraceElement[0];
    }
  }
}
