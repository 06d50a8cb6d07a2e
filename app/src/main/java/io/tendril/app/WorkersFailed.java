package io.tendril.app;

/** Workers could not be started, be replaced or be kept; the message says why. */
public final class WorkersFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WorkersFailed(String why) {
    super(why);
  }
}
