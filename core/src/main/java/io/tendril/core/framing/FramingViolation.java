package io.tendril.core.framing;

import java.nio.charset.Charset;

/** Bytes that break the rules of a framing, or pass its limit. Carries no stack trace. */
public class FramingViolation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says which rule: the message completes "protocol violation: ". */
  public FramingViolation(String message) {
    super(message, null, false, false);
  }

  /** A unit is longer than its limit. */
  public static final class TooLong extends FramingViolation {
    private static final long serialVersionUID = 1L;
    private final long limit;

    /**
     * Names the limit.
     *
     * @param what the unit: "line"
     * @param limit in bytes
     */
    public TooLong(String what, long limit) {
      super("a " + what + " of more than " + limit + " bytes");
      this.limit = limit;
    }

    /** The limit, in bytes. */
    public long limit() {
      return limit;
    }
  }

  /** Bytes that should be text are none in their charset. */
  public static final class Malformed extends FramingViolation {
    private static final long serialVersionUID = 1L;

    /**
     * Names the charset.
     *
     * @param what the unit: "line"
     */
    public Malformed(String what, Charset charset) {
      super("a " + what + " that is not " + charset.name());
    }
  }
}
