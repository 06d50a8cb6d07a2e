package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;

/** Where to connect a stream to. */
public interface ClientEndpoint {
  /** Connects. Fails with {@link io.tendril.core.ConnectFailed}. Cancelling gives up. */
  <P extends Protocol> Deferred<P> connect(Reactor reactor, ProtocolFactory<P> factory);
}
