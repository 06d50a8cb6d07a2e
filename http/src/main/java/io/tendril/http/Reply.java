package io.tendril.http;

import io.tendril.core.Deferred;

/**
 * What a handler returns: a {@link Response}, or one that is still to come.
 *
 * <pre>{@code
 * request -> Response.plain("Hello\n")
 * request -> Reply.when(database.find(request.path()).thenApply(Response::plain))
 * }</pre>
 */
public sealed interface Reply permits Response, Reply.Later {
  /** A reply that comes with a Deferred; should that fail, the client gets the failure's status. */
  static Reply when(Deferred<Response> response) {
    return new Later(response);
  }

  /** Changes the response, now or once it is there. */
  Reply map(Deferred.Mapper<Response, Response> change) throws Exception;

  /** A response that is still to come. */
  record Later(Deferred<Response> response) implements Reply {
    @Override
    public Reply map(Deferred.Mapper<Response, Response> change) {
      return new Later(response.thenApply(change));
    }
  }
}
