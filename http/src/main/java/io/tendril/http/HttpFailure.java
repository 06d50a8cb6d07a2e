package io.tendril.http;

/**
 * Fails a request with a status code of choice: thrown by handlers, and by content that cannot be
 * had. The client gets the status and nothing else; the message is for the log.
 */
public final class HttpFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int status;

  /**
   * Says why.
   *
   * @param status 400 to 599
   */
  public HttpFailure(int status, String why) {
    super(status + " " + Statuses.reason(status) + ": " + why, null, false, false);
    this.status = status;
  }

  /** The status code. */
  public int status() {
    return status;
  }
}
