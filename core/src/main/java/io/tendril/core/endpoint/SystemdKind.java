package io.tendril.core.endpoint;

/** {@code systemd:} in strings. */
final class SystemdKind implements EndpointKind.Server {
  private static final int MOST = 1 << 20;

  @Override
  public String name() {
    return "systemd";
  }

  @Override
  public String serverGrammar() {
    return "systemd:name=NAME or systemd:index=NUMBER[:OPTION=VALUE]...";
  }

  @Override
  public ServerEndpoint server(Arguments arguments) {
    String name = arguments.option("name", Arguments::text);
    Integer index = arguments.option("index", Arguments.number(0, MOST));
    SystemdServerEndpoint endpoint;
    if (name != null && index == null) {
      endpoint = SystemdServerEndpoint.named(name);
    } else if (name == null && index != null) {
      endpoint = SystemdServerEndpoint.at(index);
    } else {
      throw arguments.problem("expected one of name=NAME and index=NUMBER");
    }
    return endpoint.withSettings(SocketArguments.adopted(arguments, endpoint.settings()));
  }
}
