package io.tendril.http.server;

import io.tendril.http.Request;
import io.tendril.http.Response;

/**
 * Turns a failure of a handler into an answer.
 *
 * @param <E> the kind of failure
 */
@FunctionalInterface
public interface FailureHandler<E extends Throwable> {
  /**
   * Answers.
   *
   * @throws Exception if this kind of failure has no answer after all
   */
  Response handle(Request request, E failure) throws Exception;
}
