package io.tendril.core.endpoint;

import java.time.Duration;

/** {@code udp:} in strings. */
final class UdpKind implements EndpointKind.DatagramServer, EndpointKind.DatagramClient {
  @Override
  public String name() {
    return "udp";
  }

  @Override
  public String datagramServerGrammar() {
    return "udp:PORT[:interface=ADDRESS][:OPTION=VALUE]...";
  }

  @Override
  public DatagramServerEndpoint datagramServer(Arguments arguments) {
    int port = arguments.required("port", Arguments::port);
    var endpoint = UdpServerEndpoint.port(port);
    var address = arguments.option("interface", Arguments::address);
    if (address != null) {
      endpoint = endpoint.on(address);
    }
    return endpoint.withSettings(SocketArguments.datagramServer(arguments, endpoint.settings()));
  }

  @Override
  public String datagramClientGrammar() {
    return "udp:HOST:PORT[:timeout=SECONDS][:bind=ADDRESS][:OPTION=VALUE]...";
  }

  @Override
  public DatagramClientEndpoint datagramClient(Arguments arguments) {
    String host = arguments.required("host", Arguments::host);
    int port = arguments.required("port", Arguments.number(1, 65_535));
    var endpoint = UdpClientEndpoint.to(host, port);
    Duration timeout = arguments.option("timeout", Arguments::seconds);
    if (timeout != null) {
      endpoint = endpoint.within(timeout);
    }
    return endpoint.withSettings(SocketArguments.datagramClient(arguments, endpoint.settings()));
  }
}
