package io.tendril.core.internal.tls;

import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Verifies the peer: its chain as the JDK does, and on clients the name of the server. What is
 * wrong is said in words.
 */
final class Verifier extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager chains;

  Verifier(X509ExtendedTrustManager chains) {
    this.chains = chains;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    try {
      chains.checkClientTrusted(chain, type, engine);
    } catch (CertificateException e) {
      throw explained(chain[0], e, "clients");
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    try {
      chains.checkServerTrusted(chain, type, engine);
    } catch (CertificateException e) {
      throw explained(chain[0], e, "servers");
    }
    String wanted = engine.getPeerHost();
    if (wanted != null && !TlsNames.matches(wanted, chain[0])) {
      throw new CertificateException("it is not for '" + wanted + "' but for " + offered(chain[0]));
    }
  }

  private static String offered(X509Certificate certificate) {
    var names = TlsNames.offered(certificate);
    return names.isEmpty() ? "nobody: it has no alternative names" : String.join(", ", names);
  }

  /** The same failure, in words. */
  private static CertificateException explained(
      X509Certificate own, CertificateException failure, String role) {
    return new CertificateException(words(own, failure, role), failure);
  }

  private static String words(X509Certificate own, CertificateException failure, String role) {
    if (cause(CertificateExpiredException.class, failure)) {
      return "it, or one above it, has expired; its own time ended at "
          + own.getNotAfter().toInstant();
    } else if (cause(CertificateNotYetValidException.class, failure)) {
      return "it, or one above it, is not valid yet; its own time begins at "
          + own.getNotBefore().toInstant();
    } else if (cause(CertPathBuilderException.class, failure)) {
      String issuer = own.getIssuerX500Principal().getName();
      return own.getSubjectX500Principal().equals(own.getIssuerX500Principal())
          ? "it vouches for itself, and is not trusted (self-signed by " + issuer + ")"
          : "its issuer is unknown (" + issuer + ")";
    } else if (String.valueOf(failure.getMessage()).contains("Extended key usage")) {
      return "it is not meant for " + role;
    } else if (cause(CertPathValidatorException.class, failure)) {
      return "its chain is broken: " + failure.getMessage();
    }
    return String.valueOf(failure.getMessage());
  }

  private static boolean cause(Class<? extends Throwable> type, Throwable thrown) {
    Throwable each = thrown;
    for (int depth = 0; each != null && depth < 16; depth++) {
      if (type.isInstance(each)) {
        return true;
      }
      each = each.getCause();
    }
    return false;
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return chains.getAcceptedIssuers();
  }

  // ---- For sockets, which nobody here uses ----------------------------------------------------

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
    throw new UnsupportedOperationException("there are engines only");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
    throw new UnsupportedOperationException("there are engines only");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) {
    throw new UnsupportedOperationException("there are engines only");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) {
    throw new UnsupportedOperationException("there are engines only");
  }
}
