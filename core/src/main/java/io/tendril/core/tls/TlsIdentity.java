package io.tendril.core.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who this side is: a private key, and the certificates that vouch for it.
 *
 * @param key the private key of the first certificate
 * @param chain this side's own certificate, then each one's issuer; the root may be left out
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {
  private static final byte[] PROOF = {'p', 'r', 'o', 'o', 'f'};

  private static final PSSParameterSpec PSS =
      new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);

  /** Chains have three or four; a file may hold others beside. */
  private static final int MOST = 100;

  /** Copies the chain, and checks that the key belongs to it. */
  public TlsIdentity {
    chain = List.copyOf(chain);
    if (chain.isEmpty() || !matches(key, chain.getFirst().getPublicKey())) {
      throw new IllegalArgumentException(
          "the private key does not belong to "
              + (chain.isEmpty() ? "no certificate" : name(chain.getFirst())));
    }
  }

  /**
   * A key and certificates in any order: the one that the key belongs to comes first, then each
   * one's issuer. Certificates that have no part in this are left out.
   *
   * @throws IllegalArgumentException if the key belongs to none, or there are more than 100
   */
  public static TlsIdentity of(PrivateKey key, List<X509Certificate> certificates) {
    if (certificates.size() > MOST) {
      throw new IllegalArgumentException(
          certificates.size() + " certificates are no chain: more than " + MOST);
    }
    for (X509Certificate each : certificates) {
      if (matches(key, each.getPublicKey())) {
        return new TlsIdentity(key, chain(each, certificates));
      }
    }
    List<String> names = certificates.stream().map(TlsIdentity::name).toList();
    throw new IllegalArgumentException("the private key belongs to none of " + names);
  }

  /**
   * Reads a key and its chain from a PKCS#12 file (RFC 7292).
   *
   * @throws IllegalArgumentException if it cannot be read, the password is wrong, or there is no
   *     key
   */
  public static TlsIdentity ofPkcs12(byte[] file, char[] password) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(file), password);
      for (String alias : Collections.list(store.aliases())) {
        if (store.getKey(alias, password) instanceof PrivateKey key) {
          return of(key, chain(store.getCertificateChain(alias)));
        }
      }
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          e.getCause() instanceof UnrecoverableKeyException
                  || e instanceof UnrecoverableKeyException
              ? "the password is wrong"
              : "no PKCS#12 that can be read: " + e.getMessage(),
          e);
    }
    throw new IllegalArgumentException("no private key in the PKCS#12 file");
  }

  private static List<X509Certificate> chain(Certificate @Nullable [] all) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Certificate each : all == null ? new Certificate[0] : all) {
      certificates.add((X509Certificate) each);
    }
    return certificates;
  }

  private static List<X509Certificate> chain(
      X509Certificate first, List<X509Certificate> certificates) {
    List<X509Certificate> chain = new ArrayList<>(List.of(first));
    for (X509Certificate last = first; last != null; ) {
      X509Certificate below = last;
      last = null;
      for (X509Certificate each : certificates) {
        if (!chain.contains(each) && issued(each, below)) {
          chain.add(each);
          last = each;
          break;
        }
      }
    }
    return chain;
  }

  private static boolean issued(X509Certificate issuer, X509Certificate certificate) {
    if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false; // another one of the same name
    }
  }

  /** Whether the two halves of a key belong together: what one signs, the other verifies. */
  private static boolean matches(PrivateKey key, PublicKey other) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      if (algorithm.equals("RSASSA-PSS")) {
        signature.setParameter(
            key instanceof RSAKey own && own.getParams() instanceof PSSParameterSpec wanted
                ? wanted
                : PSS);
      }
      signature.initSign(key);
      signature.update(PROOF);
      byte[] signed = signature.sign();
      signature.initVerify(other);
      signature.update(PROOF);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // they are not even of the same kind
    }
  }

  private static String name(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }

  /** This side's own certificate. */
  public X509Certificate certificate() {
    return chain.getFirst();
  }

  /** Names the certificate, and not the key. */
  @Override
  public String toString() {
    return "TlsIdentity[" + name(certificate()) + "]";
  }
}
