package io.tendril.core.endpoint;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.Deferred;
import io.tendril.core.Reactor;

/** One peer to exchange datagrams with. */
public interface DatagramClientEndpoint {
  /** Opens a socket connected to it. Fails with {@link io.tendril.core.ConnectFailed}. */
  <P extends DatagramProtocol> Deferred<P> connect(
      Reactor reactor, DatagramProtocol.Factory<P> factory);
}
