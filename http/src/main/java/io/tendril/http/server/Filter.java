package io.tendril.http.server;

import io.tendril.http.Reply;
import io.tendril.http.Request;

/**
 * Something around handlers: it may look at a request before they do, change it, answer in their
 * place, and change what they answer.
 *
 * <pre>{@code
 * Filter timed = (request, next) -> next.handle(request).map(response -> response.with("X-Served", "yes"));
 * Filter guarded = (request, next) -> {
 *   if (request.header("Authorization") == null) {
 *     throw new HttpFailure(401, "nobody").with("WWW-Authenticate", "Basic");
 *   }
 *   return next.handle(request);
 * };
 * }</pre>
 *
 * <p>What it learns of a request it can pass on in the {@link io.tendril.core.Context}.
 */
@FunctionalInterface
public interface Filter {
  /**
   * Answers a request, usually with the help of what comes next.
   *
   * @throws Exception as {@link HttpHandler#handle}
   */
  Reply handle(Request request, HttpHandler next) throws Exception;

  /** A handler with this around it. */
  default HttpHandler around(HttpHandler handler) {
    return request -> handle(request, handler);
  }
}
