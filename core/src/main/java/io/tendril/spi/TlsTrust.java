package io.tendril.spi;

import io.tendril.core.internal.tls.TlsWords;
import io.tendril.core.internal.tls.Verifier;
import io.tendril.core.tls.TlsOptions;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom this side trusts, and the rules by which every engine verifies a peer: its chain as the JDK
 * does (RFC 5280), and on clients the name of the server (RFC 9525). May be used from any thread;
 * verifying takes a millisecond or so.
 */
public final class TlsTrust {
  private final List<X509Certificate> authorities;
  private final Verifier verifier;

  private TlsTrust(@Nullable List<X509Certificate> authorities) {
    this.authorities = authorities == null ? List.of() : List.copyOf(authorities);
    this.verifier = Verifier.of(authorities);
  }

  /** Trusts whom the platform trusts. */
  public static TlsTrust platform() {
    return new TlsTrust(null);
  }

  /** Trusts whom these authorities vouch for, and nobody if there are none. */
  public static TlsTrust of(List<X509Certificate> authorities) {
    return new TlsTrust(authorities);
  }

  /** The authorities that were named; empty for those of the platform. */
  public List<X509Certificate> authorities() {
    return authorities;
  }

  /**
   * Verifies what a peer has shown.
   *
   * @param options which side this is; on clients, whom it wants to reach
   * @param chain the peer's own certificate, then those that it sent with it; not empty
   * @throws CertificateException in words: "its issuer is unknown (CN=somebody)"
   */
  public void verify(TlsOptions options, List<X509Certificate> chain) throws CertificateException {
    verifier.verify(options, chain.toArray(X509Certificate[]::new));
  }

  /** The name of the alert that tells a peer of a refusal (RFC 8446, section 6.2). */
  public static String alert(CertificateException refusal) {
    if (TlsWords.cause(CertificateExpiredException.class, refusal) != null
        || TlsWords.cause(CertificateNotYetValidException.class, refusal) != null) {
      return "certificate_expired";
    } else if (Verifier.isOfStranger(refusal)) {
      return "unknown_ca";
    }
    return "certificate_unknown";
  }

  /** The same rules in the form in which the JDK's engine takes them. */
  public X509ExtendedTrustManager manager() {
    return verifier;
  }
}
