package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.tls.TlsOptions;

/**
 * TLS to any place to connect to.
 *
 * <pre>{@code
 * reactor.connect(TlsClientEndpoint.to("example.org", 443), Asker::new);
 * }</pre>
 *
 * <p>The factory is asked when the handshake is done and the server verified. A handshake that
 * fails is a {@link io.tendril.core.ConnectFailed.HandshakeFailed}, which says why in words.
 *
 * @param below where to connect to
 * @param options whom to expect there
 */
public record TlsClientEndpoint(ClientEndpoint below, TlsOptions options)
    implements ClientEndpoint {
  /** Checks that the options are a client's. */
  public TlsClientEndpoint {
    if (!options.client()) {
      throw new IllegalArgumentException("these are options of a server");
    }
  }

  /** A port of a host that proves its name, to whom the platform trusts. */
  public static TlsClientEndpoint to(String host, int port) {
    return over(TcpClientEndpoint.to(host, port), TlsOptions.client(host));
  }

  /** TLS to a place to connect to. */
  public static TlsClientEndpoint over(ClientEndpoint below, TlsOptions options) {
    return new TlsClientEndpoint(below, options);
  }

  @Override
  public <P extends Protocol> Deferred<P> connect(Reactor reactor, ProtocolFactory<P> factory) {
    return below
        .connect(reactor, transport -> new TlsHandshake<>(transport, options, factory))
        .thenCompose(TlsHandshake::done);
  }

  @Override
  public String toString() {
    return "tls:" + below + ":name=" + Endpoints.escape(options.host());
  }
}
