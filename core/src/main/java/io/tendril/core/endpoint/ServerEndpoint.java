package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;

/** Where to listen for streams. */
@FunctionalInterface
public interface ServerEndpoint {
  /** Opens it. Fails with {@link io.tendril.core.ListenFailed}. */
  Deferred<Listener> listen(Reactor reactor, ProtocolFactory<?> factory);

  /**
   * Whether who connects there begins with TLS, so that what is served is {@code https} and the
   * like. What wraps another endpoint says what that says.
   */
  default boolean secure() {
    return false;
  }
}
