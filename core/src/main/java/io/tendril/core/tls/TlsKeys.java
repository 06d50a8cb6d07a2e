package io.tendril.core.tls;

import io.tendril.core.internal.tls.KeyKinds;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says who this side is, handshake by handshake: a server by the name that it is asked for. May be
 * called from any thread, and does not block.
 */
@FunctionalInterface
public interface TlsKeys {
  /**
   * Who to be.
   *
   * @param name the name that the client asks for by SNI (RFC 6066, section 3), in small letters;
   *     empty if it asks for none, and on clients
   * @return null for nobody: a server then refuses, a client shows no certificate
   */
  @Nullable TlsIdentity identity(String name);

  /**
   * What the authority says about the certificate, to be sent with it (RFC 6066, section 8), by
   * engines that can. Asked in each handshake, so that it can be renewed; not checked.
   *
   * @param identity what {@link #identity} has returned
   * @return an OCSP response (RFC 6960) in DER; null for none
   */
  default byte @Nullable [] ocspResponse(TlsIdentity identity) {
    return null;
  }

  /**
   * Whether all keys are of the usual kinds, which every engine takes: RSA, the elliptic curves of
   * NIST and Ed25519, where the key itself may be had ({@link java.security.Key#getEncoded}). If
   * not, an engine is chosen that takes any. Asked for each connection.
   */
  default boolean usual() {
    TlsIdentity identity = identity("");
    return identity == null || KeyKinds.isUsual(identity);
  }

  /** The same with OCSP responses. */
  default TlsKeys stapling(Function<TlsIdentity, byte @Nullable []> responses) {
    TlsKeys keys = this;
    return new TlsKeys() {
      @Override
      public @Nullable TlsIdentity identity(String name) {
        return keys.identity(name);
      }

      @Override
      public byte @Nullable [] ocspResponse(TlsIdentity identity) {
        return responses.apply(identity);
      }

      @Override
      public boolean usual() {
        return keys.usual();
      }
    };
  }

  /** Always the same. */
  static TlsKeys of(TlsIdentity identity) {
    return new IdentitiesByName(List.of(identity));
  }

  /**
   * The one whose certificate is for the name, or else for a wildcard that the name falls under;
   * the first one where none is, or no name is asked for.
   */
  static TlsKeys byName(List<TlsIdentity> identities) {
    return new IdentitiesByName(identities);
  }
}
