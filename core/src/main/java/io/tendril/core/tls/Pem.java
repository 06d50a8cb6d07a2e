package io.tendril.core.tls;

import io.tendril.core.internal.tls.PemBlock;
import io.tendril.core.internal.tls.PemKeys;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Certificates and private keys as text (RFC 7468). Keys are read as PKCS#8, plain or encrypted, as
 * PKCS#1 (RSA) and as SEC1 (elliptic curves); text between the blocks is skipped. A block that is
 * cut short or damaged is an error, which names the line that it begins in. A text may have 4 Mi
 * characters.
 */
public final class Pem {
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final List<String> CERTIFICATES = List.of(CERTIFICATE, "X509 CERTIFICATE");
  private static final String PRIVATE_KEY = "PRIVATE KEY";
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private Pem() {}

  /**
   * Reads all certificates, in the order of the text.
   *
   * @throws IllegalArgumentException if there are none, or one cannot be read
   */
  public static List<X509Certificate> certificates(String text) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (PemBlock block : PemBlock.read(text)) {
      if (CERTIFICATES.contains(block.label())) {
        certificates.add(certificate(block));
      }
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("no certificate in the PEM text");
    }
    return certificates;
  }

  private static X509Certificate certificate(PemBlock block) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(block.content()));
    } catch (CertificateException e) {
      throw new IllegalArgumentException(
          block + " is a certificate that cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the private key.
   *
   * @param password of an encrypted key; empty if it is not encrypted
   * @throws IllegalArgumentException if there is none, it cannot be read, or the password is wrong
   */
  public static PrivateKey key(String text, char[] password) {
    for (PemBlock block : PemBlock.read(text)) {
      if (block.label().endsWith(PRIVATE_KEY)) {
        try {
          return PemKeys.read(block, password);
        } catch (GeneralSecurityException e) {
          throw new IllegalArgumentException(
              block + " is a private key that cannot be read: " + e.getMessage(), e);
        }
      }
    }
    throw new IllegalArgumentException("no private key in the PEM text");
  }

  /**
   * Reads who somebody is.
   *
   * @param certificates the chain, in any order
   * @param key the private key, which may be the same text
   */
  public static TlsIdentity identity(String certificates, String key) {
    return TlsIdentity.of(key(key, new char[0]), certificates(certificates));
  }

  /** Writes a certificate. */
  public static String write(X509Certificate certificate) {
    try {
      return block(CERTIFICATE, certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("a certificate that cannot be written", e);
    }
  }

  /** Writes certificates, one behind the other. */
  public static String write(List<X509Certificate> certificates) {
    var text = new StringBuilder();
    certificates.forEach(each -> text.append(write(each)));
    return text.toString();
  }

  /** Writes a private key, as PKCS#8 and not encrypted. */
  public static String write(PrivateKey key) {
    byte[] encoded = key.getEncoded();
    if (encoded == null) {
      throw new IllegalArgumentException("a key that does not leave its keeper");
    }
    return block(PRIVATE_KEY, encoded);
  }

  private static String block(String label, byte[] content) {
    String bounds = label + "-----\n";
    return "-----BEGIN " + bounds + LINES.encodeToString(content) + "\n-----END " + bounds;
  }
}
