package io.tendril.core.tls;

import io.tendril.core.internal.tls.TlsNames;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    };
  }

  /** Always the same. */
  static TlsKeys of(TlsIdentity identity) {
    return name -> identity;
  }

  /**
   * The one whose certificate is for the name, or else for a wildcard that the name falls under;
   * the first one where none is, or no name is asked for.
   */
  static TlsKeys byName(List<TlsIdentity> identities) {
    TlsIdentity first =
        identities.stream()
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("a server that is nobody"));
    Map<String, TlsIdentity> byName = new HashMap<>();
    for (TlsIdentity each : identities) {
      for (String name : TlsNames.offered(each.certificate())) {
        byName.putIfAbsent(name.toLowerCase(Locale.ROOT), each);
      }
    }
    return name -> {
      TlsIdentity exact = byName.get(name);
      TlsIdentity found = exact != null ? exact : byName.get(TlsNames.wildcard(name));
      return found != null ? found : first;
    };
  }
}
