package io.tendril.spi;

import io.tendril.core.tls.TlsOptions;
import java.net.SocketAddress;

/**
 * Makes an engine for each TLS connection. Keys, trust and whatever else connections share is the
 * factory's own.
 */
@FunctionalInterface
public interface TlsEngineFactory {
  /**
   * Makes an engine, which has not begun its handshake.
   *
   * @param options which side, whose name, which application protocols
   * @param peer the other end of the connection
   * @param clock the reactor's; what the factory keeps for a time only, is kept by it
   */
  TlsEngine create(TlsOptions options, SocketAddress peer, TimeSource clock);
}
