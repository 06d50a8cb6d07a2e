package io.tendril.core.internal.tls;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/** The forms that private keys have in PEM files, all of which become PKCS#8 (RFC 5208). */
public final class PemKeys {
  private static final String RSA = "1.2.840.113549.1.1.1";
  private static final String ELLIPTIC_CURVE = "1.2.840.10045.2.1";
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA", "RSASSA-PSS");
  private static final byte[] NULL = {5, 0};
  private static final int CURVE = 0xa0;

  private PemKeys() {}

  /**
   * Reads a key from a block of a PEM file.
   *
   * @param password of an encrypted key; empty for none
   * @throws GeneralSecurityException if it cannot be read, which says why in words
   */
  public static PrivateKey read(PemBlock block, char[] password) throws GeneralSecurityException {
    if (block.hasHeaders()) {
      throw new InvalidKeyException(
          "it is encrypted as OpenSSL did it of old; make it PKCS#8: openssl pkcs8 -topk8");
    }
    byte[] content = block.content();
    return switch (block.label()) {
      case "PRIVATE KEY" -> plain(content);
      case "ENCRYPTED PRIVATE KEY" -> plain(EncryptedKeys.decrypt(content, password));
      case "RSA PRIVATE KEY" -> plain(wrap(Der.sequence(Der.oid(RSA), NULL), content));
      case "EC PRIVATE KEY" ->
          plain(wrap(Der.sequence(Der.oid(ELLIPTIC_CURVE), curve(content)), content));
      default -> throw new InvalidKeyException("it is of no kind that is known");
    };
  }

  private static byte[] wrap(byte[] algorithm, byte[] key) {
    return Der.sequence(Der.integer(BigInteger.ZERO), algorithm, Der.octets(key));
  }

  private static PrivateKey plain(byte[] pkcs8) throws GeneralSecurityException {
    var failure =
        new InvalidKeyException("it is damaged, or none of " + String.join(", ", ALGORITHMS));
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException e) {
        failure.addSuppressed(e);
      }
    }
    throw failure;
  }

  /** The curve that an elliptic key is on: what its tag 0 holds (RFC 5915, section 3). */
  private static byte[] curve(byte[] content) throws InvalidKeyException {
    ByteBuffer in = ByteBuffer.wrap(content);
    try {
      in.get();
      length(in);
      while (in.hasRemaining()) {
        int tag = in.get() & 0xff;
        byte[] value = new byte[length(in)];
        in.get(value);
        if (tag == CURVE) {
          return value;
        }
      }
    } catch (RuntimeException e) {
      throw new InvalidKeyException("it ends in the middle", e);
    }
    throw new InvalidKeyException("it does not say on which curve it is");
  }

  private static int length(ByteBuffer in) {
    int first = in.get() & 0xff;
    int length = first < 0x80 ? first : 0;
    for (int left = first < 0x80 ? 0 : first & 0x7f; left > 0; left--) {
      length = (length << 8) | (in.get() & 0xff);
    }
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("too long");
    }
    return length;
  }
}
