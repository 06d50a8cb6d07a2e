package io.tendril.spi;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.Deferred;
import io.tendril.core.EngineLacks;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.unix.UnixAddress;
import io.tendril.core.unix.UnixDatagramProtocol;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What endpoints are made of: a reactor's sockets, by address. Used in the reactor's thread. */
public interface Network {
  /** Listens for stream connections. Fails with {@link io.tendril.core.ListenFailed}. */
  Deferred<Listener> listen(
      SocketAddress address, SocketSettings options, ProtocolFactory<?> factory);

  /**
   * Connects to one address. Never synchronous. Fails with {@link io.tendril.core.ConnectFailed}.
   *
   * @param name what to call the peer in failures: "example.org:80"
   * @param limit how long to try
   */
  <P extends Protocol> Deferred<P> connect(
      SocketAddress address,
      String name,
      SocketSettings options,
      Duration limit,
      ProtocolFactory<P> factory);

  /**
   * Gives way to another process that serves the same places: what listens is closed, every
   * protocol of a connection that was accepted is asked to {@linkplain
   * io.tendril.core.Protocol#retire finish}, and the reactor stops when no such connection is left.
   * Those that were made as a client are not waited for, nor asked before that stop.
   *
   * @param longest how long connections may go on; those that are left are ended as at any stop
   */
  default void retire(Duration longest) {
    throw new EngineLacks("giving way to another process", "of this network", "linux");
  }

  /** What is made of programs. */
  Processes processes();

  /** What is made of descriptors. */
  Adopting adopting();

  /**
   * Opens a datagram socket of UNIX, connected if there is a peer. By default there are none.
   *
   * @param local null for a name that the kernel chooses
   */
  default <P extends UnixDatagramProtocol> Deferred<P> unixDatagram(
      @Nullable UnixAddress local,
      @Nullable UnixAddress peer,
      SocketSettings options,
      UnixDatagramProtocol.Factory<P> factory) {
    return Deferred.failed(
        new EngineLacks("datagrams of UNIX sockets", "of this network", "linux"));
  }

  /** Opens a datagram socket, connected if there is a peer. */
  <P extends DatagramProtocol> Deferred<P> datagram(
      @Nullable InetSocketAddress local,
      @Nullable InetSocketAddress peer,
      SocketSettings options,
      DatagramProtocol.Factory<P> factory);

  /**
   * A file as connections send it best: see {@link Engine#toSend}. For files that are sent often,
   * or are large. Called from any thread; may wait.
   */
  default FileChannel toSend(FileChannel file, Path path, @Nullable Object key) {
    return file;
  }
}
