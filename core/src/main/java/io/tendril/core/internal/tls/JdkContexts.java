package io.tendril.core.internal.tls;

import io.tendril.core.tls.TlsKeys;
import io.tendril.spi.TlsEngineFactory;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Engines of the JDK, for keys and trust that are given as values. */
public final class JdkContexts {
  private JdkContexts() {}

  /**
   * Makes engines.
   *
   * @param keys who this side is; null for nobody
   * @param trusted whom it trusts; null for whom the platform trusts
   */
  public static TlsEngineFactory of(
      @Nullable TlsKeys keys, @Nullable List<X509Certificate> trusted) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          keys == null ? new KeyManager[0] : new KeyManager[] {new JdkKeys(keys)},
          trust(trusted),
          null);
      return JdkTlsEngine.of(context, true);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("the JDK does not take this trust: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trust(@Nullable List<X509Certificate> trusted)
      throws GeneralSecurityException, IOException {
    KeyStore store = null;
    if (trusted != null) {
      store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (X509Certificate each : trusted) {
        store.setCertificateEntry("trusted-" + store.size(), each);
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    TrustManager[] managers = factory.getTrustManagers();
    for (int i = 0; i < managers.length; i++) {
      if (managers[i] instanceof X509ExtendedTrustManager chains) {
        managers[i] = new Verifier(chains);
      }
    }
    return managers;
  }
}
