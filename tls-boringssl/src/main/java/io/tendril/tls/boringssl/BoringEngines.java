package io.tendril.tls.boringssl;

import io.tendril.core.tls.TlsKeys;
import io.tendril.core.tls.TlsOptions;
import io.tendril.spi.TimeSource;
import io.tendril.spi.TlsEngine;
import io.tendril.spi.TlsEngineFactory;
import io.tendril.spi.TlsTrust;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Engines for one set of keys and trust. Each way of using those has a context of its own, which
 * lives for as long as these engines can be made, and as one that was made is in use.
 */
final class BoringEngines implements TlsEngineFactory {
  private final @Nullable TlsKeys keys;
  private final TlsTrust trust;
  private final Map<Settings, BoringContext> contexts = new ConcurrentHashMap<>(2);
  private volatile @Nullable Recent recent;

  /** The options of the last engine, which the next one most likely has too. */
  private record Recent(TlsOptions options, BoringContext context) {}

  BoringEngines(@Nullable TlsKeys keys, TlsTrust trust) {
    this.keys = keys;
    this.trust = trust;
  }

  @Nullable TlsKeys keys() {
    return keys;
  }

  TlsTrust trust() {
    return trust;
  }

  @Override
  public TlsEngine create(TlsOptions options, SocketAddress peer, TimeSource clock) {
    BoringContext.freeUnreachable();
    Recent last = recent;
    if (last == null || last.options() != options) {
      Settings settings = Settings.of(options);
      last =
          new Recent(
              options, contexts.computeIfAbsent(settings, made -> BoringContext.make(made, trust)));
      recent = last;
    }
    last.context().get().at(clock);
    return new BoringEngine(this, last.context(), options);
  }
}
