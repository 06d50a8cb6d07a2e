package io.tendril.core.endpoint;

import io.tendril.core.ConnectFailed;
import io.tendril.core.DatagramProtocol;
import io.tendril.core.Deferred;
import io.tendril.core.ListenFailed;
import io.tendril.core.Reactor;
import io.tendril.spi.SocketSettings;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * A peer to exchange datagrams with.
 *
 * <pre>{@code
 * reactor.connectDatagram(UdpClientEndpoint.to("127.0.0.1", 53), Lookup::new);
 * }</pre>
 *
 * <p>Of a name with several addresses, the first that is found is taken: whether anybody is there,
 * only an answer can tell.
 *
 * @param host a name, or an address, which needs no resolver
 * @param port the port
 * @param timeout for the lookup; 30 s by default
 * @param settings what the socket is opened with
 */
public record UdpClientEndpoint(String host, int port, Duration timeout, SocketSettings settings)
    implements DatagramClientEndpoint {

  private static final SocketSettings DEFAULTS = UdpServerEndpoint.DEFAULTS;

  /** Checks host, port and time. */
  public UdpClientEndpoint {
    host = Arguments.host(host);
    Ports.check(port, 1);
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("a timeout of " + timeout);
    }
  }

  /** A port of a host, given by name or address: {@code example.org}, {@code ::1}. */
  public static UdpClientEndpoint to(String host, int port) {
    return new UdpClientEndpoint(host, port, TcpClientEndpoint.DEFAULT_TIMEOUT, DEFAULTS);
  }

  /** The address of a socket, for example. */
  public static UdpClientEndpoint to(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    return to(ip == null ? address.getHostString() : ip.getHostAddress(), address.getPort());
  }

  /** With another bound for the lookup. */
  public UdpClientEndpoint within(Duration newTimeout) {
    return new UdpClientEndpoint(host, port, newTimeout, settings);
  }

  /** From one of this machine's addresses. */
  public UdpClientEndpoint from(String localAddress) {
    return with(settings -> settings.bind(new InetSocketAddress(Hosts.address(localAddress), 0)));
  }

  /** With other socket options: {@code with(settings -> settings.broadcast(true))}. */
  public UdpClientEndpoint with(UnaryOperator<SocketSettings.Builder> change) {
    return withSettings(change.apply(settings.with()).build());
  }

  /** With other socket options. */
  public UdpClientEndpoint withSettings(SocketSettings newSettings) {
    return new UdpClientEndpoint(host, port, timeout, newSettings);
  }

  @Override
  public <P extends DatagramProtocol> Deferred<P> connect(
      Reactor reactor, DatagramProtocol.Factory<P> factory) {
    InetAddress literal = Hosts.literal(host);
    return literal != null
        ? open(reactor, literal, factory)
        : new FirstAddress(reactor, host, name(), timeout, settings.bind())
            .find()
            .thenCompose(address -> open(reactor, address, factory));
  }

  private <P extends DatagramProtocol> Deferred<P> open(
      Reactor reactor, InetAddress address, DatagramProtocol.Factory<P> factory) {
    return reactor
        .network()
        .datagram(settings.bind(), new InetSocketAddress(address, port), settings, factory)
        .exceptionallyCompose(ListenFailed.class, failure -> Deferred.failed(explain(failure)));
  }

  private ConnectFailed explain(ListenFailed failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return cause instanceof BindException
        ? new ConnectFailed.BindFailed(name(), cause)
        : new ConnectFailed.Other(name(), ConnectFailed.Phase.CONNECT, cause);
  }

  private String name() {
    return SocketArguments.host(host) + ":" + port;
  }

  /** As {@link Endpoints#datagramClient} reads it. */
  @Override
  public String toString() {
    return "udp:"
        + name()
        + (timeout.equals(TcpClientEndpoint.DEFAULT_TIMEOUT)
            ? ""
            : ":timeout=" + SocketArguments.seconds(timeout))
        + SocketArguments.show(settings, DEFAULTS);
  }
}
