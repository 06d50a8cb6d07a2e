package io.tendril.http.server;

import io.tendril.http.Request;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request that was answered.
 *
 * @param peer who asked
 * @param request what was asked; null if it could not be understood
 * @param status the status code of the response
 * @param octets how many octets of content were sent
 * @param complete whether all of the response was sent
 * @param ended when that was
 * @param duration the time from the first octet of the request, when the server came to look at it,
 *     until the last of the response was handed to the transport, on the monotonic clock. A request
 *     that was sent ahead begins when the one before it is through; what the client then takes of
 *     the response, and when, is not known
 */
public record Exchange(
    SocketAddress peer,
    @Nullable Request request,
    int status,
    long octets,
    boolean complete,
    Instant ended,
    Duration duration) {

  /** Is told of exchanges, in the reactor's thread. */
  @FunctionalInterface
  public interface Log {
    /** An exchange has ended. Must not block. */
    void ended(Exchange exchange);
  }
}
