package io.tendril.app;

/** The new version of a program has not taken over; the message says why. The old one goes on. */
public final class RestartFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RestartFailed(String why) {
    super(why);
  }
}
