package io.tendril.core.endpoint;

import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.Service;
import io.tendril.core.Transport;
import io.tendril.core.policy.ForwardingFactory;
import io.tendril.core.tls.TlsKeyFiles;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Looks after the files of a listener's certificates for as long as somebody listens.
 *
 * @param <P> what the factory builds
 */
final class WatchedFactory<P extends Protocol> extends ForwardingFactory<P, P> {
  private final Reactor reactor;
  private final @Nullable Service watch;

  /** With a time from look to look; zero for never. */
  WatchedFactory(ProtocolFactory<P> factory, Reactor reactor, TlsKeyFiles keys, Duration interval) {
    super(factory);
    this.reactor = reactor;
    this.watch = interval.isZero() ? null : keys.watch(interval);
  }

  @Override
  public P build(Transport transport) throws Exception {
    return inner().build(transport);
  }

  @Override
  public void started() {
    if (watch != null) {
      var _ = watch.start(reactor);
    }
    super.started();
  }

  @Override
  public void stopped() {
    if (watch != null) {
      var _ = watch.stop();
    }
    super.stopped();
  }
}
