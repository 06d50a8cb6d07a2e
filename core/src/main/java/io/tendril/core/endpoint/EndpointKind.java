package io.tendril.core.endpoint;

/**
 * A kind of endpoint that strings can name: what is before the first colon. It implements one or
 * more of the interfaces inside, one for each use that it has. Found by {@link
 * java.util.ServiceLoader}:
 *
 * <pre>{@code
 * public final class SerialKind implements EndpointKind.Client {
 *   public String name() {
 *     return "serial";
 *   }
 *
 *   public String clientGrammar() {
 *     return "serial:DEVICE[:speed=BAUD]";
 *   }
 *
 *   public ClientEndpoint client(Arguments arguments) {
 *     return new SerialEndpoint(arguments.required("device", Arguments::text), ...);
 *   }
 * }
 * }</pre>
 *
 * <p>with {@code provides io.tendril.core.endpoint.EndpointKind with SerialKind} in its module
 * declaration or, on the class path, its name in {@code
 * META-INF/services/io.tendril.core.endpoint.EndpointKind}. Kinds are looked for once, when the
 * first string is read.
 *
 * <p>Secrets do not belong into endpoint strings, which show up in process lists and logs: take the
 * name of a file that holds them.
 */
public interface EndpointKind {
  /** The name: lower case letters, digits and hyphens. */
  String name();

  /** A kind to listen for streams with. */
  interface Server extends EndpointKind {
    /** How it is written, for messages: {@code tcp:PORT[:interface=ADDRESS]}. */
    String serverGrammar();

    /**
     * Makes the endpoint. Nothing is opened or looked up yet.
     *
     * @throws EndpointSyntax if the arguments do not fit together
     */
    ServerEndpoint server(Arguments arguments);
  }

  /** A kind to connect streams with. */
  interface Client extends EndpointKind {
    /** How it is written, for messages: {@code tcp:HOST:PORT}. */
    String clientGrammar();

    /** As {@link Server#server}. */
    ClientEndpoint client(Arguments arguments);
  }

  /** A kind to receive datagrams with. */
  interface DatagramServer extends EndpointKind {
    /** How it is written, for messages: {@code udp:PORT[:interface=ADDRESS]}. */
    String datagramServerGrammar();

    /** As {@link Server#server}. */
    DatagramServerEndpoint datagramServer(Arguments arguments);
  }

  /** A kind to exchange datagrams with one peer. */
  interface DatagramClient extends EndpointKind {
    /** How it is written, for messages: {@code udp:HOST:PORT}. */
    String datagramClientGrammar();

    /** As {@link Server#server}. */
    DatagramClientEndpoint datagramClient(Arguments arguments);
  }
}
