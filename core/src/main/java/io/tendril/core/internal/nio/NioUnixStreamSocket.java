package io.tendril.core.internal.nio;

import io.tendril.core.EngineLacks;
import io.tendril.core.unix.DescriptorPassing;
import io.tendril.core.unix.PeerCredentials;
import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.BacklogFull;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;

/** A connection of UNIX sockets. */
final class NioUnixStreamSocket extends NioStreamSocket {
  private final SocketAddress local;
  private final SocketAddress peer;

  private NioUnixStreamSocket(
      SocketChannel channel,
      NioEngine engine,
      Engine.Ready ready,
      SocketAddress local,
      SocketAddress peer)
      throws IOException {
    super(channel, engine, ready);
    this.local = local;
    this.peer = peer;
  }

  /** A connection that was accepted; it is told to nobody until somebody says who. */
  static NioUnixStreamSocket accepted(
      SocketChannel channel, NioEngine engine, UnixAddress local, SocketSettings settings)
      throws IOException {
    try {
      channel.configureBlocking(false);
      applyStream(channel, settings);
      SocketAddress peer = UnixAddress.from(channel.getRemoteAddress());
      return new NioUnixStreamSocket(channel, engine, (readable, writable) -> {}, local, peer);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  static NioUnixStreamSocket connect(
      NioEngine engine, UnixAddress address, SocketSettings settings, Engine.Ready ready)
      throws IOException {
    Path path = path(address);
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.configureBlocking(false);
      applyStream(channel, settings);
      begin(channel, path);
      return new NioUnixStreamSocket(channel, engine, ready, UnixAddress.unnamed(), address);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void begin(SocketChannel channel, Path path) throws IOException {
    try {
      channel.connect(UnixDomainSocketAddress.of(path));
    } catch (BindException e) {
      throw new SocketException(e.getMessage(), e); // no permission, which is not that of binding
    } catch (SocketException e) {
      if (String.valueOf(e.getMessage()).contains("No such file")) {
        var nobody = new ConnectException(e.getMessage());
        nobody.initCause(e);
        throw nobody;
      }
      throw String.valueOf(e.getMessage()).contains("temporarily unavailable")
          ? new BacklogFull()
          : e;
    }
  }

  static Path path(UnixAddress address) {
    if (!address.isPath()) {
      throw new EngineLacks("abstract names, such as " + address, "nio", "linux");
    }
    return address.path();
  }

  @Override
  public @Nullable Object capability(Class<?> wanted) {
    if (wanted == PeerCredentials.class) {
      throw new EngineLacks("numbers of a peer's user, group and process", "nio", "linux");
    } else if (wanted == DescriptorPassing.class) {
      throw new EngineLacks("passing of descriptors", "nio", "linux");
    }
    return wanted == UnixDomainPrincipal.class ? principal() : null;
  }

  @Override
  public String layer() {
    return "unix";
  }

  @Override
  public SocketAddress local() {
    return local;
  }

  @Override
  public SocketAddress peer() {
    return peer;
  }
}
