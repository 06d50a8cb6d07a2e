package io.tendril.core;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** An open listening port. Used in the reactor's thread. */
public interface Listener {
  /** Where it listens, with the port that the kernel chose if 0 was asked for. */
  SocketAddress address();

  /** The port, of an internet address. */
  default int port() {
    return ((InetSocketAddress) address()).getPort();
  }

  /** Stops accepting: connections wait in the kernel's backlog. */
  void pauseAccepting();

  /** Goes on accepting. */
  void resumeAccepting();

  /** Closes it; connections that were accepted live on. Safe to repeat. */
  Deferred<Void> close();
}
