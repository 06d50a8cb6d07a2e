package io.tendril.core.internal.tls;

import io.tendril.core.tls.TlsIdentity;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.spec.NamedParameterSpec;

/** Which keys every engine takes. */
public final class KeyKinds {
  /** The longest field of a curve whose signatures are always offered: P-384's. */
  private static final int USUAL_FIELD = 384;

  private KeyKinds() {}

  /** Whether every engine can be this. */
  public static boolean isUsual(TlsIdentity identity) {
    PrivateKey key = identity.key();
    boolean known =
        switch (key.getAlgorithm()) {
          case "RSA", "EC", "Ed25519" -> true;
          case "EdDSA" -> key instanceof EdECKey edwards && is25519(edwards);
          default -> false;
        };
    return known && key.getEncoded() != null;
  }

  private static boolean is25519(EdECKey key) {
    return key.getParams().getName().equals(NamedParameterSpec.ED25519.getName());
  }

  /** Whether every engine believes signatures of its key. */
  static boolean isUsual(X509Certificate certificate) {
    return switch (certificate.getPublicKey()) {
      case ECKey curve -> curve.getParams().getCurve().getField().getFieldSize() <= USUAL_FIELD;
      case PublicKey key -> key.getAlgorithm().equals("RSA");
    };
  }
}
