package io.tendril.spi;

import java.net.ConnectException;

/**
 * A listening socket is there, and has no room for one more connection now. Of UNIX sockets a
 * kernel says so instead of having the caller wait; the reactor tries again, for as long as its
 * caller has patience.
 */
public final class BacklogFull extends ConnectException {
  private static final long serialVersionUID = 1L;

  public BacklogFull() {
    super("too many wait to be accepted");
  }
}
