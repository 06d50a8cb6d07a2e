package io.tendril.core.internal.tls;

import java.io.IOException;

/** TLS failed, in words; the cause is what the engine threw. */
public sealed class TlsFailure extends IOException {
  private static final long serialVersionUID = 1L;

  TlsFailure(String what, Throwable cause) {
    super(what, cause);
  }

  /** A failure of this side's own finding. */
  public TlsFailure(String what) {
    super(what);
  }

  /** What came first from the peer was no record. */
  public static final class InTheClear extends TlsFailure {
    private static final long serialVersionUID = 1L;

    InTheClear() {
      super("what the peer sent is not TLS");
    }
  }
}
