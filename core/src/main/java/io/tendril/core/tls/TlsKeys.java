package io.tendril.core.tls;

import io.tendril.core.internal.tls.TlsNames;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
