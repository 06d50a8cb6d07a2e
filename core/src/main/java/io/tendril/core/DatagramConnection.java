package io.tendril.core;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A datagram socket in direct style: receiving suspends the coroutine until there is a datagram,
 * sending never does. One coroutine receives at a time; any may send.
 *
 * <pre>{@code
 * reactor.bindDatagram("udp:7", DatagramProtocol.direct(socket -> {
 *   while (true) {
 *     var message = socket.receive();
 *     socket.send(message.data(), message.from());
 *   }
 * }));
 * }</pre>
 *
 * <p>A client opens one where it is:
 *
 * <pre>{@code
 * try (var socket = reactor.connectDatagram("udp:192.0.2.1:7").await()) {
 *   socket.deadline(Duration.ofSeconds(1));
 *   socket.send(question);
 *   return socket.receive().data();
 * }
 * }</pre>
 *
 * <p>What arrives while nobody receives waits in a queue, up to {@link #queueLimit}; what arrives
 * then is dropped, as the kernel would, and counted.
 *
 * <p>A conversation ends quietly when its socket is closed, with the {@link ConnectionClosed} that
 * {@link #receive} throws; anything else that it throws is reported.
 */
public interface DatagramConnection extends AutoCloseable {

  /**
   * A datagram that has arrived.
   *
   * @param data all of it, the receiver's own
   * @param from who has sent it
   */
  record Message(ByteBuffer data, InetSocketAddress from) {}

  /**
   * The next datagram.
   *
   * @throws Connection.DeadlinePassed if none comes in time; it may be tried again
   * @throws ConnectFailed.Refused of a connected socket, whose peer has said by ICMP that nobody is
   *     there; it may be tried again
   * @throws ConnectionClosed when the socket is closed
   */
  Message receive();

  /**
   * Sends to anybody: see {@link DatagramTransport#send(ByteBuffer, InetSocketAddress)}.
   *
   * @throws DatagramTransport.DatagramTooLong if no datagram can be that long
   * @throws ConnectionClosed when the socket is closed
   */
  void send(ByteBuffer data, InetSocketAddress to);

  /**
   * Sends to the peer of a connected socket.
   *
   * @throws DatagramTransport.DatagramTooLong if no datagram can be that long
   * @throws ConnectionClosed when the socket is closed
   * @throws IllegalStateException if it is not connected
   */
  void send(ByteBuffer data);

  /**
   * Bounds each {@link #receive} from here on. {@link Duration#ZERO}, the default, for no bound.
   */
  void deadline(Duration each);

  /**
   * How many datagrams may wait to be received, and how many bytes; 256 and 256 KiB by default.
   * What waits already stays.
   */
  void queueLimit(int datagrams, int bytes);

  /** How many datagrams were dropped because the queue was full. */
  long dropped();

  /** Closes the socket; also what happens when the conversation returns. */
  @Override
  void close();

  /** The transport below. */
  DatagramTransport transport();
}
