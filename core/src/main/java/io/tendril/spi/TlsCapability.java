package io.tendril.spi;

/** What a TLS engine may be able to do beyond what all of them can. */
public enum TlsCapability {
  /** It uses the cipher suites that it is told to and no others, of TLS 1.3 too. */
  SUITES,
  /** A client and a server resume sessions by tickets (RFC 8446, section 2.2; RFC 5077). */
  RESUMPTION,
  /** Key exchange that is also safe from quantum computers: X25519MLKEM768. */
  HYBRID_KEY_EXCHANGE,
  /** A server sends with its certificate what its authority says of it (RFC 6066, section 8). */
  OCSP_STAPLING,
  /** It tells the keys of each connection to who debugs it. */
  KEY_LOG,
  /**
   * It takes keys of every kind that the JDK takes: this side's own if they are RSASSA-PSS or do
   * not leave their keeper, and its peers' if they are RSASSA-PSS, Ed25519, Ed448 or P-521.
   */
  ANY_KEY,
  /** Handshakes cost so little that they are made in the reactor's thread. */
  INLINE
}
