package io.tendril.core;

/**
 * Is told what happens inside of a reactor, in the reactor's thread. One that throws is isolated:
 * it is removed, and the others go on.
 *
 * <p>A reactor without observers logs failures through {@link System.Logger} and nothing else.
 */
@FunctionalInterface
public interface ReactorObserver {
  /** Called for each event. Must not block. */
  void observe(ReactorEvent event);
}
