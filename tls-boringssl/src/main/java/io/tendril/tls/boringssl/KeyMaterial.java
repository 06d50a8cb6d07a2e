package io.tendril.tls.boringssl;

import io.netty.internal.tcnative.Buffer;
import io.netty.internal.tcnative.SSL;
import io.tendril.core.tls.Pem;
import io.tendril.core.tls.TlsIdentity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLException;

/** A private key and its chain, as BoringSSL has them. */
final class KeyMaterial {
  private final long chain;
  private final long key;

  private KeyMaterial(long chain, long key) {
    this.chain = chain;
    this.key = key;
  }

  static KeyMaterial of(TlsIdentity identity) throws Exception {
    if (identity.key().getEncoded() == null) {
      throw new SSLException(
          "the private key does not leave its keeper, and BoringSSL needs it: use the JDK's engine");
    }
    long key = parse(Pem.write(identity.key()), KeyMaterial::parseKey);
    try {
      return new KeyMaterial(parse(Pem.write(identity.chain()), SSL::parseX509Chain), key);
    } catch (Exception e) {
      SSL.freePrivateKey(key);
      throw e;
    }
  }

  private static long parseKey(long bio) throws SSLException {
    try {
      return SSL.parsePrivateKey(bio, null);
    } catch (Exception e) {
      throw new SSLException(
          "BoringSSL does not take this kind of private key; the JDK's engine may", e);
    }
  }

  private interface Parser {
    long parse(long bio) throws Exception;
  }

  private static long parse(String pem, Parser parser) throws Exception {
    long bio = bio(pem);
    try {
      return parser.parse(bio);
    } finally {
      SSL.freeBIO(bio);
    }
  }

  /** A BIO that text is read from; the caller frees it. */
  static long bio(String text) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes);
    long bio = SSL.newMemBIO();
    int written = SSL.bioWrite(bio, Buffer.address(direct), bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      direct.put(i, (byte) 0); // it may have been a private key
    }
    if (written != bytes.length) {
      SSL.freeBIO(bio);
      throw new SSLException("no memory for a BIO");
    }
    return bio;
  }

  /** Gives it to a connection, which takes references of its own. */
  void use(long ssl) throws Exception {
    SSL.setKeyMaterial(ssl, chain, key);
  }

  void free() {
    SSL.freeX509Chain(chain);
    SSL.freePrivateKey(key);
  }
}
