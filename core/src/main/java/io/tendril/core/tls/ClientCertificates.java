package io.tendril.core.tls;

/** Whether a server asks its clients who they are. */
public enum ClientCertificates {
  /** It does not ask. */
  NONE,
  /**
   * It asks, and verifies what it is shown; a client that shows nothing is welcome all the same.
   */
  WANTED,
  /** A client that shows no certificate, or none that is trusted, is refused. */
  REQUIRED
}
