package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.spi.SocketSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * A TCP port to connect to.
 *
 * <pre>{@code
 * reactor.connect(TcpClientEndpoint.to("example.org", 80).within(Duration.ofSeconds(5)), Asker::new);
 * }</pre>
 *
 * <p>A name with several addresses has them tried as RFC 8305 says ("happy eyeballs"): IPv6 and
 * IPv4 in turn, a new attempt each 250 ms or as soon as one has failed, while those before it go
 * on; the first that succeeds ends the others. The factory builds one protocol, for that one.
 *
 * @param host a name, or an address, which needs no resolver
 * @param port the port
 * @param timeout for the lookup and all attempts together; 30 s by default
 * @param settings what the socket is opened with
 */
public record TcpClientEndpoint(String host, int port, Duration timeout, SocketSettings settings)
    implements ClientEndpoint {

  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /** Checks host, port and time. */
  public TcpClientEndpoint {
    host = Arguments.host(host);
    Ports.check(port, 1);
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("a timeout of " + timeout);
    }
  }

  /** A port of a host, given by name or address: {@code example.org}, {@code ::1}. */
  public static TcpClientEndpoint to(String host, int port) {
    return new TcpClientEndpoint(host, port, DEFAULT_TIMEOUT, SocketSettings.defaults());
  }

  /** The port of a listener, for example. */
  public static TcpClientEndpoint to(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    return to(ip == null ? address.getHostString() : ip.getHostAddress(), address.getPort());
  }

  /** With another bound for lookup and attempts together. */
  public TcpClientEndpoint within(Duration newTimeout) {
    return new TcpClientEndpoint(host, port, newTimeout, settings);
  }

  /** From one of this machine's addresses. Addresses of the other family are not tried then. */
  public TcpClientEndpoint from(String localAddress) {
    return with(settings -> settings.bind(new InetSocketAddress(Hosts.address(localAddress), 0)));
  }

  /** By IPv6 alone: the other addresses of a name are not tried. */
  public TcpClientEndpoint ipv6Only() {
    return with(settings -> settings.ipv6Only(true));
  }

  /** With other socket options: {@code with(settings -> settings.keepAlive(true))}. */
  public TcpClientEndpoint with(UnaryOperator<SocketSettings.Builder> change) {
    return withSettings(change.apply(settings.with()).build());
  }

  /** With other socket options. */
  public TcpClientEndpoint withSettings(SocketSettings newSettings) {
    return new TcpClientEndpoint(host, port, timeout, newSettings);
  }

  @Override
  public <P extends Protocol> Deferred<P> connect(Reactor reactor, ProtocolFactory<P> factory) {
    InetAddress literal = Hosts.literal(host);
    return literal == null
        ? new HappyEyeballs<>(reactor, this, factory).connect()
        : reactor
            .network()
            .connect(new InetSocketAddress(literal, port), name(), settings, timeout, factory);
  }

  /** What messages call the peer. */
  String name() {
    return SocketArguments.host(host) + ":" + port;
  }

  /** As {@link Endpoints#client} reads it. */
  @Override
  public String toString() {
    return (settings.ipv6Only() ? "tcp6:" : "tcp:")
        + name()
        + (timeout.equals(DEFAULT_TIMEOUT) ? "" : ":timeout=" + SocketArguments.seconds(timeout))
        + SocketArguments.show(settings, SocketSettings.defaults());
  }
}
