package io.tendril.spi;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.descriptor.Interest;
import io.tendril.core.descriptor.Watch;
import org.jspecify.annotations.Nullable;

/**
 * What endpoints are made of that begin with descriptors, not with addresses: see {@link
 * Network#adopting}. Used in the reactor's thread.
 *
 * <p>What succeeds has taken the descriptors over; what fails leaves them to their owner. The
 * causes of failures are {@link io.tendril.core.EngineLacks} and {@link
 * io.tendril.core.descriptor.WrongDescriptor}, among others.
 */
public interface Adopting {
  /**
   * Watches a descriptor, which stays its owner's: {@link io.tendril.core.Reactor#watch}.
   *
   * @throws io.tendril.core.descriptor.WatchFailed if it cannot be watched
   * @throws io.tendril.core.EngineLacks if the engine watches none
   */
  Watch watch(Descriptor descriptor, Interest interest, Watch.Handler handler);

  /** Goes on with a socket that listens. Fails with {@link io.tendril.core.ListenFailed}. */
  default Deferred<Listener> listen(
      Descriptor socket, SocketSettings options, ProtocolFactory<?> factory) {
    return listen(socket, "", options, factory);
  }

  /**
   * Goes on with a socket that listens, and that other processes may have. Fails with {@link
   * io.tendril.core.ListenFailed}.
   *
   * @param key what another process asks for it by, or empty: see {@link ListeningSockets}
   */
  Deferred<Listener> listen(
      Descriptor socket, String key, SocketSettings options, ProtocolFactory<?> factory);

  /**
   * Goes on with a socket that is connected. Never synchronous. Fails with {@link
   * io.tendril.core.ConnectFailed}.
   *
   * @param name what to call it in failures
   */
  <P extends Protocol> Deferred<P> connected(
      Descriptor socket, String name, SocketSettings options, ProtocolFactory<P> factory);

  /**
   * Makes a connection of a descriptor to read of and one to write to, which may be the same one;
   * either may be missing: see {@link Descriptors#stream}. Never synchronous. Fails with {@link
   * io.tendril.core.ConnectFailed}.
   *
   * @param name what to call it in failures
   */
  <P extends Protocol> Deferred<P> stream(
      @Nullable Descriptor input,
      @Nullable Descriptor output,
      String name,
      ProtocolFactory<P> factory);

  /**
   * Makes a connection as {@link #stream} does, and serves it: as a listener that has had its one
   * connection. Fails with {@link io.tendril.core.ListenFailed}.
   */
  Deferred<Listener> serve(
      @Nullable Descriptor input, @Nullable Descriptor output, ProtocolFactory<?> factory);

  /** Goes on with a datagram socket. Fails with {@link io.tendril.core.ListenFailed}. */
  <P extends DatagramProtocol> Deferred<P> datagram(
      Descriptor socket, DatagramProtocol.Factory<P> factory);
}
