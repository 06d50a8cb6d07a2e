package io.tendril.core.proxy;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Refusal;
import io.tendril.core.Transport;
import io.tendril.core.framing.FramingViolation;
import io.tendril.core.internal.net.TurnedAway;
import java.nio.ByteBuffer;

/**
 * What a connection begins with behind a proxy: its header.
 *
 * @param <P> what comes after it
 */
final class ProxyGreeting<P extends Protocol> implements Protocol {
  private final Transport transport;
  private final ProxyProtocol policy;
  private final ProtocolFactory<P> factory;
  private final ProxyHeaderDecoder decoder;

  ProxyGreeting(Transport transport, ProxyProtocol policy, ProtocolFactory<P> factory) {
    this.transport = transport;
    this.policy = policy;
    this.factory = factory;
    this.decoder = new ProxyHeaderDecoder(policy.limit());
  }

  @Override
  public void connectionMade() {
    // Dropped when another protocol takes over.
    transport.callLater(
        policy.time(),
        () ->
            transport.loseConnection(
                new ConnectionClosed.TimedOut(
                    transport.peer(), "the PROXY header", policy.time())));
  }

  @Override
  public void dataReceived(ByteBuffer data) {
    try {
      ProxyHeader header = decoder.next(data);
      if (header != null) {
        handOver(header);
      }
    } catch (FramingViolation violation) {
      transport.loseConnection(new ConnectionClosed.Violation(transport.peer(), violation));
    }
  }

  private void handOver(ProxyHeader header) {
    var proxied = new ProxiedTransport(transport, header);
    try {
      transport.become(below -> proxied.built(factory));
    } catch (Refusal refusal) {
      TurnedAway.close(transport, proxied.peer(), refusal);
    }
  }

  /** The header may be on its way: what comes after it is asked. */
  @Override
  public void retire(Transport retired) {}

  @Override
  public int unreadLimit() {
    return decoder.unreadLimit();
  }
}
