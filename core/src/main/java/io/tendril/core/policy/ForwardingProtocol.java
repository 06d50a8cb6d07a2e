package io.tendril.core.policy;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import io.tendril.core.unix.PassedDescriptor;
import java.nio.ByteBuffer;

/**
 * A protocol that hands every call on to another: to be extended by wrappers of one's own, which
 * override what they care about.
 *
 * @param <P> the protocol inside
 */
public abstract class ForwardingProtocol<P extends Protocol> implements Protocol {
  private final P inner;

  /** A wrapper of a protocol. */
  protected ForwardingProtocol(P inner) {
    this.inner = inner;
  }

  /**
   * The protocol inside: what a client that connects through a wrapped factory wants to talk to.
   */
  public final P inner() {
    return inner;
  }

  @Override
  public void connectionMade() throws Exception {
    inner.connectionMade();
  }

  @Override
  public void dataReceived(ByteBuffer data) throws Exception {
    inner.dataReceived(data);
  }

  @Override
  public void descriptorReceived(PassedDescriptor descriptor) throws Exception {
    inner.descriptorReceived(descriptor);
  }

  @Override
  public boolean endReceived() throws Exception {
    return inner.endReceived();
  }

  @Override
  public void connectionLost(ConnectionClosed reason) throws Exception {
    inner.connectionLost(reason);
  }

  /**
   * Finishes and closes.
   *
   * @param transport to be replaced, where the protocol inside was given a wrapped one
   */
  @Override
  public void drain(Transport transport) {
    inner.drain(transport);
  }

  /**
   * Finishes since another process serves, and closes.
   *
   * @param transport to be replaced, where the protocol inside was given a wrapped one
   */
  @Override
  public void retire(Transport transport) {
    inner.retire(transport);
  }

  @Override
  public int unreadLimit() {
    return inner.unreadLimit();
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + " of " + inner;
  }
}
