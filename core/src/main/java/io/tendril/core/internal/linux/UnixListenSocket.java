package io.tendril.core.internal.linux;

import io.tendril.core.internal.unix.SocketFile;
import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A listening UNIX socket, and its file unless its name is abstract. */
final class UnixListenSocket extends LinuxListenSocket {
  private final UnixAddress address;
  private @Nullable SocketFile file;

  UnixListenSocket(
      LinuxEngine engine,
      int fd,
      Engine.Ready ready,
      UnixAddress address,
      @Nullable SocketFile file) {
    super(engine, fd, ready);
    this.address = address;
    this.file = file;
  }

  static UnixListenSocket open(
      LinuxEngine engine, UnixAddress address, SocketSettings settings, Engine.Ready ready)
      throws IOException {
    Slab slab = engine.slab;
    int fd = UnixStreamSocket.open(slab, Kernel.SOCK_STREAM);
    SocketFile file = null;
    try {
      set(slab, fd, Kernel.SO_RCVBUF, settings.receiveBuffer());
      file = bind(slab, fd, Kernel.SOCK_STREAM, address, settings.mode());
      Errno.check(Libc.listen(slab.state, fd, settings.backlog()));
      Errno.check(Libc.local(slab.state, fd, slab.room(), slab.length));
      return new UnixListenSocket(engine, fd, ready, UnixNames.read(slab), file);
    } catch (IOException | RuntimeException e) {
      if (file != null) {
        file.remove();
      }
      discard(slab, fd);
      throw e;
    }
  }

  /** One that listens already, whose file is removed by whoever has made it. */
  static UnixListenSocket of(LinuxEngine engine, int fd, Engine.Ready ready) throws IOException {
    Slab slab = engine.slab;
    Errno.check(Libc.local(slab.state, fd, slab.room(), slab.length));
    return new UnixListenSocket(engine, fd, ready, UnixNames.read(slab), null);
  }

  /** Binds a socket that does not listen yet, so that nobody connects before the mode is right. */
  static @Nullable SocketFile bind(Slab slab, int fd, int type, UnixAddress address, int mode)
      throws IOException {
    if (!address.isPath()) {
      int length = UnixNames.write(address, slab.address);
      Errno.check(Libc.bind(slab.state, fd, slab.address, length));
      return null;
    }
    if (mode >= 0) {
      Errno.check(UnixCalls.mode(slab.state, fd, mode)); // the file has it, less the umask
    }
    var file =
        SocketFile.bind(
            address.path(),
            at -> {
              int length = UnixNames.write(address, slab.address);
              Errno.check(Libc.bind(slab.state, fd, slab.address, length));
            },
            at -> answers(slab, type, address));
    if (mode >= 0) {
      try {
        file.mode(mode);
      } catch (IOException | RuntimeException e) {
        file.remove();
        throw e;
      }
    }
    return file;
  }

  private static boolean answers(Slab slab, int type, UnixAddress address) throws IOException {
    int probe = UnixStreamSocket.open(slab, type);
    int length = UnixNames.write(address, slab.address);
    int result = Libc.connect(slab.state, probe, slab.address, length);
    discard(slab, probe);
    return result != -Kernel.ECONNREFUSED;
  }

  @Override
  public Engine.@Nullable StreamSocket accept(SocketSettings settings) throws IOException {
    Slab slab = slab();
    int accepted = Libc.accept(slab.state, fd(), slab.room(), slab.length, FLAGS);
    if (Errno.isNoConnection(accepted)) {
      return null;
    }
    return UnixStreamSocket.accepted(engine, Errno.check(accepted), address, settings);
  }

  @Override
  public Engine.@Nullable Handover acceptForOther() throws IOException {
    Slab slab = slab();
    int accepted = Libc.accept(slab.state, fd(), slab.room(), slab.length, FLAGS);
    if (Errno.isNoConnection(accepted)) {
      return null;
    }
    return new LinuxHandover.Connection(Errno.check(accepted), -1, UnixNames.read(slab), address);
  }

  @Override
  public Engine.Handover handOver() throws IOException {
    return new LinuxHandover.Listener(leave(), address, file);
  }

  @Override
  public void ownsFile(boolean owns) {
    if (!owns) {
      file = null;
    } else if (file == null && address.isPath()) {
      file = SocketFile.of(address.path());
    }
  }

  @Override
  public UnixAddress local() {
    return address;
  }

  @Override
  public void close() {
    if (file != null) {
      file.remove();
    }
    super.close();
  }
}
