package io.tendril.core.tls;

import io.tendril.core.internal.tls.KeyKinds;
import io.tendril.core.internal.tls.TlsNames;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Identities by the names of their certificates; the first one is for all other names. */
final class IdentitiesByName implements TlsKeys {
  private final TlsIdentity first;
  private final Map<String, TlsIdentity> byName = new HashMap<>();
  private final boolean usual;

  IdentitiesByName(List<TlsIdentity> identities) {
    first =
        identities.stream()
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("a server that is nobody"));
    if (identities.size() > 1) {
      for (TlsIdentity each : identities) {
        for (String name : TlsNames.offered(each.certificate())) {
          byName.putIfAbsent(name.toLowerCase(Locale.ROOT), each);
        }
      }
    }
    usual = identities.stream().allMatch(KeyKinds::isUsual);
  }

  @Override
  public TlsIdentity identity(String name) {
    if (byName.isEmpty()) {
      return first;
    }
    TlsIdentity exact = byName.get(name);
    TlsIdentity found = exact != null ? exact : byName.get(TlsNames.wildcard(name));
    return found != null ? found : first;
  }

  @Override
  public boolean usual() {
    return usual;
  }
}
