package io.tendril.tls.boringssl;

import io.tendril.core.tls.ClientCertificates;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsProfile;
import java.util.List;
import java.util.Locale;

/** What of a connection's options a context knows. */
record Settings(
    boolean client,
    String host,
    List<String> applicationProtocols,
    ClientCertificates clientCertificates,
    TlsProfile profile,
    boolean keyLog) {
  private static final String TLS_1_3_PREFIX = "TLS_AES_";
  private static final String TLS_1_3_CHACHA = "TLS_CHACHA20_";

  static Settings of(TlsOptions options) {
    return new Settings(
        options.client(),
        options.host(),
        options.applicationProtocols(),
        options.clientCertificates(),
        options.profile(),
        options.keyLog() != null);
  }

  /** Whether a peer's certificate may have to be verified. */
  boolean verifies() {
    return client || clientCertificates != ClientCertificates.NONE;
  }

  /** The suites of TLS 1.2; those of 1.3 are not for choice. */
  String suites() {
    return String.join(
        ":",
        profile.suites().stream()
            .filter(suite -> !suite.startsWith(TLS_1_3_PREFIX))
            .filter(suite -> !suite.startsWith(TLS_1_3_CHACHA))
            .toList());
  }

  /** The groups by BoringSSL's names, those that it has. */
  String[] groups() {
    return profile.groups().stream()
        .map(group ->
            switch (group.toLowerCase(Locale.ROOT)) {
              case "x25519mlkem768" -> "X25519MLKEM768";
              case "x25519" -> "X25519";
              case "secp256r1" -> "P-256";
              case "secp384r1" -> "P-384";
              case "secp521r1" -> "P-521";
              default -> "";
            })
        .filter(group -> !group.isEmpty())
        .toArray(String[]::new);
  }

  /** The standard's name for what BoringSSL calls a suite. */
  String standardName(String suite) {
    for (String each : profile.suites()) {
      if (each.equals(suite) || shortName(each).equals(suite)) {
        return each;
      }
    }
    return suite;
  }

  /** TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 is ECDHE-RSA-AES128-GCM-SHA256 there. */
  private static String shortName(String standard) {
    return standard
        .replace("TLS_", "")
        .replace("WITH_", "")
        .replace("AES_", "AES")
        .replace("POLY1305_SHA256", "POLY1305")
        .replace('_', '-');
  }
}
