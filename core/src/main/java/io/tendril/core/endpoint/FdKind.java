package io.tendril.core.endpoint;

/** {@code fd:} in strings. */
final class FdKind implements EndpointKind.Server, EndpointKind.Client {
  /** More than Linux lets a process have. */
  private static final int LARGEST = 1 << 30;

  @Override
  public String name() {
    return "fd";
  }

  @Override
  public String serverGrammar() {
    return "fd:NUMBER[:OPTION=VALUE]...";
  }

  @Override
  public ServerEndpoint server(Arguments arguments) {
    var endpoint = FdServerEndpoint.of(arguments.required("number", Arguments.number(0, LARGEST)));
    return endpoint.withSettings(SocketArguments.adopted(arguments, endpoint.settings()));
  }

  @Override
  public String clientGrammar() {
    return "fd:NUMBER or fd:READ,WRITE";
  }

  @Override
  public ClientEndpoint client(Arguments arguments) {
    return arguments.required("number", FdKind::both);
  }

  private static FdClientEndpoint both(String value) {
    int comma = value.indexOf(',');
    if (comma < 0) {
      return FdClientEndpoint.of(Arguments.number(0, LARGEST).read(value));
    }
    return FdClientEndpoint.of(
        Arguments.number(0, LARGEST).read(value.substring(0, comma)),
        Arguments.number(0, LARGEST).read(value.substring(comma + 1)));
  }
}
