package io.tendril.http.server;

import io.tendril.http.Request;
import io.tendril.http.Response;

/** How failures look to clients. */
@FunctionalInterface
public interface ErrorPage {
  /**
   * Dresses up what would be sent.
   *
   * @param bare a status code, the fields that belong to it, and the status as text
   * @return usually {@code bare} with other content
   */
  Response page(Request request, Response bare) throws Exception;
}
