package io.tendril.core.tls;

import java.util.ArrayList;
import java.util.List;

/** Which versions and algorithms are used, best first, by their IANA names. */
@SuppressWarnings("ImmutableEnumChecker") // the lists are copies that nobody can change
public enum TlsProfile {
  /** What is good today: TLS 1.3 and 1.2, forward secrecy and authenticated encryption only. */
  MODERN(
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"),
      List.of("AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256"),
      List.of("X25519MLKEM768", "x25519", "secp256r1", "secp384r1", "secp521r1", "x448")),

  /** What NIST SP 800-52 revision 2 approves of: as above, with AES and the curves of NIST only. */
  STRICT(
      List.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"),
      List.of("AES_256_GCM_SHA384", "AES_128_GCM_SHA256"),
      List.of("secp384r1", "secp256r1", "secp521r1"));

  private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

  private final List<String> suites;
  private final List<String> groups;

  TlsProfile(List<String> thirteen, List<String> twelve, List<String> groups) {
    List<String> all = new ArrayList<>(thirteen);
    twelve.forEach(cipher -> all.add("TLS_ECDHE_ECDSA_WITH_" + cipher));
    twelve.forEach(cipher -> all.add("TLS_ECDHE_RSA_WITH_" + cipher));
    this.suites = List.copyOf(all);
    this.groups = groups;
  }

  /** The versions. */
  public List<String> versions() {
    return VERSIONS;
  }

  /** The cipher suites. */
  public List<String> suites() {
    return suites;
  }

  /** The groups for key exchange; an engine leaves out those that it has not. */
  public List<String> groups() {
    return groups;
  }
}
