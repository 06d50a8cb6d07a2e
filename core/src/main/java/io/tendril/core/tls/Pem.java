package io.tendril.core.tls;

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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates and private keys as text (RFC 7468). Keys are read as PKCS#8, plain or encrypted, as
 * PKCS#1 (RSA) and as SEC1 (elliptic curves); text between the blocks is skipped.
 */
public final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*([^-]*)-----END \\1-----");
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String PRIVATE_KEY = "PRIVATE KEY";
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private Pem() {}

  /** One block: what it says it is, and its bytes in Base64. */
  private record Block(String label, String text) {
    byte[] content() {
      return Base64.getMimeDecoder().decode(text);
    }
  }

  private static List<Block> blocks(String text) {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      if (matcher.group(2).contains(":")) {
        throw new IllegalArgumentException(
            "a key that is encrypted as OpenSSL did it of old; make it PKCS#8: openssl pkcs8 -topk8");
      }
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  /**
   * Reads all certificates, in the order of the text.
   *
   * @throws IllegalArgumentException if there are none, or one cannot be read
   */
  public static List<X509Certificate> certificates(String text) {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Block block : blocks(text)) {
        if (block.label().equals(CERTIFICATE)) {
          certificates.add(
              (X509Certificate)
                  factory.generateCertificate(new ByteArrayInputStream(block.content())));
        }
      }
    } catch (CertificateException e) {
      throw new IllegalArgumentException("a certificate that cannot be read: " + e.getMessage(), e);
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("no certificate in the PEM text");
    }
    return certificates;
  }

  /**
   * Reads the private key.
   *
   * @param password of an encrypted key; empty if it is not encrypted
   * @throws IllegalArgumentException if there is none, it cannot be read, or the password is wrong
   */
  public static PrivateKey key(String text, char[] password) {
    for (Block block : blocks(text)) {
      if (block.label().endsWith(PRIVATE_KEY)) {
        try {
          return PemKeys.read(block.label(), block.content(), password);
        } catch (GeneralSecurityException e) {
          throw new IllegalArgumentException(
              "a private key that cannot be read"
                  + (password.length > 0 ? ", or its password is wrong" : "")
                  + ": "
                  + e.getMessage(),
              e);
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
