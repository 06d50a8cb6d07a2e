package io.tendril.core.internal.tls;

import io.tendril.core.tls.TlsKeys;
import io.tendril.core.tls.TlsOptions;
import io.tendril.spi.TlsCapability;
import io.tendril.spi.TlsEngineFactory;
import io.tendril.spi.TlsEngineProvider;
import io.tendril.spi.TlsTrust;
import java.security.GeneralSecurityException;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Engines of the JDK, which are always there. */
final class JdkContexts implements TlsEngineProvider {
  static final String NAME = "JDK";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public @Nullable String unavailable() {
    return null;
  }

  @Override
  public Set<TlsCapability> capabilities() {
    return Set.of(TlsCapability.SUITES, TlsCapability.RESUMPTION, TlsCapability.ANY_KEY);
  }

  @Override
  public TlsEngineFactory engines(@Nullable TlsKeys keys, TlsTrust trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          keys == null ? new KeyManager[0] : new KeyManager[] {new JdkKeys(keys)},
          new TrustManager[] {trust.manager()},
          null);
      context
          .getServerSessionContext()
          .setSessionTimeout((int) TlsOptions.SESSION_TIME.toSeconds());
      return JdkTlsEngine.of(context, true);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no TLS: " + e.getMessage(), e);
    }
  }
}
