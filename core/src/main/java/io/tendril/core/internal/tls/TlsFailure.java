package io.tendril.core.internal.tls;

import java.io.IOException;

/** TLS failed, in words; the cause is what the engine threw. */
public final class TlsFailure extends IOException {
  private static final long serialVersionUID = 1L;

  TlsFailure(String what, Throwable cause) {
    super(what, cause);
  }

  /** A failure of this side's own finding. */
  public TlsFailure(String what) {
    super(what);
  }
}
