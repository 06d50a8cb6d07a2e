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

  /**
   * Reads again what it has from files, as the certificates of {@code tls:}, for the connections
   * that come. Fails if what is there now is no good, and then goes on with what it had.
   *
   * @return when it is in force; at once for a listener that has nothing from files
   */
  default Deferred<Void> reload() {
    return Deferred.done();
  }

  /** Closes it; connections that were accepted live on. Safe to repeat. */
  Deferred<Void> close();
}
