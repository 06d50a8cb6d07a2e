package io.tendril.testing.conformance.broken;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.policy.ForwardingFactory;
import io.tendril.core.policy.ForwardingProtocol;
import io.tendril.core.policy.ForwardingTransport;
import io.tendril.spi.Adopting;
import io.tendril.spi.Network;
import io.tendril.spi.Processes;
import io.tendril.spi.SocketSettings;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A network whose transports and protocols stand behind those of a fault. */
final class WrappedNetwork implements Network {
  private final Network network;
  private final Reactor reactor;
  private final Fault.Above fault;

  /** A factory has one wrapper, so that it can be told when its first listener opens. */
  private final Map<ProtocolFactory<?>, ProtocolFactory<?>> wrappers = new IdentityHashMap<>();

  WrappedNetwork(Network network, Reactor reactor, Fault.Above fault) {
    this.network = network;
    this.reactor = reactor;
    this.fault = fault;
  }

  @Override
  public Deferred<Listener> listen(
      SocketAddress address, SocketSettings options, ProtocolFactory<?> factory) {
    return network.listen(
        address, options, wrappers.computeIfAbsent(factory, key -> new Wrapper<>(key)));
  }

  @Override
  public <P extends Protocol> Deferred<P> connect(
      SocketAddress address,
      String name,
      SocketSettings options,
      Duration limit,
      ProtocolFactory<P> factory) {
    return network
        .connect(address, name, options, limit, new Wrapper<>(factory))
        .thenApply(ForwardingProtocol::inner);
  }

  @Override
  public <P extends DatagramProtocol> Deferred<P> datagram(
      @Nullable InetSocketAddress local,
      @Nullable InetSocketAddress peer,
      SocketSettings options,
      DatagramProtocol.Factory<P> factory) {
    return network.datagram(local, peer, options, factory);
  }

  @Override
  public Processes processes() {
    return network.processes();
  }

  @Override
  public Adopting adopting() {
    return network.adopting();
  }

  /** A factory whose connections stand behind the fault, and stay there whatever they become. */
  private final class Wrapper<P extends Protocol>
      extends ForwardingFactory<P, ForwardingProtocol<P>> {
    Wrapper(ProtocolFactory<P> factory) {
      super(fault.factory(factory));
    }

    @Override
    public ForwardingProtocol<P> build(Transport transport) throws Exception {
      return new Wrapped(transport).built(inner());
    }
  }

  private final class Wrapped extends ForwardingTransport {
    private final Transport shown;

    Wrapped(Transport transport) {
      super(transport);
      this.shown = fault.transport(this);
    }

    @SuppressWarnings("NullAway") // a factory that builds nothing is one of the cases
    <P extends Protocol> ForwardingProtocol<P> built(ProtocolFactory<P> factory) throws Exception {
      P protocol = factory.build(shown);
      return protocol == null ? null : fault.protocol(protocol, shown);
    }

    @Override
    public <P extends Protocol> P become(ProtocolFactory<P> factory) {
      return inner().become(below -> built(factory)).inner();
    }

    @Override
    public Reactor reactor() {
      return reactor;
    }
  }
}
