package io.tendril.core;

import io.tendril.core.multicast.Multicast;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A datagram socket as a {@link DatagramProtocol} sees it. Used in the reactor's thread. */
public interface DatagramTransport {
  /**
   * Sends one datagram; on return it is sent, copied or, as datagrams may be, dropped.
   *
   * @param to an address; names are for the resolver
   * @throws IllegalArgumentException if the address is unresolved
   * @throws DatagramTooLong if no datagram can be that long
   */
  void send(ByteBuffer data, InetSocketAddress to);

  /**
   * Sends one datagram to the peer of a connected socket.
   *
   * @throws IllegalStateException if it is not connected
   * @throws DatagramTooLong if no datagram can be that long
   */
  void send(ByteBuffer data);

  /** This end. */
  InetSocketAddress local();

  /**
   * The peer of a connected socket.
   *
   * @throws IllegalStateException if it is not connected
   */
  InetSocketAddress peer();

  /**
   * What this socket has to do with groups: multicast.
   *
   * @throws UnsupportedOperationException if the engine knows none
   */
  Multicast multicast();

  /** Stops the calls of {@code datagramReceived}; what arrives meanwhile waits in the kernel. */
  void pauseReading();

  /** Goes on. */
  void resumeReading();

  /** Closes the socket; {@link DatagramProtocol#transportClosed} comes next turn. */
  void close();

  /** The reactor that this belongs to. */
  Reactor reactor();

  /** As {@link Reactor#callLater}; the call is dropped when the socket closes. */
  DelayedCall callLater(Duration delay, Reactor.Action action);

  /**
   * A datagram that cannot be sent because of its size; or one that has come and is too long to be
   * taken, which is told as any failure to receive is, and lost.
   */
  final class DatagramTooLong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DatagramTooLong(int length, int limit) {
      super("a datagram of " + length + " bytes; the limit is " + limit, null, false, false);
    }
  }
}
