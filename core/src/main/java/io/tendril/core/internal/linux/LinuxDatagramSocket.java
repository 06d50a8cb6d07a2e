package io.tendril.core.internal.linux;

import io.tendril.spi.DatagramCut;
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

  /** To copy one that is longer costs more than the call that is saved. */
  private static final int LITTLE = 4 << 10;

  /** So many are received one by one before it takes several at once. */
  private static final int ALONE = 2;

  private final boolean six;
  private final Names senders = new Names();
  private final Names receivers = new Names();

  /** Whether there were several little ones, the last time that it has looked. */
  private boolean backlog;

  /** Whether the receiver of several has had enough. */
  private boolean enough;

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
    var made = new LinuxDatagramSocket(engine, fd, isSix(engine.slab, fd), ready);
    made.mayBeShared();
    return made;
  }

  @Override
  public DatagramGroups groups() {
    return new LinuxGroups(this, six);
  }

  // ---- One ------------------------------------------------------------------------------------

  @Override
  public @Nullable InetSocketAddress receive(ByteBuffer into) throws IOException {
    Slab slab = slab();
    MemorySegment place = slab.places.of(into);
    int at = into.position();
    int length = into.remaining();
    int flags = Kernel.MSG_TRUNC;
    long count =
        Libc.receiveFrom(slab.state, fd(), place, at, length, flags, slab.room(), slab.length);
    if (wouldWait(count)) {
      return null;
    }
    if (count > length) {
      throw new DatagramCut((int) count, length);
    }
    into.position(into.position() + (int) count);
    return senders.readAgain(slab.address, 0);
  }

  @Override
  public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
    Slab slab = slab();
    MemorySegment place = slab.places.of(data);
    int at = data.position();
    int size = data.remaining();
    long count;
    if (to == null) {
      count = Libc.send(slab.state, fd(), place, at, size, 0);
    } else {
      int length = receivers.writeAgain(to, six, slab.address, 0);
      count = Libc.sendTo(slab.state, fd(), place, at, size, 0, slab.address, length);
    }
    if (wouldWait(count)) {
      return false;
    }
    data.position(data.limit());
    return true;
  }

  // ---- Several --------------------------------------------------------------------------------

  /**
   * One by one, as mostly there are no more than that; but for the third it looks whether there are
   * several, and takes them at once then, from here on at once so, as long as there is a backlog.
   */
  @Override
  public int receive(ByteBuffer each, int most, Engine.Arrivals to) throws IOException {
    int count = 0;
    boolean looked = backlog;
    while (count < most) {
      if (backlog && !isBusy()) {
        int several = receiveSeveral(slab().arrived(), each, most - count, to);
        count += several;
        if (several == 0 || enough) {
          break;
        }
        continue;
      }
      InetSocketAddress from = receive(each.clear());
      if (from == null) {
        break;
      }
      boolean little = each.flip().remaining() <= LITTLE;
      count++;
      if (!to.arrived(each, from, 0)) {
        break;
      }
      if (count >= ALONE && little && !looked) {
        looked = true;
        backlog = true;
      }
    }
    return count;
  }

  /** Whether the room for several is in use, outside of a nested loop. */
  private boolean isBusy() {
    Arrived arrived = slab().arrived;
    return arrived != null && arrived.busy;
  }

  private int receiveSeveral(Arrived arrived, ByteBuffer each, int most, Engine.Arrivals to)
      throws IOException {
    int count = arrived.receive(slab(), fd(), most);
    if (count <= 0) {
      backlog = false;
    }
    if (wouldWait(count)) {
      return 0;
    }
    long bytes = 0;
    int longest = 0;
    arrived.busy = true;
    try {
      for (int i = 0; i < count; i++) {
        InetSocketAddress from = senders.readAgain(arrived.names(), Messages.name(i));
        int length = arrived.length(i);
        bytes += length;
        if (arrived.take(i, each.clear())) {
          enough = !to.arrived(each, from, count - 1 - i);
        } else {
          longest = Math.max(longest, length);
        }
      }
    } finally {
      arrived.busy = false;
    }
    backlog = count > ALONE && bytes <= (long) count * LITTLE;
    if (longest > 0) {
      throw new DatagramCut(longest, each.capacity());
    }
    return count;
  }

  @Override
  public int sendsAtOnce() {
    return Messages.MOST;
  }

  @Override
  public int send(ByteBuffer[] data, @Nullable InetSocketAddress[] to, int first, int count)
      throws IOException {
    if (count == 1) {
      return send(data[first], to[first]) ? 1 : 0;
    }
    Slab slab = slab();
    Messages leaving = slab.leaving();
    int most = Math.min(count, Messages.MOST);
    for (int i = 0; i < most; i++) {
      leaving.bytes(i, data[first + i]);
      InetSocketAddress receiver = to[first + i];
      leaving.nameLength(
          i,
          receiver == null
              ? 0
              : receivers.writeAgain(receiver, six, leaving.names, Messages.name(i)));
    }
    int sent = DatagramCalls.send(slab.state, fd(), leaving.headers, most);
    if (wouldWait(sent)) {
      return 0;
    }
    for (int i = 0; i < sent; i++) {
      data[first + i].position(data[first + i].limit());
    }
    return sent;
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
