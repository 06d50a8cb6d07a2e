package io.tendril.core.endpoint;

import java.net.Inet4Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** {@code tcp6:} in strings: as {@code tcp:}, by IPv6 alone. */
final class Tcp6Kind implements EndpointKind.Server, EndpointKind.Client {
  @Override
  public String name() {
    return "tcp6";
  }

  @Override
  public String serverGrammar() {
    return "tcp6:PORT[:interface=ADDRESS][:OPTION=VALUE]...";
  }

  @Override
  public ServerEndpoint server(Arguments arguments) {
    TcpServerEndpoint endpoint = TcpKind.tcpServer(arguments);
    check(arguments, endpoint.address());
    return endpoint.ipv6Only();
  }

  @Override
  public String clientGrammar() {
    return "tcp6:HOST:PORT[:timeout=SECONDS][:bind=ADDRESS][:OPTION=VALUE]...";
  }

  @Override
  public ClientEndpoint client(Arguments arguments) {
    TcpClientEndpoint endpoint = TcpKind.tcpClient(arguments);
    check(arguments, Hosts.literal(endpoint.host()));
    return endpoint.ipv6Only();
  }

  private static void check(Arguments arguments, @Nullable InetAddress address) {
    if (address instanceof Inet4Address) {
      throw arguments.problem("expected an address of IPv6");
    }
  }
}
