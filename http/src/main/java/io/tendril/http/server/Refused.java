package io.tendril.http.server;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Transport;
import io.tendril.http.HttpViolation;
import io.tendril.http.Request;
import io.tendril.http.Response;
import org.jspecify.annotations.Nullable;

/**
 * What breaks the rules, or passes a limit: which answer of the server's own it gets, and why the
 * connection closes after that. The answers are made once, so a flood of bad requests costs little.
 */
final class Refused {
  private final int status;
  private final ConnectionClosed reason;

  private Refused(int status, ConnectionClosed reason) {
    this.status = status;
    this.reason = reason;
  }

  /** A violation on a connection, while it was at a request, if it was at one. */
  static Refused on(
      Transport transport, ServerLoop loop, @Nullable Request request, HttpViolation violation) {
    loop.telling.refused(transport, request, violation);
    return new Refused(
        violation.status(), new ConnectionClosed.Violation(transport.peer(), violation));
  }

  /** What the client gets. It names the status and nothing else. */
  Response response() {
    return Response.failure(status);
  }

  /** Why the connection closes. */
  ConnectionClosed reason() {
    return reason;
  }
}
