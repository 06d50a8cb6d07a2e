package io.tendril.spi;

/** What a TLS engine may be able to do beyond what all of them can. */
public enum TlsCapability {
  /** It uses the cipher suites that it is told to and no others, of TLS 1.3 too. */
  SUITES,
  /** A client and a server resume sessions by tickets (RFC 8446, section 2.2; RFC 5077). */
  RESUMPTION,
  /** Key exchange that is also safe from quantum computers: X25519MLKEM768. */
  HYBRID_KEY_EXCHANGE,
  /** Handshakes cost so little that they are made in the reactor's thread. */
  INLINE
}
