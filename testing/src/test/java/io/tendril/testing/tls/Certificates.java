package io.tendril.testing.tls;

import io.tendril.core.tls.CertificateAuthority;
import io.tendril.core.tls.TlsOptions;
import java.time.Instant;
import java.util.List;

/** Certificates of the tests, made when they run. */
public final class Certificates {
  static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("the test authority", Instant.now());

  static final CertificateAuthority STRANGER =
      CertificateAuthority.create("some other authority", Instant.now());

  /** A server at "server.test". */
  public static final TlsOptions SERVER =
      TlsOptions.server(AUTHORITY.issue("server.test", "127.0.0.1"));

  /** A client that wants to reach it. */
  public static final TlsOptions CLIENT = client("server.test");

  private Certificates() {}

  /** A client that wants to reach somebody whom the test authority vouches for. */
  static TlsOptions client(String host) {
    return TlsOptions.client(host, List.of(AUTHORITY.certificate()));
  }
}
