package io.tendril.core.internal.linux;

import io.tendril.spi.DatagramGroups;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A UDP socket. */
final class LinuxDatagramSocket extends LinuxSocket implements Engine.DatagramSocket {
  private static final InetSocketAddress ANY = new InetSocketAddress(0);

  private final boolean six;
  private final Names senders = new Names();
  private final Names receivers = new Names();

  private LinuxDatagramSocket(LinuxEngine engine, int fd, boolean six, Engine.Ready ready) {
    super(engine, fd, ready);
    this.six = six;
  }

  static LinuxDatagramSocket open(
      LinuxEngine engine,
      @Nullable InetSocketAddress local,
      @Nullable InetSocketAddress peer,
      SocketSettings settings,
      Engine.Ready ready)
      throws IOException {
    Slab slab = engine.slab;
    boolean anywhere = local == null || local.getAddress().isAnyLocalAddress();
    int fd = open(slab, Kernel.SOCK_DGRAM, isInet4(anywhere ? peer : local));
    try {
      boolean six = isSix(slab, fd);
      LinuxGroups.only(slab, fd, six);
      set(slab, fd, Kernel.SO_REUSEADDR, settings.sharesPortOfGroups(local));
      set(slab, fd, Kernel.SO_REUSEPORT, settings.reusePort());
      set(slab, fd, Kernel.SO_BROADCAST, settings.broadcast());
      set(slab, fd, Kernel.SO_SNDBUF, settings.sendBuffer());
      set(slab, fd, Kernel.SO_RCVBUF, settings.receiveBuffer());
      InetSocketAddress bind = local != null ? local : settings.bind();
      int length = Names.write(bind != null ? bind : ANY, six, slab.address);
      Errno.check(Libc.bind(slab.state, fd, slab.address, length));
      if (peer != null) {
        length = Names.write(peer, six, slab.address);
        Errno.check(Libc.connect(slab.state, fd, slab.address, length));
      }
      return new LinuxDatagramSocket(engine, fd, six, ready);
    } catch (IOException | RuntimeException e) {
      discard(slab, fd);
      throw e;
    }
  }

  /** A socket that is bound already, or connected. */
  static LinuxDatagramSocket adopted(LinuxEngine engine, int fd, Engine.Ready ready)
      throws IOException {
    LinuxDescriptors.neverWaits(engine.slab, fd);
    return new LinuxDatagramSocket(engine, fd, isSix(engine.slab, fd), ready);
  }

  @Override
  public DatagramGroups groups() {
    return new LinuxGroups(this, six);
  }

  @Override
  public @Nullable InetSocketAddress receive(ByteBuffer into) throws IOException {
    Slab slab = slab();
    MemorySegment memory = MemorySegment.ofBuffer(into);
    long count =
        Libc.receiveFrom(slab.state, fd(), memory, memory.byteSize(), slab.room(), slab.length);
    if (wouldWait(count)) {
      return null;
    }
    into.position(into.position() + (int) count);
    return senders.readAgain(slab.address);
  }

  @Override
  public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
    Slab slab = slab();
    MemorySegment memory = MemorySegment.ofBuffer(data);
    long count;
    if (to == null) {
      count = Libc.send(slab.state, fd(), memory, memory.byteSize(), 0);
    } else {
      int length = receivers.writeAgain(to, six, slab.address);
      count = Libc.sendTo(slab.state, fd(), memory, memory.byteSize(), 0, slab.address, length);
    }
    if (wouldWait(count)) {
      return false;
    }
    data.position(data.limit());
    return true;
  }

  private static boolean wouldWait(long result) throws IOException {
    if (result >= 0) {
      return false;
    } else if (result == -Kernel.EAGAIN || result == -Kernel.EINTR) {
      return true;
    }
    throw Errno.ofDatagram(result);
  }
}
