package io.tendril.core.unix;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.spi.SocketSettings;
import java.nio.ByteBuffer;

/**
 * What is said over one datagram socket of UNIX, on the engine {@code linux}. Called in the
 * reactor's thread.
 *
 * <pre>{@code
 * UnixDatagramProtocol.bind(reactor, UnixAddress.of("/run/log"), SocketSettings.defaults(), Log::new);
 * }</pre>
 */
public interface UnixDatagramProtocol {
  /**
   * Builds the protocol of a socket.
   *
   * @param <P> what it builds
   */
  @FunctionalInterface
  interface Factory<P extends UnixDatagramProtocol> {
    P build(UnixDatagramTransport transport) throws Exception;
  }

  /** The socket is open. */
  default void transportOpened() throws Exception {}

  /**
   * A datagram has arrived. The buffer holds all of it and is valid during this call. An exception
   * is reported, and reading goes on.
   *
   * @param from {@linkplain UnixAddress#isUnnamed unnamed} if the sender cannot be answered
   */
  void datagramReceived(ByteBuffer data, UnixAddress from) throws Exception;

  /** A datagram was dropped, for nobody receives where it was to go. */
  default void connectionRefused() throws Exception {}

  /** The socket is closed. */
  default void transportClosed() throws Exception {}

  /**
   * Opens a socket to receive on, at a path or an abstract name. The file of a path is as that of a
   * {@link io.tendril.core.endpoint.UnixServerEndpoint}.
   *
   * @param settings {@code mode} and the buffers matter
   * @return fails with {@link io.tendril.core.ListenFailed}, or with {@link
   *     io.tendril.core.EngineLacks} on other engines
   */
  static <P extends UnixDatagramProtocol> Deferred<P> bind(
      Reactor reactor, UnixAddress local, SocketSettings settings, Factory<P> factory) {
    return reactor.network().unixDatagram(local, null, settings, factory);
  }

  /**
   * Opens a socket with one peer, who can answer: this end has a name that the kernel chooses.
   *
   * @return fails with {@link io.tendril.core.ListenFailed} also if nobody receives there, or with
   *     {@link io.tendril.core.EngineLacks} on other engines
   */
  static <P extends UnixDatagramProtocol> Deferred<P> connect(
      Reactor reactor, UnixAddress peer, SocketSettings settings, Factory<P> factory) {
    return reactor.network().unixDatagram(null, peer, settings, factory);
  }
}
