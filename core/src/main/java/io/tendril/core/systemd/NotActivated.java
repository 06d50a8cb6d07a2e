package io.tendril.core.systemd;

import java.io.IOException;

/**
 * This process was not given the socket that was asked for. The message says what its environment
 * has instead.
 */
public final class NotActivated extends IOException {
  private static final long serialVersionUID = 1L;

  public NotActivated(String why) {
    super(why);
  }
}
