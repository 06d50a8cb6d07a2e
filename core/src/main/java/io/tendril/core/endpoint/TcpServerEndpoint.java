package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.spi.SocketSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A TCP port to listen on.
 *
 * <pre>{@code
 * reactor.listen(TcpServerEndpoint.port(8080).on("127.0.0.1"), Echo::new);
 * }</pre>
 *
 * @param address the address to listen on; null for all addresses of the machine
 * @param port 0 for one that the kernel chooses: {@link Listener#port()} tells which
 * @param settings what the sockets are opened with, the accepted ones too
 */
public record TcpServerEndpoint(@Nullable InetAddress address, int port, SocketSettings settings)
    implements ServerEndpoint {

  /** Checks the port. */
  public TcpServerEndpoint {
    Ports.check(port, 0);
  }

  /** A port on all addresses, IPv4 and IPv6. */
  public static TcpServerEndpoint port(int port) {
    return new TcpServerEndpoint(null, port, SocketSettings.defaults());
  }

  /** On one address only: {@code 127.0.0.1}, {@code ::1}. Names are refused. */
  public TcpServerEndpoint on(String newAddress) {
    return on(Hosts.address(newAddress));
  }

  /** On one address only. */
  public TcpServerEndpoint on(InetAddress newAddress) {
    return new TcpServerEndpoint(newAddress, port, settings);
  }

  /** On IPv6 alone: who connects by IPv4 is refused. */
  public TcpServerEndpoint ipv6Only() {
    return with(settings -> settings.ipv6Only(true));
  }

  /** With other socket options: {@code with(settings -> settings.backlog(16))}. */
  public TcpServerEndpoint with(UnaryOperator<SocketSettings.Builder> change) {
    return withSettings(change.apply(settings.with()).build());
  }

  /** With other socket options. */
  public TcpServerEndpoint withSettings(SocketSettings newSettings) {
    return new TcpServerEndpoint(address, port, newSettings);
  }

  @Override
  public Deferred<Listener> listen(Reactor reactor, ProtocolFactory<?> factory) {
    return reactor.network().listen(socketAddress(), settings, factory);
  }

  private InetSocketAddress socketAddress() {
    return address == null ? new InetSocketAddress(port) : new InetSocketAddress(address, port);
  }

  /** As {@link Endpoints#server} reads it. */
  @Override
  public String toString() {
    return (settings.ipv6Only() ? "tcp6:" : "tcp:")
        + port
        + (address == null ? "" : ":interface=" + SocketArguments.host(address))
        + SocketArguments.show(settings, SocketSettings.defaults());
  }
}
