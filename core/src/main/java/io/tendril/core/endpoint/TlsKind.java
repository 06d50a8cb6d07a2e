package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.internal.net.Spread;
import io.tendril.core.tls.TlsKeyFiles;
import io.tendril.core.tls.TlsOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code tls:} in strings: over TCP, or over whatever other kind follows. */
final class TlsKind implements EndpointKind.Server, EndpointKind.Client {
  @Override
  public String name() {
    return "tls";
  }

  @Override
  public String serverGrammar() {
    return "tls:PORT:cert=FILE[:key=FILE][:OPTION=VALUE]..., tls:PORT:dir=DIRECTORY...,"
        + " or tls:SERVER:cert=FILE...";
  }

  @Override
  public ServerEndpoint server(Arguments arguments) {
    TlsFiles files = TlsFiles.read(arguments);
    if (!files.hasIdentity()) {
      throw arguments.problem("expected 'cert' or 'dir'");
    }
    return new FromFiles(arguments.serverOver("tcp"), files);
  }

  @Override
  public String clientGrammar() {
    return "tls:HOST:PORT[:trust=FILE][:connect=HOST][:OPTION=VALUE]...,"
        + " or tls:CLIENT:name=HOST...";
  }

  @Override
  public ClientEndpoint client(Arguments arguments) {
    TlsFiles files = TlsFiles.read(arguments);
    String name = arguments.option("name", Arguments::host);
    String connect = arguments.option("connect", Arguments::host);
    String host = arguments.isHostAndPort() ? arguments.replaceFirst(connect) : null;
    if (host == null && connect != null) {
      throw arguments.problem("'connect' is for a host and a port");
    }
    String wanted = name != null ? name : host;
    if (wanted == null) {
      throw arguments.problem("expected 'name', which the server has to prove");
    }
    return new ToFiles(arguments.clientOver("tcp"), files, wanted);
  }

  /** A server whose certificates are read when it is opened. */
  private record FromFiles(ServerEndpoint below, TlsFiles files) implements ServerEndpoint {
    @Override
    public Deferred<Listener> listen(Reactor reactor, ProtocolFactory<?> factory) {
      Spread.Part spread = Spread.inForce();
      TlsOptions known = spread == null ? null : spread.shared(this, TlsOptions.class);
      if (known != null) { // another reactor of a group looks after the files
        return new TlsServerEndpoint(below, known).listen(reactor, factory);
      }
      TlsKeyFiles keys = files.keys();
      var watched = new WatchedFactory<>(factory, reactor, keys, files.reload());
      return reactor
          .<TlsOptions>deferToThread(() -> files.server(keys))
          .thenCompose(options -> {
            if (spread != null) {
              spread.share(this, options); // so that sessions are resumed in whichever reactor
            }
            return new TlsServerEndpoint(below, options).listen(reactor, watched);
          })
          .thenApply(listener -> new ReloadingListener(listener, reactor, keys));
    }

    @Override
    public boolean secure() {
      return true;
    }

    @Override
    public String toString() {
      return "tls:" + below + files;
    }
  }

  /** A client whose certificates are read when it connects for the first time. */
  private static final class ToFiles implements ClientEndpoint {
    private final ClientEndpoint below;
    private final TlsFiles files;
    private final String host;

    /** Kept, since sessions are resumed among the connections of the same options. */
    private @Nullable TlsOptions options;

    ToFiles(ClientEndpoint below, TlsFiles files, String host) {
      this.below = below;
      this.files = files;
      this.host = host;
    }

    @Override
    public <P extends Protocol> Deferred<P> connect(Reactor reactor, ProtocolFactory<P> factory) {
      TlsOptions known = options;
      Deferred<TlsOptions> read =
          known != null
              ? Deferred.succeeded(known)
              : reactor.<TlsOptions>deferToThread(() -> files.client(host));
      return read.thenCompose(now -> {
        options = now;
        return new TlsClientEndpoint(below, now).connect(reactor, factory);
      });
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ToFiles that
          && below.equals(that.below)
          && files.equals(that.files)
          && host.equals(that.host);
    }

    @Override
    public int hashCode() {
      return Objects.hash(below, files, host);
    }

    @Override
    public String toString() {
      return "tls:" + below + ":name=" + Endpoints.escape(host) + files;
    }
  }
}
