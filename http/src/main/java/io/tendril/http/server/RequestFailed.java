package io.tendril.http.server;

import io.tendril.core.ReactorEvent;
import java.net.SocketAddress;

/**
 * A handler failed, and the client was answered 500.
 *
 * @param peer who asked
 * @param method the method of the request
 * @param target the target of the request
 * @param failure what the handler threw, or its Deferred failed with
 */
public record RequestFailed(SocketAddress peer, String method, String target, Throwable failure)
    implements ReactorEvent {
  @Override
  public boolean isFailure() {
    return true;
  }
}
