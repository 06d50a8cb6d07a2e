package io.tendril.core.tls;

import io.tendril.core.internal.tls.JdkContexts;
import io.tendril.core.internal.tls.JdkTlsEngine;
import io.tendril.core.internal.tls.TlsNames;
import io.tendril.spi.TlsEngineFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How to speak TLS: which side, with which certificates, trusting whom. Make it once and use it for
 * many connections: sessions are resumed among those.
 *
 * @param engines what does the cryptography, with its keys and whom it trusts
 * @param client whether this is the client's side
 * @param host the name or address that the peer must prove to have; a name is sent as SNI; empty on
 *     servers
 * @param applicationProtocols offered or accepted by ALPN (RFC 7301), best first, the server's
 *     order decides; if both sides have some and none in common, the handshake fails
 * @param clientCertificates whether a server asks for them; not by default
 * @param profile which versions and algorithms; {@link TlsProfile#MODERN} by default
 * @param handshakeTime how long a handshake may take, 30 s by default
 * @param handshakes how many handshakes may be under way in one reactor, 1000 by default; at the
 *     limit the one that has waited longest for its peer is given up for a new one
 */
public record TlsOptions(
    TlsEngineFactory engines,
    boolean client,
    String host,
    List<String> applicationProtocols,
    ClientCertificates clientCertificates,
    TlsProfile profile,
    Duration handshakeTime,
    int handshakes) {

  /** Checks the limits. */
  public TlsOptions {
    applicationProtocols = List.copyOf(applicationProtocols);
    if (handshakeTime.isNegative() || handshakeTime.isZero() || handshakes < 1) {
      throw new IllegalArgumentException(
          handshakes + " handshakes of at most " + handshakeTime.toMillis() + " ms");
    }
  }

  private static TlsOptions of(TlsEngineFactory engines, boolean client, String host) {
    return new TlsOptions(
        engines,
        client,
        host,
        List.of(),
        ClientCertificates.NONE,
        TlsProfile.MODERN,
        Duration.ofSeconds(30),
        1_000);
  }

  // ---- Servers --------------------------------------------------------------------------------

  /** A server that is always the same. */
  public static TlsOptions server(TlsIdentity identity) {
    return server(TlsKeys.of(identity));
  }

  /** A server that is whom the client asks for. */
  public static TlsOptions server(TlsKeys keys) {
    return server(JdkContexts.of(keys, List.of()));
  }

  /**
   * A server that asks its clients who they are.
   *
   * @param trusted the authorities that vouch for clients
   */
  public static TlsOptions server(
      TlsKeys keys, ClientCertificates clients, List<X509Certificate> trusted) {
    return server(JdkContexts.of(keys, trusted)).withClientCertificates(clients);
  }

  /** A server with the keys of a context. */
  public static TlsOptions server(SSLContext context) {
    return server(JdkTlsEngine.of(context, false));
  }

  /** A server on engines of another kind. */
  public static TlsOptions server(TlsEngineFactory engines) {
    return of(engines, false, "");
  }

  // ---- Clients --------------------------------------------------------------------------------

  /** A client that wants to reach a host, and trusts whom the platform trusts. */
  public static TlsOptions client(String host) {
    return client(host, null, null);
  }

  /** A client that wants to reach a host, and trusts whom these authorities vouch for. */
  public static TlsOptions client(String host, List<X509Certificate> trusted) {
    return client(host, trusted, null);
  }

  /**
   * A client that can say who it is.
   *
   * @param host a name, of which the characters may be any (IDNA), or an address
   * @param trusted the authorities that vouch for the server; null for those of the platform
   * @param identity shown to a server that asks; null for none
   */
  public static TlsOptions client(
      String host, @Nullable List<X509Certificate> trusted, @Nullable TlsIdentity identity) {
    TlsKeys keys = identity == null ? null : TlsKeys.of(identity);
    return client(JdkContexts.of(keys, trusted), host);
  }

  /** A client that wants to reach a host, and trusts whom the context trusts. */
  public static TlsOptions client(SSLContext context, String host) {
    return client(JdkTlsEngine.of(context, false), host);
  }

  /** A client on engines of another kind. */
  public static TlsOptions client(TlsEngineFactory engines, String host) {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("a client that does not know whom it wants to reach");
    }
    return of(engines, true, TlsNames.normalize(host));
  }

  // ---- Changes --------------------------------------------------------------------------------

  /** With protocols for ALPN, best first. */
  public TlsOptions withApplicationProtocols(String... protocols) {
    return new TlsOptions(
        engines,
        client,
        host,
        List.of(protocols),
        clientCertificates,
        profile,
        handshakeTime,
        handshakes);
  }

  /** With another answer to whether clients are asked; whom to trust is the engines' business. */
  public TlsOptions withClientCertificates(ClientCertificates clients) {
    return new TlsOptions(
        engines, client, host, applicationProtocols, clients, profile, handshakeTime, handshakes);
  }

  /** With other versions and algorithms. */
  public TlsOptions withProfile(TlsProfile newProfile) {
    return new TlsOptions(
        engines,
        client,
        host,
        applicationProtocols,
        clientCertificates,
        newProfile,
        handshakeTime,
        handshakes);
  }

  /** With other limits of time and number. */
  public TlsOptions withLimits(Duration newHandshakeTime, int newHandshakes) {
    return new TlsOptions(
        engines,
        client,
        host,
        applicationProtocols,
        clientCertificates,
        profile,
        newHandshakeTime,
        newHandshakes);
  }
}
