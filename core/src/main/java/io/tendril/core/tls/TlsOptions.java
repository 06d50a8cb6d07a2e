package io.tendril.core.tls;

import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * How to speak TLS: which side, with which certificates, trusting whom. TLS 1.2 and 1.3 only; a
 * client verifies the server's name.
 *
 * @param context keys and trust
 * @param client whether this is the client's side
 * @param host the name that the peer must prove to have, sent as SNI; empty on servers
 * @param applicationProtocols offered or accepted by ALPN, best first
 */
public record TlsOptions(
    SSLContext context, boolean client, String host, List<String> applicationProtocols) {

  /** A server with the keys of a context. */
  public static TlsOptions server(SSLContext context) {
    return new TlsOptions(context, false, "", List.of());
  }

  /** A client that wants to reach a host, and trusts whom the context trusts. */
  public static TlsOptions client(SSLContext context, String host) {
    return new TlsOptions(context, true, host, List.of());
  }

  /** With protocols for ALPN, best first. */
  public TlsOptions withApplicationProtocols(String... protocols) {
    return new TlsOptions(context, client, host, List.of(protocols));
  }
}
