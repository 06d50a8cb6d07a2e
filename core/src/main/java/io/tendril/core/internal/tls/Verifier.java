package io.tendril.core.internal.tls;

import io.tendril.core.tls.TlsOptions;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the peer: its chain as the JDK does, and on clients the name of the server. What is
 * wrong is said in words.
 */
public final class Verifier extends X509ExtendedTrustManager {
  /** How the JDK calls the peer's key if its kind follows from no cipher suite. */
  private static final String ANY_KEY = "UNKNOWN";

  private final X509ExtendedTrustManager chains;

  private Verifier(X509ExtendedTrustManager chains) {
    this.chains = chains;
  }

  /** Verifies by these authorities; by those of the platform if there is no list. */
  public static Verifier of(@Nullable List<X509Certificate> trusted) {
    try {
      KeyStore store = null;
      if (trusted != null) {
        store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (X509Certificate each : trusted) {
          store.setCertificateEntry("trusted-" + store.size(), each);
        }
      }
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager chains) {
          return new Verifier(chains);
        }
      }
      throw new IllegalStateException("the JDK has nothing that verifies certificates");
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("the JDK does not take this trust: " + e.getMessage(), e);
    }
  }

  /** Verifies a peer without an engine of the JDK. */
  public void verify(TlsOptions options, X509Certificate[] chain) throws CertificateException {
    if (options.client()) {
      checkServer(chain, ANY_KEY, null, options.host());
    } else {
      checkClientTrusted(chain, ANY_KEY, (SSLEngine) null);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
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
    checkServer(chain, type, engine, engine.getPeerHost());
  }

  private void checkServer(
      X509Certificate[] chain, String type, @Nullable SSLEngine engine, @Nullable String wanted)
      throws CertificateException {
    try {
      chains.checkServerTrusted(chain, type, engine);
    } catch (CertificateException e) {
      throw explained(chain[0], e, "servers");
    }
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
    if (TlsWords.cause(CertificateExpiredException.class, failure) != null) {
      return "it, or one above it, has expired; its own time ended at "
          + own.getNotAfter().toInstant();
    } else if (TlsWords.cause(CertificateNotYetValidException.class, failure) != null) {
      return "it, or one above it, is not valid yet; its own time begins at "
          + own.getNotBefore().toInstant();
    } else if (isOfStranger(failure)) {
      String issuer = own.getIssuerX500Principal().getName();
      return own.getSubjectX500Principal().equals(own.getIssuerX500Principal())
          ? "it vouches for itself, and is not trusted (self-signed by " + issuer + ")"
          : "its issuer is unknown (" + issuer + ")";
    } else if (String.valueOf(failure.getMessage()).contains("Extended key usage")) {
      return "it is not meant for " + role;
    }
    var broken = TlsWords.cause(CertPathValidatorException.class, failure);
    return broken == null
        ? String.valueOf(failure.getMessage())
        : "its chain is broken: " + broken.getMessage();
  }

  /** Whether nobody who is trusted has signed it, though perhaps somebody of that name is. */
  public static boolean isOfStranger(CertificateException failure) {
    var broken = TlsWords.cause(CertPathValidatorException.class, failure);
    return TlsWords.cause(CertPathBuilderException.class, failure) != null
        || (broken != null && broken.getReason() == PKIXReason.NO_TRUST_ANCHOR);
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
