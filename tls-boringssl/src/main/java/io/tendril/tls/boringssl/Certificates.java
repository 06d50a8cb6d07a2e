package io.tendril.tls.boringssl;

import io.netty.internal.tcnative.CertificateVerifier;
import io.tendril.spi.TlsTrust;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The certificates of a peer, between BoringSSL's form and the JDK's. */
final class Certificates {
  private Certificates() {}

  static List<X509Certificate> read(byte[][] encoded) throws CertificateException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> chain = new ArrayList<>(encoded.length);
    for (byte[] each : encoded) {
      if (factory.generateCertificate(new ByteArrayInputStream(each))
          instanceof X509Certificate certificate) {
        chain.add(certificate);
      }
    }
    if (chain.isEmpty()) {
      throw new CertificateException("there is none");
    }
    return List.copyOf(chain);
  }

  /** The chain of a verified peer, which BoringSSL gives with its first part or without. */
  static List<X509Certificate> ofPeer(byte @Nullable [] own, byte @Nullable [][] others) {
    if (own == null) {
      return List.of();
    }
    try {
      X509Certificate first = read(new byte[][] {own}).getFirst();
      List<X509Certificate> chain = new ArrayList<>(List.of(first));
      if (others != null && others.length > 0) {
        read(others).stream().filter(each -> !each.equals(first)).forEach(chain::add);
      }
      return List.copyOf(chain);
    } catch (CertificateException e) {
      throw new IllegalStateException("a verified certificate that cannot be read", e);
    }
  }

  /** What the peer is told by an alert. */
  static int error(CertificateException refusal) {
    return switch (TlsTrust.alert(refusal)) {
      case "certificate_expired" -> CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED;
      case "unknown_ca" -> CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
      default -> CertificateVerifier.X509_V_ERR_CERT_REJECTED;
    };
  }
}
