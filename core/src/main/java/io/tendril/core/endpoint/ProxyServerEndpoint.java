package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.proxy.ProxyProtocol;

/**
 * Any place to listen where proxies connect, which say first whom they have connected for.
 *
 * <pre>{@code
 * reactor.listen(ProxyServerEndpoint.over(TcpServerEndpoint.port(8080), ProxyProtocol.fromHere()), http);
 * }</pre>
 *
 * <p>With TLS to the proxy's clients behind the header, it is {@code tls:haproxy:tcp:443}; with TLS
 * to the proxy itself, {@code haproxy:tls:443}.
 *
 * @param below where to listen
 * @param policy whom to believe
 */
public record ProxyServerEndpoint(ServerEndpoint below, ProxyProtocol policy)
    implements ServerEndpoint {
  /** A place to listen, behind proxies. */
  public static ProxyServerEndpoint over(ServerEndpoint below, ProxyProtocol policy) {
    return new ProxyServerEndpoint(below, policy);
  }

  @Override
  public Deferred<Listener> listen(Reactor reactor, ProtocolFactory<?> factory) {
    return below.listen(reactor, policy.wrap(factory));
  }

  @Override
  public boolean secure() {
    return below.secure();
  }

  /** As {@link Endpoints#server} reads it. */
  @Override
  public String toString() {
    ProxyProtocol usual = ProxyProtocol.fromHere();
    return "haproxy:"
        + (policy.isFromHere() ? "" : "from=[" + String.join(",", policy.trusted()) + "]:")
        + (policy.time().equals(usual.time())
            ? ""
            : "header-time=" + SocketArguments.seconds(policy.time()) + ":")
        + (policy.limit() == usual.limit() ? "" : "limit=" + policy.limit() + ":")
        + below;
  }
}
