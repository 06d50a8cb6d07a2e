package io.tendril.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.core.internal.uring.UringEngine;

/** Whether this machine has the uring engine. */
public final class UringHere {
  private UringHere() {}

  /** Skips the test where there is none, unless all that tests need is to be there. */
  public static void need() {
    if (!isRequired()) {
      String missing = UringEngine.unavailable();
      assumeTrue(missing == null, missing);
    }
  }

  /** Whether a test that is run for each engine is to be run for it. */
  public static boolean isToBeTested() {
    return isRequired() || UringEngine.unavailable() == null;
  }

  private static boolean isRequired() {
    return "required".equals(System.getenv("TENDRIL_INTEROP"));
  }
}
