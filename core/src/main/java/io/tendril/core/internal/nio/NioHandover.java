package io.tendril.core.internal.nio;

import io.tendril.core.internal.unix.SocketFile;
import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A channel between two engines. */
sealed interface NioHandover extends Engine.Handover {
  Channel channel();

  @Override
  default void close() {
    NioSocket.close(channel());
  }

  /**
   * A connection.
   *
   * @param local the name of this end, if it is a UNIX socket
   */
  record Connection(SocketChannel channel, @Nullable UnixAddress local) implements NioHandover {
    NioStreamSocket in(NioEngine engine, SocketSettings settings) throws IOException {
      return local == null
          ? NioStreamSocket.accepted(channel, engine, settings)
          : NioUnixStreamSocket.accepted(channel, engine, local, settings);
    }
  }

  /**
   * A socket that listens.
   *
   * @param address its name, if it is a UNIX socket
   * @param file what is removed when it is closed, if it is one
   */
  record Listener(
      ServerSocketChannel channel, @Nullable UnixAddress address, @Nullable SocketFile file)
      implements NioHandover {

    NioListenSocket in(NioEngine engine, Engine.Ready ready) throws IOException {
      try {
        return address == null || file == null
            ? new NioListenSocket(channel, engine, ready)
            : new NioUnixListenSocket(channel, engine, ready, address, file);
      } catch (IOException | RuntimeException e) {
        close();
        throw e;
      }
    }

    @Override
    public void close() {
      if (file != null) {
        file.remove();
      }
      NioHandover.super.close();
    }
  }
}
