package io.tendril.testing.conformance;

import io.tendril.core.Transport;

/**
 * A connection: the protocol at the reactor's end, and the peer at the other.
 *
 * @param protocol what the reactor calls
 * @param peer what the case controls
 */
record Link(Recorder protocol, Peer peer) {
  Transport transport() {
    return protocol.transport;
  }
}
