package io.tendril.core.policy;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.endpoint.ServerEndpoint;

/**
 * Bounds how many connections are open at once, in total.
 *
 * <p>Around an endpoint, which is the better place: at the limit accepting pauses, and who connects
 * waits in the kernel's backlog until somebody leaves.
 *
 * <pre>{@code
 * reactor.listen(ConnectionLimit.of(10_000).wrap(TcpServerEndpoint.port(8080)), factory);
 * }</pre>
 *
 * <p>Around a factory: those above the limit are accepted, refused and counted as such, and see
 * their connection close at once. That is for what must not be kept waiting, and for a factory that
 * several endpoints share.
 *
 * <p>What is wrapped is used by one reactor.
 *
 * @param most how many
 */
public record ConnectionLimit(int most) {

  /** Checks the limit. */
  public ConnectionLimit {
    if (most < 1) {
      throw new IllegalArgumentException("a limit of " + most + " connections");
    }
  }

  /** A limit of connections. */
  public static ConnectionLimit of(int most) {
    return new ConnectionLimit(most);
  }

  /** Refuses the connections of a factory that are too many. */
  public <P extends Protocol> ProtocolFactory<P> wrap(ProtocolFactory<P> factory) {
    return counted(factory, new OpenConnections(most));
  }

  /** Pauses accepting at an endpoint; each port that is opened there has the limit to itself. */
  public ServerEndpoint wrap(ServerEndpoint endpoint) {
    return new ServerEndpoint() {
      @Override
      public Deferred<Listener> listen(Reactor reactor, ProtocolFactory<?> factory) {
        var limited = new LimitedListener(most);
        return endpoint
            .listen(reactor, counted(factory, limited.connections()))
            .thenApply(limited::around);
      }

      @Override
      public boolean secure() {
        return endpoint.secure();
      }

      @Override
      public String toString() {
        return endpoint + " for " + most + " connections";
      }
    };
  }

  private static <P extends Protocol> ProtocolFactory<P> counted(
      ProtocolFactory<P> factory, OpenConnections connections) {
    return new ForwardingFactory<>(factory) {
      @Override
      public P build(Transport transport) throws Exception {
        return connections.build(inner(), transport, "");
      }
    };
  }
}
