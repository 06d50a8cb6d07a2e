package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.tendril.core.internal.unix.SocketFile;
import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.DatagramCut;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A datagram socket of UNIX. */
final class LinuxUnixDatagramSocket extends LinuxSocket implements Engine.UnixDatagramSocket {
  private final @Nullable SocketFile file;

  private LinuxUnixDatagramSocket(
      LinuxEngine engine, int fd, Engine.Ready ready, @Nullable SocketFile file) {
    super(engine, fd, ready);
    this.file = file;
  }

  static LinuxUnixDatagramSocket open(
      LinuxEngine engine,
      @Nullable UnixAddress local,
      @Nullable UnixAddress peer,
      SocketSettings settings,
      Engine.Ready ready)
      throws IOException {
    Slab slab = engine.slab;
    int fd = UnixStreamSocket.open(slab, Kernel.SOCK_DGRAM);
    SocketFile file = null;
    try {
      set(slab, fd, Kernel.SO_SNDBUF, settings.sendBuffer());
      set(slab, fd, Kernel.SO_RCVBUF, settings.receiveBuffer());
      if (local != null) {
        file = UnixListenSocket.bind(slab, fd, Kernel.SOCK_DGRAM, local, settings.mode());
      } else {
        // Of the family alone: the kernel chooses an abstract name.
        slab.address.set(JAVA_SHORT, 0, (short) Kernel.AF_UNIX);
        Errno.check(Libc.bind(slab.state, fd, slab.address, 2));
      }
      if (peer != null) {
        int length = UnixNames.write(peer, slab.address);
        UnixStreamSocket.connected(Libc.connect(slab.state, fd, slab.address, length));
      }
      return new LinuxUnixDatagramSocket(engine, fd, ready, file);
    } catch (IOException | RuntimeException e) {
      if (file != null) {
        file.remove();
      }
      discard(slab, fd);
      throw e;
    }
  }

  @Override
  public @Nullable UnixAddress receive(ByteBuffer into) throws IOException {
    Slab slab = slab();
    MemorySegment place = slab.places.of(into);
    int at = into.position();
    int length = into.remaining();
    int flags = Kernel.MSG_TRUNC;
    long count =
        Libc.receiveFrom(slab.state, fd(), place, at, length, flags, slab.room(), slab.length);
    if (count == -Kernel.EAGAIN || count == -Kernel.EINTR) {
      return null;
    }
    check(count);
    if (count > length) {
      throw new DatagramCut((int) count, length);
    }
    into.position(into.position() + (int) count);
    return UnixNames.read(slab);
  }

  @Override
  public boolean send(ByteBuffer data, @Nullable UnixAddress to) throws IOException {
    Slab slab = slab();
    MemorySegment place = slab.places.of(data);
    int at = data.position();
    int size = data.remaining();
    long count;
    if (to == null) {
      count = Libc.send(slab.state, fd(), place, at, size, Kernel.MSG_NOSIGNAL);
    } else {
      int length = UnixNames.write(to, slab.address);
      count = Libc.sendTo(slab.state, fd(), place, at, size, 0, slab.address, length);
    }
    if (count == -Kernel.EAGAIN || count == -Kernel.EINTR) {
      return false;
    }
    check(count);
    data.position(data.limit());
    return true;
  }

  private static void check(long result) throws IOException {
    switch ((int) -result) {
      case Kernel.ECONNREFUSED, Kernel.ECONNRESET, Kernel.ENOENT, Kernel.ENOTCONN ->
          throw new PortUnreachableException("nobody receives there");
      default -> {
        if (result < 0) {
          throw Errno.ofDatagram(result);
        }
      }
    }
  }

  @Override
  public void close() {
    if (file != null) {
      file.remove();
    }
    super.close();
  }
}
