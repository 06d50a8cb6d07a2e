package io.tendril.http;

/**
 * Fails a request with a status code of choice: thrown by handlers, and by content that cannot be
 * had. The client gets the status and the fields of {@link #with}; the message is for the log.
 *
 * <pre>{@code
 * throw new HttpFailure(401, "no token").with("WWW-Authenticate", "Bearer");
 * }</pre>
 */
public final class HttpFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int status;
  private final transient Headers headers;

  /**
   * Says why.
   *
   * @param status 400 to 599
   */
  public HttpFailure(int status, String why) {
    this(status + " " + Statuses.reason(status) + ": " + why, status, Headers.empty());
  }

  private HttpFailure(String message, int status, Headers headers) {
    super(message, null, false, false);
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("no status code of a failure: " + status);
    }
    this.status = status;
    this.headers = headers;
  }

  /** A copy that has a header field for the client. */
  public HttpFailure with(String name, String value) {
    return new HttpFailure(String.valueOf(getMessage()), status, headers.with(name, value));
  }

  /** The status code. */
  public int status() {
    return status;
  }

  /** The answer to the client. */
  public Response response() {
    Response bare = Response.failure(status);
    var fields = bare.headers().toBuilder();
    headers.forEach(fields::set);
    return new Response(status, fields.build(), bare.body());
  }
}
