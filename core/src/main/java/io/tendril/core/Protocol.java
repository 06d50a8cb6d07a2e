package io.tendril.core;

import io.tendril.core.internal.direct.DirectProtocol;
import io.tendril.core.unix.PassedDescriptor;
import java.nio.ByteBuffer;

/**
 * What is said over one connection. A {@link ProtocolFactory} builds one per connection, and hands
 * it its {@link Transport}; everything below is called in the reactor's thread.
 *
 * <pre>{@code
 * record Echo(Transport transport) implements Protocol {
 *   public void dataReceived(ByteBuffer data) {
 *     transport.write(data);
 *   }
 * }
 * reactor.listen("tcp:8007", Echo::new);
 * }</pre>
 *
 * <p>An exception out of any of these is reported, and closes the connection with itself as the
 * reason.
 */
public interface Protocol {

  /** The connection is up. Called once, first. */
  default void connectionMade() throws Exception {}

  /**
   * Bytes have arrived. The buffer is the reactor's own, valid and writable during this call. What
   * is left unread is kept, and presented again first, together with the next bytes or when reading
   * resumes; so a parser stops where it cannot go on.
   */
  void dataReceived(ByteBuffer data) throws Exception;

  /**
   * A descriptor has come, over a UNIX socket: in the order in which they were sent, and before the
   * bytes that it came with. Bytes that were sent before those may come after it. It is closed
   * after this call, unless it is taken: the default takes none.
   */
  default void descriptorReceived(PassedDescriptor descriptor) throws Exception {}

  /**
   * The peer will send no more. Unread bytes are lost after this call.
   *
   * @return true to go on writing; false, the default, to close the connection once what has been
   *     written is sent
   */
  default boolean endReceived() throws Exception {
    return false;
  }

  /** The connection is gone. Called exactly once for each {@link #connectionMade}, last. */
  default void connectionLost(ConnectionClosed reason) throws Exception {}

  /**
   * The reactor shuts down: finish what is under way, then close. The reactor waits for the
   * connection's end until its shutdown deadline. By default the connection is closed now.
   *
   * @param transport the connection to drain
   */
  default void drain(Transport transport) {
    transport.loseConnection(new ConnectionClosed.ReactorStopped(transport.peer()));
  }

  /**
   * Another process serves from now on where this connection was accepted: finish what the peer has
   * begun, or may be about to begin, then close. The reactor runs on until all that it has accepted
   * is gone, for as long as {@link io.tendril.spi.Network#retire} was told; what is left then is
   * asked to {@link #drain}. By default the connection is drained now.
   *
   * <p>Connections that were made as a client are not asked: those that were accepted may need
   * them. A protocol that takes an accepted connection over later, by {@link Transport#become}, is
   * asked right after its {@link #connectionMade}. So what waits for first bytes to choose another
   * by need do nothing here.
   *
   * @param transport the connection to finish
   */
  default void retire(Transport transport) {
    drain(transport);
  }

  /** How many bytes may stay unread while reading is not paused; 64 KiB. More closes it. */
  default int unreadLimit() {
    return 65_536;
  }

  /** Something to do with bytes that have arrived. */
  @FunctionalInterface
  interface OnData {
    void received(Transport transport, ByteBuffer data) throws Exception;
  }

  /** A conversation in direct style: reads and writes that look blocking, at event-loop cost. */
  @FunctionalInterface
  interface Conversation {
    void hold(Connection connection) throws Exception;
  }

  /** Protocols that do one thing with all data. */
  static ProtocolFactory<Protocol> onData(OnData action) {
    return transport -> new OnDataProtocol(transport, action);
  }

  /**
   * Protocols written in direct style: one coroutine per connection. When the conversation returns,
   * the connection closes; an end of the connection that it meets unprepared ends it quietly.
   */
  static ProtocolFactory<Protocol> direct(Conversation conversation) {
    return transport -> new DirectProtocol(transport, conversation);
  }
}
