package io.tendril.http.server;

import io.tendril.http.Reply;
import io.tendril.http.Request;

/**
 * Answers requests. Called in the reactor's thread, with one request of a connection at a time.
 *
 * <p>The request's content may still be on its way: {@code request.body()} says so, and what is not
 * read of it is skipped.
 */
@FunctionalInterface
public interface HttpHandler {
  /**
   * Answers one request.
   *
   * @throws Exception an {@link io.tendril.http.HttpFailure} to answer with its status code;
   *     anything else is reported, and answered with 500
   */
  Reply handle(Request request) throws Exception;

  /**
   * A handler in direct style: it may await, and each of its requests is a coroutine.
   *
   * <pre>{@code
   * HttpServer.of(HttpHandler.direct(request -> Response.plain(database.find(request.path()).await())))
   * }</pre>
   *
   * <p>When the client is gone, what it awaits is cancelled.
   */
  static HttpHandler direct(HttpHandler handler) {
    return new DirectHandler(handler);
  }
}
