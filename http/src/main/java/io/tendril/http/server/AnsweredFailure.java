package io.tendril.http.server;

import io.tendril.http.HttpFailure;
import io.tendril.http.HttpViolation;
import io.tendril.http.Response;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** An unexpected failure, to be reported, with what the client is to get instead of a bare 500. */
final class AnsweredFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Response response;
  private final Throwable reason;

  AnsweredFailure(Response response, Throwable reason) {
    super(null, reason, false, false);
    this.response = response;
    this.reason = reason;
  }

  Throwable reason() {
    return reason;
  }

  Response response() {
    return response;
  }

  /** The answer to a failure that says by itself what it means to the client, else null. */
  static @Nullable Response expected(Throwable failure) {
    return switch (failure) {
      case HttpFailure refusal -> refusal.response();
      case HttpViolation violation -> Response.failure(violation.status());
      case RejectedExecutionException busy -> Response.failure(503).with("Retry-After", "1");
      default -> null;
    };
  }
}
