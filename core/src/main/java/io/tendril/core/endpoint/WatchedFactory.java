package io.tendril.core.endpoint;

import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Service;
import io.tendril.core.Transport;
import io.tendril.core.tls.TlsKeyFiles;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Looks after the files of a listener's certificates for as long as somebody listens. */
final class WatchedFactory implements ProtocolFactory<Protocol> {
  private final ProtocolFactory<?> factory;
  private final Reactor reactor;
  private final @Nullable Service watch;

  /** With a time from look to look; zero for never. */
  WatchedFactory(ProtocolFactory<?> factory, Reactor reactor, TlsKeyFiles keys, Duration interval) {
    this.factory = factory;
    this.reactor = reactor;
    this.watch = interval.isZero() ? null : keys.watch(interval);
  }

  @Override
  public Protocol build(Transport transport) throws Exception {
    return factory.build(transport);
  }

  @Override
  public void started() {
    if (watch != null) {
      var _ = watch.start(reactor);
    }
    factory.started();
  }

  @Override
  public void stopped() {
    if (watch != null) {
      var _ = watch.stop();
    }
    factory.stopped();
  }
}
