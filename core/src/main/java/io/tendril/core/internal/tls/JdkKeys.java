package io.tendril.core.internal.tls;

import io.tendril.core.tls.TlsIdentity;
import io.tendril.core.tls.TlsKeys;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Keys as the JDK asks for them: first for the alias of one, then by that alias for its parts. An
 * alias is good for as long as a handshake lasts, whatever is reloaded meanwhile.
 */
final class JdkKeys extends X509ExtendedKeyManager {
  /** More than there are handshakes at a time. */
  private static final int REMEMBERED = 10_000;

  private final TlsKeys keys;
  private final Map<String, TlsIdentity> chosen =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, TlsIdentity> eldest) {
              return size() > REMEMBERED;
            }
          });

  JdkKeys(TlsKeys keys) {
    this.keys = keys;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String type, Principal @Nullable [] issuers, SSLEngine engine) {
    return remember(keys.identity(name(engine.getHandshakeSession())), List.of(type), null);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] types, Principal @Nullable [] issuers, SSLEngine engine) {
    return remember(keys.identity(""), List.of(types), issuers);
  }

  private @Nullable String remember(
      @Nullable TlsIdentity identity, List<String> types, Principal @Nullable [] issuers) {
    if (identity == null
        || !types.contains(identity.key().getAlgorithm())
        || !isWelcome(identity, issuers)) {
      return null;
    }
    X509Certificate own = identity.certificate();
    String alias =
        own.getSerialNumber()
            + " of "
            + own.getIssuerX500Principal().getName()
            + " as of "
            + System.identityHashCode(identity); // another one may have been loaded since
    chosen.put(alias, identity);
    return alias;
  }

  /** Whether the peer, which may say whose certificates it knows, knows one of the chain. */
  private static boolean isWelcome(TlsIdentity identity, Principal @Nullable [] issuers) {
    if (issuers == null || issuers.length == 0) {
      return true;
    }
    List<Principal> known = Arrays.asList(issuers);
    return identity.chain().stream()
        .anyMatch(each -> known.contains(each.getIssuerX500Principal()));
  }

  /** The name that the client has asked for. */
  static String name(@Nullable SSLSession session) {
    if (session instanceof ExtendedSSLSession extended) {
      for (SNIServerName each : extended.getRequestedServerNames()) {
        if (each instanceof SNIHostName host) {
          return TlsNames.normalize(host.getAsciiName());
        }
      }
    }
    return "";
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    TlsIdentity identity = chosen.get(alias);
    return identity == null ? null : identity.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    TlsIdentity identity = chosen.get(alias);
    return identity == null ? null : identity.key();
  }

  // ---- For sockets, which nobody here uses ----------------------------------------------------

  @Override
  public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] types, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String type, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }
}
