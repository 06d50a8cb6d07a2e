package io.tendril.core.endpoint;

/** Endpoints from strings. */
public final class Endpoints {
  private Endpoints() {}

  /**
   * Reads a server endpoint: {@code tcp:8080:interface=127.0.0.1}.
   *
   * @throws EndpointSyntax if it cannot be read
   */
  public static ServerEndpoint server(String description) {
    throw new EndpointSyntax(description, 0, "no kinds are known");
  }

  /**
   * Reads a client endpoint: {@code tcp:example.org:80}.
   *
   * @throws EndpointSyntax if it cannot be read
   */
  public static ClientEndpoint client(String description) {
    throw new EndpointSyntax(description, 0, "no kinds are known");
  }

  /**
   * Reads where to receive datagrams: {@code udp:5353}.
   *
   * @throws EndpointSyntax if it cannot be read
   */
  public static DatagramServerEndpoint datagramServer(String description) {
    throw new EndpointSyntax(description, 0, "no kinds are known");
  }

  /**
   * Reads a peer for datagrams: {@code udp:127.0.0.1:53}.
   *
   * @throws EndpointSyntax if it cannot be read
   */
  public static DatagramClientEndpoint datagramClient(String description) {
    throw new EndpointSyntax(description, 0, "no kinds are known");
  }
}
