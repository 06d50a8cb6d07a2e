package io.tendril.core.tls;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a handshake has agreed on. Asked of a transport: {@code transport.query(TlsSession.class)}.
 *
 * @param version "TLSv1.3"
 * @param cipherSuite by its IANA name
 * @param applicationProtocol what ALPN chose (RFC 7301), empty if nothing
 * @param serverName what the client asked for by SNI (RFC 6066, section 3), empty if for nothing
 * @param peerCertificates the verified chain of the peer, its own first; empty if it showed none
 */
public record TlsSession(
    String version,
    String cipherSuite,
    String applicationProtocol,
    String serverName,
    List<X509Certificate> peerCertificates) {}
