package io.tendril.core.proxy;

import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import io.tendril.core.policy.ForwardingProtocol;
import io.tendril.core.policy.ForwardingTransport;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection as the header says that it is. It stays so when it is handed over. */
final class ProxiedTransport extends ForwardingTransport {
  private final Proxied proxied;

  ProxiedTransport(Transport inner, ProxyHeader header) {
    super(inner);
    this.proxied = new Proxied(inner.peer(), inner.local(), header);
  }

  /** Builds a protocol on this, in the place of what has read the header. */
  <P extends Protocol> ForwardingProtocol<P> built(ProtocolFactory<P> factory) throws Exception {
    return new Upper<>(factory.build(this));
  }

  @Override
  public <P extends Protocol> P become(ProtocolFactory<P> factory) {
    return inner().become(below -> built(factory)).inner();
  }

  @Override
  public SocketAddress peer() {
    return or(proxied.header().source(), proxied.proxy());
  }

  @Override
  public SocketAddress local() {
    return or(proxied.header().destination(), proxied.local());
  }

  private static SocketAddress or(@Nullable SocketAddress said, SocketAddress own) {
    return said == null ? own : said;
  }

  @Override
  public <C> C query(Class<C> capability) {
    return capability == Proxied.class ? capability.cast(proxied) : super.query(capability);
  }

  @Override
  public boolean has(Class<?> capability) {
    return capability == Proxied.class || super.has(capability);
  }

  /** The side that the connection talks to, which knows of the other transport only. */
  private final class Upper<P extends Protocol> extends ForwardingProtocol<P> {
    Upper(P protocol) {
      super(protocol);
    }

    @Override
    public void drain(Transport transport) {
      super.drain(ProxiedTransport.this);
    }

    @Override
    public void retire(Transport transport) {
      super.retire(ProxiedTransport.this);
    }
  }
}
