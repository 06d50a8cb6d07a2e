package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.core.policy.ForwardingFactory;
import io.tendril.core.tls.TlsOptions;

/**
 * TLS at any place to listen.
 *
 * <pre>{@code
 * reactor.listen(TlsServerEndpoint.over(TcpServerEndpoint.port(8443), TlsOptions.server(identity)), https);
 * }</pre>
 *
 * <p>The factory is asked when a handshake is done and the client verified as far as it should be;
 * {@code transport.query(TlsSession.class)} then says with whom. A handshake that fails is no
 * connection to the factory: the reactor's observers hear of it.
 *
 * @param below where to listen
 * @param options whom to be
 */
public record TlsServerEndpoint(ServerEndpoint below, TlsOptions options)
    implements ServerEndpoint {
  /** Checks that the options are a server's. */
  public TlsServerEndpoint {
    var _ = checked(options);
  }

  /** TLS at a place to listen. */
  public static TlsServerEndpoint over(ServerEndpoint below, TlsOptions options) {
    return new TlsServerEndpoint(below, options);
  }

  /**
   * TLS on connections that have come already, with nothing said on them by either side but perhaps
   * the client's hello: behind {@link FirstBytes}, for one.
   *
   * @param factory asked when the handshake is done
   */
  public static ProtocolFactory<Protocol> secured(TlsOptions options, ProtocolFactory<?> factory) {
    String answer = factory.answerInTheClear();
    TlsOptions answering = answer.isEmpty() ? options : options.withAnswerInTheClear(answer);
    return new Secured<>(factory, checked(answering));
  }

  private static TlsOptions checked(TlsOptions options) {
    if (options.client()) {
      throw new IllegalArgumentException("these are options of a client");
    }
    return options;
  }

  @Override
  public Deferred<Listener> listen(Reactor reactor, ProtocolFactory<?> factory) {
    return below.listen(reactor, secured(options, factory));
  }

  private static final class Secured<P extends Protocol> extends ForwardingFactory<P, Protocol> {
    private final TlsOptions options;

    Secured(ProtocolFactory<P> factory, TlsOptions options) {
      super(factory);
      this.options = options;
    }

    @Override
    public Protocol build(Transport transport) {
      return new TlsHandshake<>(transport, options, inner());
    }
  }

  @Override
  public boolean secure() {
    return true;
  }

  @Override
  public String toString() {
    return "tls:" + below;
  }
}
