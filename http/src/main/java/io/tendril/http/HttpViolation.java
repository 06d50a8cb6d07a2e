package io.tendril.http;

import io.tendril.core.framing.FramingViolation;

/**
 * Octets that are no HTTP, or pass a limit. The connection cannot go on: where the message ends is
 * not known.
 */
public final class HttpViolation extends FramingViolation {
  private static final long serialVersionUID = 1L;
  private final int status;
  private final String rule;

  /**
   * Says which rule.
   *
   * @param status what a server answers: 400, 413, 414, 417, 431, 501, 505
   */
  public HttpViolation(int status, String rule) {
    super(rule);
    this.status = status;
    this.rule = rule;
  }

  /** A bad request. */
  static HttpViolation bad(String rule) {
    return new HttpViolation(400, rule);
  }

  /** More field lines than the limit. */
  static HttpViolation tooManyFields(int most) {
    return new HttpViolation(431, "more than " + most + " lines");
  }

  /** More content than the limit. */
  static HttpViolation tooLong(long limit) {
    return new HttpViolation(413, "content of more than " + limit + " octets");
  }

  /** The status code that a server answers. */
  public int status() {
    return status;
  }

  /** What was not right. */
  public String rule() {
    return rule;
  }
}
