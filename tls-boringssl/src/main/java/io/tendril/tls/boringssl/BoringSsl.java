package io.tendril.tls.boringssl;

import io.tendril.core.tls.TlsKeys;
import io.tendril.spi.TlsCapability;
import io.tendril.spi.TlsEngineFactory;
import io.tendril.spi.TlsEngineProvider;
import io.tendril.spi.TlsTrust;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** BoringSSL's engines, where its library can be loaded. */
public final class BoringSsl implements TlsEngineProvider {
  static final String NAME = "BoringSSL";
  private static final int PRIORITY = 100;

  /** For {@link java.util.ServiceLoader}. */
  public BoringSsl() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int priority() {
    return PRIORITY;
  }

  @Override
  public @Nullable String unavailable() {
    return NativeLibrary.obstacle();
  }

  @Override
  public Set<TlsCapability> capabilities() {
    return Set.of(
        TlsCapability.RESUMPTION,
        TlsCapability.HYBRID_KEY_EXCHANGE,
        TlsCapability.OCSP_STAPLING,
        TlsCapability.KEY_LOG,
        TlsCapability.INLINE);
  }

  @Override
  public TlsEngineFactory engines(@Nullable TlsKeys keys, TlsTrust trust) {
    return new BoringEngines(keys, trust);
  }
}
