package io.tendril.core.endpoint;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.multicast.Group;
import io.tendril.spi.SocketSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A UDP port to receive on, from anybody.
 *
 * <pre>{@code
 * reactor.bindDatagram(UdpServerEndpoint.port(5353), Responder::new);
 * }</pre>
 *
 * @param address the address to receive on; null for all addresses of the machine
 * @param port 0 for one that the kernel chooses
 * @param settings what the socket is opened with
 */
public record UdpServerEndpoint(@Nullable InetAddress address, int port, SocketSettings settings)
    implements DatagramServerEndpoint {

  /**
   * Not the reuse of addresses, which would let two programs have one port, half the datagrams
   * each.
   */
  static final SocketSettings DEFAULTS =
      SocketSettings.defaults().with().reuseAddress(false).build();

  /** Checks the port, and that groups could be heard. */
  public UdpServerEndpoint {
    Ports.check(port, 0);
    if (address != null && !settings.multicast().groups().isEmpty()) {
      throw new IllegalArgumentException(
          "a socket that listens on "
              + address.getHostAddress()
              + " alone hears no group; the interface is for the group to name");
    }
  }

  /** A port on all addresses, IPv4 and IPv6. */
  public static UdpServerEndpoint port(int port) {
    return new UdpServerEndpoint(null, port, DEFAULTS);
  }

  /** On one address only: {@code 127.0.0.1}, {@code ::1}. Names are refused. */
  public UdpServerEndpoint on(String newAddress) {
    return on(Hosts.address(newAddress));
  }

  /** On one address only. */
  public UdpServerEndpoint on(InetAddress newAddress) {
    return new UdpServerEndpoint(newAddress, port, settings);
  }

  /** A member of a group: it hears what anybody sends to it, on this port. */
  public UdpServerEndpoint joining(Group group) {
    return with(settings -> settings.multicast(this.settings.multicast().joining(group)));
  }

  /** A member of a group: {@code 224.0.0.251}, {@code ff02::fb%eth0}; see {@link Group}. */
  public UdpServerEndpoint joining(String group) {
    return joining(Group.of(group));
  }

  /** With other socket options: {@code with(settings -> settings.broadcast(true))}. */
  public UdpServerEndpoint with(UnaryOperator<SocketSettings.Builder> change) {
    return withSettings(change.apply(settings.with()).build());
  }

  /** With other socket options. */
  public UdpServerEndpoint withSettings(SocketSettings newSettings) {
    return new UdpServerEndpoint(address, port, newSettings);
  }

  @Override
  public <P extends DatagramProtocol> Deferred<P> bind(
      Reactor reactor, DatagramProtocol.Factory<P> factory) {
    var local =
        address == null ? new InetSocketAddress(port) : new InetSocketAddress(address, port);
    return reactor.network().datagram(local, null, settings, factory);
  }

  /** As {@link Endpoints#datagramServer} reads it. */
  @Override
  public String toString() {
    return "udp:"
        + port
        + (address == null ? "" : ":interface=" + SocketArguments.host(address))
        + SocketArguments.show(settings, DEFAULTS);
  }
}
