package io.tendril.core.unix;

import io.tendril.core.DatagramTransport;
import io.tendril.core.DelayedCall;
import io.tendril.core.Reactor;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A datagram socket of UNIX as a {@link UnixDatagramProtocol} sees it. Datagrams of UNIX are not
 * lost on their way, come in order, and have at most {@value #LONGEST} bytes. Used in the reactor's
 * thread.
 */
public interface UnixDatagramTransport {
  /** The longest datagram, in bytes: 65535. */
  int LONGEST = 65_535;

  /**
   * Sends one datagram; on return it is sent or copied. What a receiver does not take waits, up to
   * 256 KiB for all receivers; more is dropped. Where nobody receives it is dropped, and {@link
   * UnixDatagramProtocol#connectionRefused} comes next turn.
   *
   * @throws DatagramTransport.DatagramTooLong if no datagram can be that long
   * @throws IllegalStateException if the socket is connected to another peer
   */
  void send(ByteBuffer data, UnixAddress to);

  /**
   * Sends one datagram to the peer of a connected socket.
   *
   * @throws IllegalStateException if it is not connected
   * @throws DatagramTransport.DatagramTooLong if no datagram can be that long
   */
  void send(ByteBuffer data);

  /** This end. A client has an abstract name that the kernel has chosen. */
  UnixAddress local();

  /**
   * The peer of a connected socket.
   *
   * @throws IllegalStateException if it is not connected
   */
  UnixAddress peer();

  /** Stops the calls of {@code datagramReceived}; what arrives meanwhile waits in the kernel. */
  void pauseReading();

  /** Goes on. */
  void resumeReading();

  /** Closes the socket; {@link UnixDatagramProtocol#transportClosed} comes next turn. */
  void close();

  /** The reactor that this belongs to. */
  Reactor reactor();

  /** As {@link Reactor#callLater}; the call is dropped when the socket closes. */
  DelayedCall callLater(Duration delay, Reactor.Action action);
}
