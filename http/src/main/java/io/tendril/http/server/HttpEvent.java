package io.tendril.http.server;

import io.tendril.core.ReactorEvent;
import io.tendril.http.Request;
import io.tendril.http.Response;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What happens on the connections of a server, in the order in which it does: for the observers of
 * the reactor. That a connection is opened and closed is core's to tell. Nothing is made of these
 * while nobody observes.
 */
public sealed interface HttpEvent extends ReactorEvent {
  /** The other end of the connection. */
  SocketAddress peer();

  /** The head of a request has arrived; the handler is called next. */
  record RequestReceived(SocketAddress peer, Request request) implements HttpEvent {}

  /** The handler reads the content, and the client that waited for it was told to send it. */
  record ContinueSent(SocketAddress peer, Request request) implements HttpEvent {}

  /**
   * The content of a request has arrived to its end.
   *
   * @param octets how many it had
   */
  record ContentReceived(SocketAddress peer, Request request, long octets) implements HttpEvent {}

  /**
   * What a client sent was no HTTP, passed a limit, or took too long.
   *
   * @param status what it is answered, if it is not too late for that
   * @param rule which rule it broke
   */
  record RequestRefused(SocketAddress peer, @Nullable Request request, int status, String rule)
      implements HttpEvent {}

  /**
   * The head of a response is on its way.
   *
   * @param request null if there was none that could be understood
   */
  record ResponseStarted(SocketAddress peer, @Nullable Request request, Response response)
      implements HttpEvent {}

  /**
   * A response was handed to the transport, or never will be.
   *
   * @param request null if there was none that could be understood
   * @param octets how many octets of content were
   * @param complete whether that was all of it
   * @param duration as {@link Exchange#duration}
   */
  record ResponseEnded(
      SocketAddress peer,
      @Nullable Request request,
      int status,
      long octets,
      boolean complete,
      Duration duration)
      implements HttpEvent {}

  /** Another protocol has taken the connection over. */
  record TakenOver(SocketAddress peer, Request request, String protocol) implements HttpEvent {}

  /**
   * A client took what it is sent more slowly than the limits want: its connection is aborted.
   *
   * @param waiting how many octets it has left untaken
   */
  record ClientTooSlow(SocketAddress peer, long waiting) implements HttpEvent {}

  /** The last response is out, and what the client goes on sending is discarded for a while. */
  record LingerBegun(SocketAddress peer) implements HttpEvent {}

  /** The server shuts down: this connection ends with what is under way. */
  record DrainBegun(SocketAddress peer, boolean idle) implements HttpEvent {}
}
