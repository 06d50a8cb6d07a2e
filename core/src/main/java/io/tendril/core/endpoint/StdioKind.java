package io.tendril.core.endpoint;

/** {@code stdio:} in strings. */
final class StdioKind implements EndpointKind.Server, EndpointKind.Client {
  @Override
  public String name() {
    return "stdio";
  }

  @Override
  public String serverGrammar() {
    return "stdio:";
  }

  @Override
  public ServerEndpoint server(Arguments arguments) {
    return new StdioEndpoint();
  }

  @Override
  public String clientGrammar() {
    return "stdio:";
  }

  @Override
  public ClientEndpoint client(Arguments arguments) {
    return new StdioEndpoint();
  }
}
