package io.tendril.core.internal.linux;

import io.tendril.core.descriptor.Descriptor;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A listening socket: of TCP, unless it says otherwise. */
public class LinuxListenSocket extends LinuxSocket implements Engine.ListenSocket {
  /**
   * Where it listens, if that is one address, and so that of its connections. Not known of what
   * others have opened, who may have it take what was sent elsewhere (IP_TRANSPARENT).
   */
  private @Nullable SocketAddress only;

  protected LinuxListenSocket(LinuxEngine engine, int fd, Engine.Ready ready) {
    super(engine, fd, ready);
    mayBeShared(); // workers have one together, and a program hands it to its successor
  }

  static LinuxListenSocket open(
      LinuxEngine engine, SocketAddress address, SocketSettings settings, Engine.Ready ready)
      throws IOException {
    var made = new LinuxListenSocket(engine, listen(engine, address, settings), ready);
    boolean one =
        made.local() instanceof InetSocketAddress internet
            && !internet.getAddress().isAnyLocalAddress();
    made.only = one ? made.local() : null;
    return made;
  }

  /** A descriptor that listens. */
  protected static int listen(LinuxEngine engine, SocketAddress address, SocketSettings settings)
      throws IOException {
    Slab slab = engine.slab;
    int fd = open(slab, Kernel.SOCK_STREAM, isInet4(address));
    try {
      set(slab, fd, Kernel.SO_REUSEADDR, settings.reuseAddress());
      set(slab, fd, Kernel.SO_REUSEPORT, settings.reusePort());
      set(slab, fd, Kernel.SO_RCVBUF, settings.receiveBuffer());
      boolean six = isSix(slab, fd);
      if (settings.ipv6Only()) {
        onlySix(slab, fd, six);
      }
      int length = Names.write(address, six, slab.address);
      Errno.check(Libc.bind(slab.state, fd, slab.address, length));
      Errno.check(Libc.listen(slab.state, fd, settings.backlog()));
      return fd;
    } catch (IOException | RuntimeException e) {
      discard(slab, fd);
      throw e;
    }
  }

  @Override
  public Descriptor duplicate() throws IOException {
    return OwnedDescriptor.duplicate(fd());
  }

  @Override
  public Engine.@Nullable StreamSocket accept(SocketSettings settings) throws IOException {
    Slab slab = slab();
    int accepted = Libc.accept(slab.state, fd(), slab.room(), slab.length, FLAGS);
    if (Errno.isNoConnection(accepted)) {
      return null; // what is left in the backlog is told of again
    }
    LinuxStreamSocket made = LinuxStreamSocket.accepted(engine, Errno.check(accepted), settings);
    made.calledAt(only);
    return made;
  }

  @Override
  public Engine.@Nullable Handover acceptForOther() throws IOException {
    Slab slab = slab();
    int accepted = Libc.accept(slab.state, fd(), slab.room(), slab.length, FLAGS);
    if (Errno.isNoConnection(accepted)) {
      return null;
    }
    Errno.check(accepted);
    long packed = Names.pack(slab.address);
    return new LinuxHandover.Connection(
        accepted, packed, packed < 0 ? Names.read(slab.address) : null, null);
  }

  @Override
  public Engine.Handover handOver() throws IOException {
    return new LinuxHandover.Listener(leave(), null, null);
  }
}
