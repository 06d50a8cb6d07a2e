package io.tendril.spi;

/**
 * What coroutines run on. {@link Coroutine#resume} runs a body in the reactor's thread until it
 * calls {@link #suspend}, and next time goes on from there, until the next one or the end.
 */
public interface Carrier {
  /** A name for messages: "continuation", "virtual threads". */
  String name();

  /** Makes a coroutine. It does not run yet. */
  Coroutine create(Runnable body);

  /** Suspends the coroutine that calls this. */
  void suspend();

  /** One coroutine. */
  interface Coroutine {
    /** Runs it, in the reactor's thread, until it suspends or ends. */
    void resume();

    /** Whether its body has ended. */
    boolean isDone();
  }
}
