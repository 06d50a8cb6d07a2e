package io.tendril.http;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import java.util.concurrent.Callable;

/**
 * What a handler returns: a {@link Response}, or one that is still to come.
 *
 * <pre>{@code
 * request -> Response.plain("Hello\n")
 * request -> Reply.when(database.find(request.path()).thenApply(Response::plain))
 * request -> Reply.async(() -> Response.plain(database.find(request.path()).await()))
 * }</pre>
 */
public sealed interface Reply permits Response, Reply.Later {
  /** A reply that comes with a Deferred; should that fail, the client gets the failure's status. */
  static Reply when(Deferred<Response> response) {
    return new Later(response);
  }

  /** The reply of a coroutine, which may await: {@link Reactor#async}. */
  static Reply async(Callable<Response> body) {
    return new Later(Reactor.current().async(body));
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
