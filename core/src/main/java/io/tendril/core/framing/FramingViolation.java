package io.tendril.core.framing;

/** Bytes that break the rules of a framing, or pass its limit. */
public class FramingViolation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says which rule, and where a limit was passed, which. */
  public FramingViolation(String message) {
    super(message, null, false, false);
  }

  /** A unit is longer than its limit. */
  public static final class TooLong extends FramingViolation {
    private static final long serialVersionUID = 1L;

    /**
     * Names the limit.
     *
     * @param what the unit: "line"
     * @param limit in bytes
     */
    public TooLong(String what, long limit) {
      super("a " + what + " of more than " + limit + " bytes");
    }
  }
}
