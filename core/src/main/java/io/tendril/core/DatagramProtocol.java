package io.tendril.core;

import io.tendril.core.internal.direct.DirectDatagramProtocol;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** What is said over one datagram socket. Called in the reactor's thread. */
public interface DatagramProtocol {
  /** Builds the protocol of a socket. */
  @FunctionalInterface
  interface Factory<P extends DatagramProtocol> {
    P build(DatagramTransport transport) throws Exception;
  }

  /** The socket is open. */
  default void transportOpened() throws Exception {}

  /**
   * A datagram has arrived. The buffer holds all of it and is valid during this call. An exception
   * is reported, and reading goes on.
   */
  void datagramReceived(ByteBuffer data, InetSocketAddress from) throws Exception;

  /** The peer of a connected socket has said, by ICMP, that nobody is there. */
  default void connectionRefused() throws Exception {}

  /** The socket is closed. */
  default void transportClosed() throws Exception {}

  /** A conversation in direct style: receiving looks blocking, at event-loop cost. */
  @FunctionalInterface
  interface Conversation {
    void hold(DatagramConnection socket) throws Exception;
  }

  /**
   * Protocols written in direct style: one coroutine per socket. When the conversation returns, the
   * socket is closed.
   */
  static Factory<DatagramProtocol> direct(Conversation conversation) {
    return transport -> new DirectDatagramProtocol(transport, conversation);
  }
}
