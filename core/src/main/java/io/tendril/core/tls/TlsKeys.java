package io.tendril.core.tls;

import io.tendril.core.internal.tls.TlsNames;
import java.util.List;
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
   * The one whose certificate is for the name, with wildcards; the first one where none is, or no
   * name is asked for.
   */
  static TlsKeys byName(List<TlsIdentity> identities) {
    List<TlsIdentity> all = List.copyOf(identities);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("a server that is nobody");
    }
    return name -> {
      for (TlsIdentity each : all) {
        if (!name.isEmpty() && TlsNames.matches(name, each.certificate())) {
          return each;
        }
      }
      return all.getFirst();
    };
  }
}
