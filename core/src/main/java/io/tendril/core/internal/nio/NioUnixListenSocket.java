package io.tendril.core.internal.nio;

import io.tendril.core.internal.unix.SocketFile;
import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A listening UNIX socket, and its file. */
final class NioUnixListenSocket extends NioListenSocket {
  private final UnixAddress address;
  private final SocketFile file;

  NioUnixListenSocket(
      ServerSocketChannel channel,
      NioEngine engine,
      Engine.Ready ready,
      UnixAddress address,
      SocketFile file)
      throws IOException {
    super(channel, engine, ready);
    this.address = address;
    this.file = file;
  }

  static NioUnixListenSocket open(
      NioEngine engine, UnixAddress address, SocketSettings settings, Engine.Ready ready)
      throws IOException {
    Path path = NioUnixStreamSocket.path(address);
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    SocketFile file = null;
    try {
      channel.configureBlocking(false);
      set(channel, java.net.StandardSocketOptions.SO_RCVBUF, settings.receiveBuffer());
      SocketFile.Binding binding =
          at -> channel.bind(UnixDomainSocketAddress.of(at), settings.backlog());
      // The JDK binds and listens in one step: the mode has to be there before.
      file =
          settings.mode() < 0
              ? SocketFile.bind(path, binding, NioUnixListenSocket::answers)
              : SocketFile.bindHidden(path, settings.mode(), binding, NioUnixListenSocket::answers);
      return new NioUnixListenSocket(channel, engine, ready, address, file);
    } catch (IOException | RuntimeException e) {
      if (file != null) {
        file.remove();
      }
      channel.close();
      throw e;
    }
  }

  private static boolean answers(Path path) throws IOException {
    try (var probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.configureBlocking(false);
      return answers(probe, path);
    }
  }

  private static boolean answers(SocketChannel probe, Path path) {
    try {
      probe.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (ConnectException e) {
      return false;
    } catch (IOException e) {
      return true; // no permission to ask, for one
    }
  }

  @Override
  public Engine.@Nullable StreamSocket accept(SocketSettings settings) throws IOException {
    SocketChannel accepted = channel.accept();
    return accepted == null
        ? null
        : NioUnixStreamSocket.accepted(accepted, engine, address, settings);
  }

  @Override
  public Engine.@Nullable Handover acceptForOther() throws IOException {
    SocketChannel accepted = channel.accept();
    return accepted == null ? null : new NioHandover.Connection(accepted, address);
  }

  @Override
  public Engine.Handover handOver() throws IOException {
    leave();
    return new NioHandover.Listener(channel, address, file);
  }

  /** What it was bound to for a moment, when its file got its mode, is nobody's business. */
  @Override
  public UnixAddress local() {
    return address;
  }

  @Override
  public void close() {
    file.remove();
    super.close();
  }
}
