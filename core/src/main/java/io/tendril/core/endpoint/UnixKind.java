package io.tendril.core.endpoint;

import io.tendril.core.unix.UnixAddress;
import java.time.Duration;

/** {@code unix:} in strings. */
final class UnixKind implements EndpointKind.Server, EndpointKind.Client {
  @Override
  public String name() {
    return "unix";
  }

  @Override
  public String serverGrammar() {
    return "unix:PATH[:mode=0660][:backlog=NUMBER][:OPTION=VALUE]...";
  }

  @Override
  public ServerEndpoint server(Arguments arguments) {
    UnixAddress address = arguments.required("path", UnixAddress::of);
    var endpoint = UnixServerEndpoint.at(address);
    return endpoint.withSettings(SocketArguments.unixServer(arguments, endpoint.settings()));
  }

  @Override
  public String clientGrammar() {
    return "unix:PATH[:timeout=SECONDS][:OPTION=VALUE]...";
  }

  @Override
  public ClientEndpoint client(Arguments arguments) {
    UnixAddress address = arguments.required("path", UnixAddress::of);
    var endpoint = UnixClientEndpoint.to(address);
    Duration timeout = arguments.option("timeout", Arguments::seconds);
    if (timeout != null) {
      endpoint = endpoint.within(timeout);
    }
    return endpoint.withSettings(SocketArguments.unixClient(arguments, endpoint.settings()));
  }
}
