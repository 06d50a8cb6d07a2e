package io.tendril.core.endpoint;

/**
 * Endpoints from strings, for command lines and configuration files. In code, the classes of this
 * package say the same with the compiler's help.
 *
 * <p>A string is a kind and its arguments, separated by colons: first those that stand by
 * themselves, in order, then options as {@code key=value}. A backslash takes the meaning off a
 * {@code :}, {@code =}, {@code \}, {@code [} or {@code ]}; a value in brackets needs none, which is
 * how IPv6 addresses are written. Flags are {@code yes} and {@code no}, times are seconds, with
 * decimals if need be, sizes are bytes.
 *
 * <pre>
 *   servers           tcp:PORT[:interface=ADDRESS][:OPTION=VALUE]...
 *   clients           tcp:HOST:PORT[:timeout=SECONDS][:bind=ADDRESS][:OPTION=VALUE]...
 *   servers           tls:PORT:cert=FILE[:key=FILE]..., tls:PORT:dir=DIRECTORY..., tls:SERVER:...
 *   clients           tls:HOST:PORT[:trust=FILE]..., tls:CLIENT:name=HOST...
 *   datagram servers  udp:PORT[:interface=ADDRESS][:OPTION=VALUE]...
 *   datagram clients  udp:HOST:PORT[:timeout=SECONDS][:bind=ADDRESS][:OPTION=VALUE]...
 * </pre>
 *
 * <p>The grammars of servers and clients differ on purpose: a server listens on all addresses, IPv4
 * and IPv6, unless {@code interface} picks one, so {@code tcp:[::1]:8080} is no server.
 * docs/guide/endpoints.md has all options. Other kinds come as plugins: see {@link EndpointKind}.
 */
public final class Endpoints {
  private Endpoints() {}

  /**
   * Reads a server endpoint: {@code tcp:8080:interface=127.0.0.1}.
   *
   * @throws EndpointSyntax if it cannot be read
   */
  public static ServerEndpoint server(String description) {
    return Kinds.found().server(description, 0);
  }

  /**
   * Reads a client endpoint: {@code tcp:example.org:80}.
   *
   * @throws EndpointSyntax if it cannot be read
   */
  public static ClientEndpoint client(String description) {
    return Kinds.found().client(description, 0);
  }

  /**
   * Reads where to receive datagrams: {@code udp:5353}.
   *
   * @throws EndpointSyntax if it cannot be read
   */
  public static DatagramServerEndpoint datagramServer(String description) {
    return Kinds.found().datagramServer(description, 0);
  }

  /**
   * Reads a peer for datagrams: {@code udp:127.0.0.1:53}.
   *
   * @throws EndpointSyntax if it cannot be read
   */
  public static DatagramClientEndpoint datagramClient(String description) {
    return Kinds.found().datagramClient(description, 0);
  }

  /** A value as it is written in a description: with what has a meaning there escaped. */
  public static String escape(String value) {
    return Description.escape(value);
  }
}
