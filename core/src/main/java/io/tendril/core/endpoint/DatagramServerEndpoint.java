package io.tendril.core.endpoint;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.Deferred;
import io.tendril.core.Reactor;

/** Where to receive datagrams from anybody. */
public interface DatagramServerEndpoint {
  /** Opens it. Fails with {@link io.tendril.core.ListenFailed}. */
  <P extends DatagramProtocol> Deferred<P> bind(
      Reactor reactor, DatagramProtocol.Factory<P> factory);
}
