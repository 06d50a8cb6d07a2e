package io.tendril.core.internal;

/**
 * Where something of Tendril's was called from: debug mode's answer to "whose failure is this?".
 */
public final class Origin {
  private final Throwable trace = new Throwable();

  private Origin() {}

  /** The calling place. Costs a stack trace. */
  public static Origin here() {
    return new Origin();
  }

  /** The first frame outside of core, as a stack trace shows it. */
  @Override
  public String toString() {
    for (StackTraceElement element : trace.getStackTrace()) {
      if (!element.getClassName().startsWith("io.tendril.core.")) {
        return "at " + element;
      }
    }
    return "in Tendril itself";
  }
}
