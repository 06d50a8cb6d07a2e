package io.tendril.core.internal.linux;

import io.tendril.core.internal.unix.SocketFile;
import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A descriptor between two engines, with what the first one has found out about it. */
sealed interface LinuxHandover extends Engine.Handover {
  int fd();

  @Override
  default void close() {
    OwnedDescriptor.of(fd()).close();
  }

  /**
   * A connection.
   *
   * @param packed the peer's address, if it is one of IPv4
   * @param peer the peer's address, if it is another
   * @param local the name of this end, if it is a UNIX socket
   */
  record Connection(int fd, long packed, @Nullable SocketAddress peer, @Nullable UnixAddress local)
      implements LinuxHandover {

    LinuxStreamSocket in(LinuxEngine engine, SocketSettings settings) throws IOException {
      return local != null && peer instanceof UnixAddress named
          ? UnixStreamSocket.accepted(engine, fd, local, named, settings)
          : LinuxStreamSocket.accepted(engine, fd, packed, peer, settings, LinuxStreamSocket::new);
    }
  }

  /**
   * A socket that listens.
   *
   * @param address its name, if it is a UNIX socket
   * @param file what is removed when it is closed, if it is one with a file of its own
   */
  record Listener(int fd, @Nullable UnixAddress address, @Nullable SocketFile file)
      implements LinuxHandover {

    LinuxListenSocket in(LinuxEngine engine, Engine.Ready ready) {
      return address == null
          ? new LinuxListenSocket(engine, fd, ready)
          : new UnixListenSocket(engine, fd, ready, address, file);
    }

    @Override
    public void close() {
      if (file != null) {
        file.remove();
      }
      LinuxHandover.super.close();
    }
  }
}
