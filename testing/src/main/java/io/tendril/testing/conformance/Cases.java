package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A group of cases: an interface, so that one class can have them all while no file does. A case is
 * named by the line of the contract that it holds the reactor to: {@code t4AbortTwiceTellsOnce}.
 */
interface Cases {
  /** The bench of this case: everything that it makes is made by it, and ended by it. */
  Rig rig();

  /** Checks that a failure names something. */
  default void assertSays(String part, Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.contains(part), () -> "'" + part + "' is not in: " + message);
  }
}
