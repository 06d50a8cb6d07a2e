package io.tendril.http;

import io.tendril.core.Deferred;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import java.util.concurrent.Callable;

/**
 * What a handler returns: a {@link Response}, one that is still to come, or another protocol that
 * takes the connection over.
 *
 * <pre>{@code
 * request -> Response.plain("Hello\n")
 * request -> Reply.when(database.find(request.path()).thenApply(Response::plain))
 * request -> Reply.async(() -> Response.plain(database.find(request.path()).await()))
 * request -> Reply.upgrade("echo", Headers.empty(), Echo::new)
 * }</pre>
 */
public sealed interface Reply permits Response, Reply.Later, Reply.Takeover {
  /** A reply that comes with a Deferred; should that fail, the client gets the failure's status. */
  @SuppressWarnings("unchecked") // what comes out of a Deferred is all that matters of its type
  static Reply when(Deferred<? extends Reply> reply) {
    return new Later((Deferred<Reply>) reply);
  }

  /** The reply of a coroutine, which may await: {@link Reactor#async}. */
  static Reply async(Callable<? extends Reply> body) {
    return when(Reactor.current().async(body));
  }

  /**
   * 101, and another protocol from there on: RFC 9110, section 7.8. Only for a request that {@link
   * Request#offers} this protocol.
   *
   * @param protocol as it stands in the request's {@code Upgrade} field: {@code websocket}
   * @param headers what else the response tells
   * @param next builds the protocol, which gets what the client sends from there on
   */
  static Reply upgrade(String protocol, Headers headers, ProtocolFactory<?> next) {
    return new Takeover(101, protocol, headers, next);
  }

  /**
   * 200, and what the client sends from there on goes through a tunnel: RFC 9110, section 9.3.6.
   * Only for a {@code CONNECT}.
   *
   * @param next builds the protocol of the client's end of the tunnel
   */
  static Reply tunnel(ProtocolFactory<?> next) {
    return new Takeover(200, "", Headers.empty(), next);
  }

  /**
   * Changes the response, now or once it is there. A takeover is no response, and stays as it is.
   */
  Reply map(Deferred.Mapper<Response, Response> change) throws Exception;

  /** A reply that is still to come. */
  record Later(Deferred<Reply> reply) implements Reply {
    @Override
    public Reply map(Deferred.Mapper<Response, Response> change) {
      return new Later(reply.thenApply(found -> found.map(change)));
    }
  }

  /**
   * Another protocol takes the connection over.
   *
   * @param status 101, or 200 for a tunnel
   * @param protocol what the client offered, or empty for a tunnel
   * @param headers what else the response tells
   * @param next builds the protocol
   */
  record Takeover(int status, String protocol, Headers headers, ProtocolFactory<?> next)
      implements Reply {
    /** Checks the status. */
    public Takeover {
      if (status != 101 && status != 200) {
        throw new IllegalArgumentException("a takeover with status " + status);
      }
    }

    @Override
    public Reply map(Deferred.Mapper<Response, Response> change) {
      return this;
    }
  }
}
