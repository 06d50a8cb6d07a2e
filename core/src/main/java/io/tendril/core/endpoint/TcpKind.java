package io.tendril.core.endpoint;

import java.time.Duration;

/** {@code tcp:} in strings. */
final class TcpKind implements EndpointKind.Server, EndpointKind.Client {
  @Override
  public String name() {
    return "tcp";
  }

  @Override
  public String serverGrammar() {
    return "tcp:PORT[:interface=ADDRESS][:OPTION=VALUE]...";
  }

  @Override
  public ServerEndpoint server(Arguments arguments) {
    return tcpServer(arguments);
  }

  static TcpServerEndpoint tcpServer(Arguments arguments) {
    int port = arguments.required("port", Arguments::port);
    var endpoint = TcpServerEndpoint.port(port);
    var address = arguments.option("interface", Arguments::address);
    if (address != null) {
      endpoint = endpoint.on(address);
    }
    return endpoint.withSettings(SocketArguments.streamServer(arguments, endpoint.settings()));
  }

  @Override
  public String clientGrammar() {
    return "tcp:HOST:PORT[:timeout=SECONDS][:bind=ADDRESS][:OPTION=VALUE]...";
  }

  @Override
  public ClientEndpoint client(Arguments arguments) {
    return tcpClient(arguments);
  }

  static TcpClientEndpoint tcpClient(Arguments arguments) {
    String host = arguments.required("host", Arguments::host);
    int port = arguments.required("port", Arguments.number(1, 65_535));
    var endpoint = TcpClientEndpoint.to(host, port);
    Duration timeout = arguments.option("timeout", Arguments::seconds);
    if (timeout != null) {
      endpoint = endpoint.within(timeout);
    }
    return endpoint.withSettings(SocketArguments.streamClient(arguments, endpoint.settings()));
  }
}
