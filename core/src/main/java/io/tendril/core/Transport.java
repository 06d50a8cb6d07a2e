package io.tendril.core;

import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A byte stream to one peer, as a {@link Protocol} sees it: a TCP connection, a TLS session over
 * one, a pair in memory. Used in the reactor's thread.
 *
 * <p>No method blocks, and none throws because the connection is gone: what is written then is
 * dropped, and {@link Protocol#connectionLost} says why.
 */
public interface Transport extends Sink {

  // ---- Writing --------------------------------------------------------------------------------

  /**
   * Sends the bytes between position and limit; on return they are sent or copied, and the buffer
   * is the caller's own again. The position moves to the limit, except of a read-only buffer, which
   * can be written again and again.
   *
   * <p>Writes made in the connection's own callbacks go out together when the callback returns.
   */
  @Override
  void write(ByteBuffer data);

  /** Sends all bytes of an array. */
  default void write(byte[] data) {
    write(ByteBuffer.wrap(data));
  }

  /** Sends text as UTF-8. */
  default void write(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Hands a large buffer over without a copy. It must not be touched until the Deferred fires,
   * which fails with {@link ConnectionClosed} if the connection goes first.
   */
  Deferred<Void> writeOwned(ByteBuffer data);

  /**
   * Sends data of any size, keeping no more than the high mark in memory; the buffer must not be
   * touched until the Deferred fires. Cancelling stops after what has been queued.
   */
  Deferred<Void> writeFully(ByteBuffer data);

  /**
   * Fires when the kernel has accepted all that was written before, over all layers: at once if
   * nothing waits. Fails with {@link ConnectionClosed} if the connection goes first.
   */
  Deferred<Void> flushed();

  /**
   * Lets the kernel send a part of a file, in order with what is written before and after. The file
   * stays open. Exempt from the outbound limit.
   *
   * @return how many bytes were sent: fewer if the file was cut short meanwhile
   */
  Deferred<Long> sendFile(FileChannel file, long position, long count);

  /** How many bytes are written and not yet accepted by the kernel, over all layers. */
  long outboundBytes();

  /**
   * Sets the marks of {@link #writable()}; 16 KiB and 64 KiB by default. Past the high mark the
   * connection's own reading pauses too, until the low mark, so that a peer which does not read its
   * answers cannot make us queue more of them.
   */
  void marks(int low, int high);

  /**
   * Whether reading pauses past the high mark; true by default. Not so once the input is piped,
   * which flows at the pace of the pipe's sink, and in direct style, where it is who writes that
   * waits.
   */
  void pauseReadingWhenFull(boolean pause);

  // ---- Reading --------------------------------------------------------------------------------

  /**
   * Stops the calls of {@link Protocol#dataReceived}, also of bytes that are here already. Resets
   * are still reported; the end comes after the data.
   */
  void pauseReading();

  /** Goes on, first with what was left unread; never from inside of this call. */
  void resumeReading();

  /**
   * Whether more may be delivered to the protocol that asks: reading is not paused, also not by the
   * high mark, the connection is not closing, and has not been handed to another protocol. A
   * protocol that finds several units in one buffer asks between them, and leaves the rest unread.
   */
  boolean reading();

  /**
   * What the peer sends, as a source. Once it flows, the protocol's {@code dataReceived} and {@code
   * endReceived} are not called any more.
   */
  Source input();

  // ---- The end --------------------------------------------------------------------------------

  /**
   * Closes cleanly: nothing more is delivered, what was written before is sent and what is written
   * after is dropped; then the write side is shut, and input discarded until the peer's end, 64 KiB
   * or 2 s, so that the peer gets the last bytes. {@link Protocol#connectionLost} comes later,
   * never from inside of this call.
   */
  void loseConnection();

  /** As {@link #loseConnection()}, with a reason of the protocol's own. */
  void loseConnection(ConnectionClosed reason);

  /** Closes now: what is not sent is dropped, and the peer sees a reset. */
  void abortConnection();

  /** Ends the write side once what was written is sent; the peer sees the end, and may go on. */
  void shutdownOutput();

  // ---- Who is there, what is possible ---------------------------------------------------------

  /** The peer: the one that a PROXY header names, where there was one. */
  SocketAddress peer();

  /** This end. */
  SocketAddress local();

  /** The reactor that this belongs to. */
  Reactor reactor();

  /**
   * Finds a capability in any layer: {@code query(TlsSession.class)}.
   *
   * @throws CapabilityMissing naming it and the stack of layers
   * @throws EngineLacks if such a connection has it on another engine
   */
  <C> C query(Class<C> capability);

  /** Whether any layer has a capability. */
  boolean has(Class<?> capability);

  // ---- Change ---------------------------------------------------------------------------------

  /**
   * Hands the connection over to another protocol, built at once. The bytes that are unread go to
   * it first, after the current call has returned; delayed calls and pipes of the old one are
   * dropped, and connectionLost goes to the new one only.
   *
   * @return the new protocol
   */
  <P extends Protocol> P become(ProtocolFactory<P> factory);

  /**
   * Puts TLS on top of this connection from here on: what was written before goes out in the clear.
   * The Deferred fires when the handshake is done and the peer verified; it fails with {@link
   * ConnectionClosed} otherwise. Plaintext that arrived before the call is an error (RFC 3207,
   * section 6, and its kin); a client's hello may have arrived.
   */
  Deferred<TlsSession> startTls(TlsOptions options);

  /** As {@link Reactor#callLater}; the call is dropped when the protocol or the connection ends. */
  DelayedCall callLater(Duration delay, Reactor.Action action);
}
