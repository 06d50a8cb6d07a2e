package io.tendril.core;

/**
 * Builds one protocol per connection, at the last moment: after accept or connect, after the TLS
 * handshake, after a PROXY header. Who is there can be asked of the transport; nothing has been
 * read yet. Usually a constructor: {@code Echo::new}.
 *
 * <p>Wrapping a factory is how policies work: hand the inner one a wrapped transport, and wrap the
 * protocol that it returns.
 *
 * @param <P> what it builds
 */
@FunctionalInterface
public interface ProtocolFactory<P extends Protocol> {
  /**
   * Builds the protocol of one connection.
   *
   * @throws Refusal to turn this connection away: it is counted, and the socket closed
   */
  P build(Transport transport) throws Exception;

  /** The first listener that uses this factory is open. */
  default void started() {}

  /** The last listener that used it is closed. */
  default void stopped() {}

  /**
   * What a client is told in the clear that does not speak TLS where it is expected, before the
   * connection closes: in words of the protocol that it probably speaks, at most 4096 chars, each
   * an octet. By default nothing.
   */
  default String answerInTheClear() {
    return "";
  }
}
