package io.tendril.core.endpoint;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import io.tendril.core.tls.TlsKeyFiles;
import java.net.SocketAddress;

/** A listener that has its certificates from files. */
record ReloadingListener(Listener inner, Reactor reactor, TlsKeyFiles keys) implements Listener {
  @Override
  public SocketAddress address() {
    return inner.address();
  }

  @Override
  public int port() {
    return inner.port();
  }

  @Override
  public void pauseAccepting() {
    inner.pauseAccepting();
  }

  @Override
  public void resumeAccepting() {
    inner.resumeAccepting();
  }

  /** Reads its own files again, and those of what is below. */
  @Override
  public Deferred<Void> reload() {
    return keys.reload(reactor).thenCompose(done -> inner.reload());
  }

  @Override
  public Deferred<Void> close() {
    return inner.close();
  }
}
