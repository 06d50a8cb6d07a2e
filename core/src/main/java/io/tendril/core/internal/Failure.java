package io.tendril.core.internal;

import org.jspecify.annotations.Nullable;

/**
 * The failed result of a Deferred. It is in one place at a time: on its way down a chain, or at
 * rest on a last stage, where {@link Unhandled} remembers it until somebody attaches.
 */
public final class Failure {
  public final Throwable cause;

  /** Where the Promise was made and fired; kept in debug mode only. */
  public final @Nullable String origin;

  private Unhandled.@Nullable Resting resting;

  public Failure(Throwable cause) {
    this(cause, null);
  }

  public Failure(Throwable cause, @Nullable String origin) {
    this.cause = cause;
    this.origin = origin;
  }

  /** A continuation has met this failure: it is nobody's to report until it rests again. */
  public void handled() {
    Unhandled.Resting entry = resting;
    if (entry != null) {
      resting = null;
      entry.dismiss();
    }
  }

  void restsAs(Unhandled.Resting entry) {
    resting = entry;
  }

  boolean restsAsNow(Unhandled.Resting entry) {
    return resting == entry;
  }
}
