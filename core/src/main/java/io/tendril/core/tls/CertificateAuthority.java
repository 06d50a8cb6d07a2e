package io.tendril.core.tls;

import io.tendril.core.internal.tls.Der;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An authority of one's own, for development and tests: it issues certificates (RFC 5280) on keys
 * of P-256, and whoever trusts {@link #certificate} trusts them. Not for anything that others rely
 * on: it keeps no records, and revokes nothing.
 *
 * <pre>{@code
 * var authority = CertificateAuthority.create("development", reactor.clock().now());
 * TlsIdentity server = authority.issue("localhost", "127.0.0.1", "::1");
 * }</pre>
 */
public final class CertificateAuthority {
  private static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";
  private static final String COMMON_NAME = "2.5.4.3";
  private static final Duration LIFE = Duration.ofDays(3650);

  /** The longest that clients accept of a server's certificate is 398 days. */
  private static final Duration LEAF_LIFE = Duration.ofDays(397);

  /** A clock that is a little behind should not find a new certificate not yet valid. */
  private static final Duration EARLIER = Duration.ofHours(1);

  /** What a certificate may be used for. */
  public enum Purpose {
    /** To be a server. */
    SERVER("1.3.6.1.5.5.7.3.1"),
    /** To be a client. */
    CLIENT("1.3.6.1.5.5.7.3.2"),
    /** To sign mail and the like, and neither of the above. */
    OTHER("1.3.6.1.5.5.7.3.4");

    private final String oid;

    Purpose(String oid) {
      this.oid = oid;
    }
  }

  private final TlsIdentity identity;
  private final Instant now;

  private CertificateAuthority(TlsIdentity identity, Instant now) {
    this.identity = identity;
    this.now = now;
  }

  /** A new authority, with a key of its own; good for ten years. */
  public static CertificateAuthority create(String name, Instant now) {
    KeyPair keys = keys();
    X509Certificate own =
        certificate(
            name,
            name,
            keys.getPublic(),
            keys.getPublic(),
            keys.getPrivate(),
            now.minus(EARLIER),
            now.plus(LIFE),
            List.of(),
            null);
    return of(new TlsIdentity(keys.getPrivate(), List.of(own)), now);
  }

  /** An authority that exists already. */
  public static CertificateAuthority of(TlsIdentity identity, Instant now) {
    return new CertificateAuthority(identity, now);
  }

  /** Its own key and certificate: to be kept safe, for the next time. */
  public TlsIdentity identity() {
    return identity;
  }

  /** What is to be trusted. */
  public X509Certificate certificate() {
    return identity.certificate();
  }

  /**
   * Issues a certificate for a server or a client, good for 397 days.
   *
   * @param names host names, which may begin with "*.", and addresses
   */
  public TlsIdentity issue(String... names) {
    return issue(
        List.of(names),
        now.minus(EARLIER),
        now.plus(LEAF_LIFE),
        List.of(Purpose.SERVER, Purpose.CLIENT));
  }

  /** Issues a certificate for a time and for purposes. */
  public TlsIdentity issue(
      List<String> names, Instant from, Instant until, List<Purpose> purposes) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a certificate for nobody");
    }
    KeyPair keys = keys();
    X509Certificate own =
        certificate(
            names.getFirst(),
            name(),
            keys.getPublic(),
            certificate().getPublicKey(),
            identity.key(),
            from,
            until,
            names,
            purposes);
    return new TlsIdentity(keys.getPrivate(), chain(own));
  }

  /** Issues a certificate for another authority, which stands between this one and its leaves. */
  public CertificateAuthority intermediate(String name) {
    KeyPair keys = keys();
    X509Certificate own =
        certificate(
            name,
            name(),
            keys.getPublic(),
            certificate().getPublicKey(),
            identity.key(),
            now.minus(EARLIER),
            now.plus(LIFE),
            List.of(),
            null);
    return of(new TlsIdentity(keys.getPrivate(), chain(own)), now);
  }

  /** A certificate and those above it, save for the root. */
  private List<X509Certificate> chain(X509Certificate first) {
    List<X509Certificate> chain = new ArrayList<>(List.of(first));
    for (X509Certificate above : identity.chain()) {
      if (!above.getSubjectX500Principal().equals(above.getIssuerX500Principal())) {
        chain.add(above);
      }
    }
    return chain;
  }

  private String name() {
    return certificate().getSubjectX500Principal().getName().replaceFirst("^CN=", "");
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no P-256", e);
    }
  }

  /** Makes and signs a certificate: an authority's if it has no purposes. */
  private static X509Certificate certificate(
      String subject,
      String issuer,
      PublicKey key,
      PublicKey issuerKey,
      PrivateKey signing,
      Instant from,
      Instant until,
      List<String> names,
      @Nullable List<Purpose> purposes) {
    byte[] algorithm = Der.sequence(Der.oid(ECDSA_SHA256));
    try {
      byte[] serial = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      byte[] body =
          Der.sequence(
              Der.tagged(0, Der.integer(BigInteger.TWO)),
              Der.integer(new BigInteger(1, serial, 0, 16)),
              algorithm,
              name(issuer),
              Der.sequence(Der.time(from), Der.time(until)),
              name(subject),
              key.getEncoded(),
              Der.tagged(3, extensions(key, issuerKey, names, purposes)));
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(signing);
      signature.update(body);
      byte[] all = Der.sequence(body, algorithm, Der.bits(0, signature.sign()));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(all));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no certificate can be made", e);
    }
  }

  private static byte[] name(String name) {
    return Der.sequence(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.text(name))));
  }

  private static byte[] extensions(
      PublicKey key, PublicKey issuerKey, List<String> names, @Nullable List<Purpose> purposes)
      throws GeneralSecurityException {
    List<byte[]> all = new ArrayList<>();
    if (purposes == null) {
      all.add(extension("2.5.29.19", true, Der.sequence(Der.truth())));
      all.add(extension("2.5.29.15", true, Der.bits(1, new byte[] {0x06}))); // may sign
    } else {
      all.add(extension("2.5.29.19", true, Der.sequence()));
      all.add(extension("2.5.29.15", true, Der.bits(7, new byte[] {(byte) 0x80})));
      byte[][] uses = purposes.stream().map(use -> Der.oid(use.oid)).toArray(byte[][]::new);
      all.add(extension("2.5.29.37", false, Der.sequence(uses)));
      byte[][] called =
          names.stream().map(CertificateAuthority::alternative).toArray(byte[][]::new);
      all.add(extension("2.5.29.17", false, Der.sequence(called)));
    }
    all.add(extension("2.5.29.14", false, Der.octets(identifier(key))));
    all.add(extension("2.5.29.35", false, Der.sequence(Der.implicit(0, identifier(issuerKey)))));
    return Der.sequence(all.toArray(byte[][]::new));
  }

  private static byte[] extension(String oid, boolean critical, byte[] value) {
    byte[] importance = critical ? Der.truth() : new byte[0];
    return Der.sequence(Der.oid(oid), importance, Der.octets(value));
  }

  /** A name or an address that a certificate is for (RFC 5280, section 4.2.1.6). */
  private static byte[] alternative(String name) {
    try {
      return Der.implicit(7, InetAddress.ofLiteral(name).getAddress());
    } catch (IllegalArgumentException e) {
      return Der.implicit(2, name.getBytes(StandardCharsets.US_ASCII)); // it is a name
    }
  }

  /** What a key is called (RFC 7093, section 2, method 1). */
  private static byte[] identifier(PublicKey key) throws GeneralSecurityException {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
    return Arrays.copyOf(hash, 20);
  }
}
