package io.tendril.core.internal.tls;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;

/** How the key of an authority signs certificates (RFC 5280, section 4.1.1.2). */
public final class CertificateSigning {
  private static final byte[] NULL = {5, 0};

  private CertificateSigning() {}

  /** The algorithm's identifier: in the certificate, and beside the signature. */
  public static byte[] algorithm(PrivateKey key) throws InvalidKeyException {
    return switch (key.getAlgorithm()) {
      case "EC" -> Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
      case "RSA" -> Der.sequence(Der.oid("1.2.840.113549.1.1.11"), NULL); // RFC 4055, section 5
      case "EdDSA" ->
          Der.sequence(Der.oid(isLong(key) ? "1.3.101.113" : "1.3.101.112")); // RFC 8410
      default ->
          throw new InvalidKeyException(
              "a key of the kind " + key.getAlgorithm() + " signs no certificates here");
    };
  }

  private static boolean isLong(PrivateKey key) {
    return key instanceof EdECPrivateKey edwards && edwards.getParams().getName().equals("Ed448");
  }

  /** Signs. */
  public static byte[] sign(PrivateKey key, byte[] body) throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(body);
    return signature.sign();
  }
}
