package io.tendril.core.tls;

import io.tendril.core.internal.tls.CertificateSigning;
import io.tendril.core.internal.tls.Der;
import io.tendril.core.internal.tls.SubjectNames;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
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
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String KEY_IDENTIFIER = "2.5.29.14";

  /** The longest common name (RFC 5280, appendix A.1). */
  private static final int LONGEST_NAME = 64;

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
    var itself = new Issuer(name(name), identifier(keys.getPublic()), keys.getPrivate());
    X509Certificate own =
        certificate(
            name, itself, keys.getPublic(), now.minus(EARLIER), now.plus(LIFE), List.of(), null);
    return of(new TlsIdentity(keys.getPrivate(), List.of(own)), now);
  }

  /** An authority that exists already: its key may be an elliptic one, RSA, or Ed25519. */
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
   * The form that a name has in a certificate: in ASCII (IDNA) and small letters, or an address.
   *
   * @param name a host name, whose first label may be "*", or an address
   * @throws IllegalArgumentException if no client would believe it, which says why
   */
  public static String checked(String name) {
    return SubjectNames.checked(name);
  }

  /**
   * Issues a certificate for a server or a client, good for 397 days.
   *
   * @param names host names, whose first label may be "*", and addresses
   * @throws IllegalArgumentException if a name is none that a certificate can be for
   */
  public TlsIdentity issue(String... names) {
    return issue(
        Stream.of(names).map(CertificateAuthority::checked).toList(),
        now.minus(EARLIER),
        now.plus(LEAF_LIFE),
        List.of(Purpose.SERVER, Purpose.CLIENT));
  }

  /**
   * Issues a certificate for a time and for purposes.
   *
   * @param names taken as they are, in ASCII; the first one is the common name, too, if it is not
   *     too long
   */
  public TlsIdentity issue(
      List<String> names, Instant from, Instant until, List<Purpose> purposes) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a certificate for nobody");
    }
    KeyPair keys = keys();
    X509Certificate own =
        certificate(names.getFirst(), issuer(), keys.getPublic(), from, until, names, purposes);
    return new TlsIdentity(keys.getPrivate(), chain(own));
  }

  /** Issues a certificate for another authority, which stands between this one and its leaves. */
  public CertificateAuthority intermediate(String name) {
    KeyPair keys = keys();
    X509Certificate own =
        certificate(
            name, issuer(), keys.getPublic(), now.minus(EARLIER), now.plus(LIFE), List.of(), null);
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

  /** Who issues: the name and the identifier of the key, as they stand in its own certificate. */
  private static final class Issuer {
    private final byte[] name;
    private final byte[] keyIdentifier;
    private final PrivateKey key;

    Issuer(byte[] name, byte[] keyIdentifier, PrivateKey key) {
      this.name = name;
      this.keyIdentifier = keyIdentifier;
      this.key = key;
    }
  }

  private Issuer issuer() {
    byte[] stated = certificate().getExtensionValue(KEY_IDENTIFIER);
    // The value is an octet string in an octet string; both are short.
    byte[] known =
        stated == null || stated.length < 4
            ? identifier(certificate().getPublicKey())
            : Arrays.copyOfRange(stated, 4, stated.length);
    return new Issuer(certificate().getSubjectX500Principal().getEncoded(), known, identity.key());
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
      Issuer issuer,
      PublicKey key,
      Instant from,
      Instant until,
      List<String> names,
      @Nullable List<Purpose> purposes) {
    try {
      byte[] algorithm = CertificateSigning.algorithm(issuer.key);
      byte[] serial = hash(key);
      byte[] body =
          Der.sequence(
              Der.tagged(0, Der.integer(BigInteger.TWO)),
              Der.integer(new BigInteger(1, serial, 0, 16)),
              algorithm,
              issuer.name,
              Der.sequence(Der.time(from), Der.time(until)),
              name(subject),
              key.getEncoded(),
              Der.tagged(3, extensions(key, issuer.keyIdentifier, names, purposes)));
      byte[] signature = CertificateSigning.sign(issuer.key, body);
      byte[] all = Der.sequence(body, algorithm, Der.bits(0, signature));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(all));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no certificate can be made: " + e.getMessage(), e);
    }
  }

  /** A name; an empty one if it would be too long, since the alternative names say it, too. */
  private static byte[] name(String name) {
    if (name.length() > LONGEST_NAME) {
      return Der.sequence();
    }
    return Der.sequence(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.text(name))));
  }

  private static byte[] extensions(
      PublicKey key,
      byte[] issuerIdentifier,
      List<String> names,
      @Nullable List<Purpose> purposes) {
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
      boolean nameless = names.getFirst().length() > LONGEST_NAME;
      all.add(extension("2.5.29.17", nameless, Der.sequence(called)));
    }
    all.add(extension(KEY_IDENTIFIER, false, Der.octets(identifier(key))));
    all.add(extension("2.5.29.35", false, Der.sequence(Der.implicit(0, issuerIdentifier))));
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
  private static byte[] identifier(PublicKey key) {
    return Arrays.copyOf(hash(key), 20);
  }

  private static byte[] hash(PublicKey key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
