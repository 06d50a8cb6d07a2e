package io.tendril.testing;

import io.tendril.core.tls.TlsOptions;
import io.tendril.spi.TlsTrust;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Verifies chains, each once: signatures are most of what a handshake would cost, and a simulation
 * sees the same few certificates thousands of times.
 */
final class VerifiedChains {
  private static final int MOST = 256;

  private final TlsTrust trust;
  private final Set<Verified> verified = ConcurrentHashMap.newKeySet();

  private record Verified(boolean client, String host, List<X509Certificate> chain) {}

  VerifiedChains(TlsTrust trust) {
    this.trust = trust;
  }

  void verify(TlsOptions options, List<X509Certificate> chain) throws CertificateException {
    var wanted = new Verified(options.client(), options.host(), chain);
    if (!verified.contains(wanted)) {
      trust.verify(options, chain);
      if (verified.size() >= MOST) {
        verified.clear();
      }
      verified.add(wanted);
    }
  }
}
