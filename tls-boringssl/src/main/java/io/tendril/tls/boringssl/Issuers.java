package io.tendril.tls.boringssl;

import io.tendril.core.tls.TlsIdentity;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Whom a server says that it knows. */
final class Issuers {
  private Issuers() {}

  /**
   * Whether one of them, in the encoding of X.509, is in the chain; so are all if none is named.
   */
  static boolean know(byte @Nullable [][] issuers, TlsIdentity identity) {
    if (issuers == null || issuers.length == 0) {
      return true;
    }
    return identity.chain().stream()
        .map(each -> each.getIssuerX500Principal().getEncoded())
        .anyMatch(issuer -> Arrays.stream(issuers).anyMatch(each -> Arrays.equals(each, issuer)));
  }
}
