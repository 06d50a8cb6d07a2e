package io.tendril.core.internal;

import org.jspecify.annotations.Nullable;

/** The failed result of a Deferred: what it failed with, and whether a stage has looked at it. */
public final class Failure {
  public final Throwable cause;

  /** Where the Promise was made and fired; kept in debug mode only. */
  public final @Nullable String origin;

  /** Set when a continuation meets this failure, cleared when it comes to rest on a last stage. */
  public boolean handled;

  public Failure(Throwable cause) {
    this(cause, null);
  }

  public Failure(Throwable cause, @Nullable String origin) {
    this.cause = cause;
    this.origin = origin;
  }
}
