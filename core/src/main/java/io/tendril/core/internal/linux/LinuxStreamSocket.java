package io.tendril.core.internal.linux;

import io.tendril.core.internal.net.Splicing;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** A connection: of TCP, unless it says otherwise. */
public class LinuxStreamSocket extends LinuxSocket implements Engine.StreamSocket, Splicing {
  /** The most that one call copies: the virtual machine cannot stop it meanwhile. */
  private static final int AT_ONCE = 256 << 10;

  /** Makes the socket of a descriptor. */
  @FunctionalInterface
  public interface Maker<S extends LinuxStreamSocket> {
    /** As the constructor. */
    S make(
        LinuxEngine engine, int fd, Engine.Ready ready, long packed, @Nullable SocketAddress peer);
  }

  /** The peer's address, if it is one of IPv4. */
  private final long packed;

  private final @Nullable SocketAddress peer;

  /** This end's address, if it is known to be the same for as long as there is a connection. */
  private @Nullable SocketAddress local;

  /**
   * A socket.
   *
   * @param packed the peer's address as {@link Names} packs it, or -1
   * @param peer the peer's address, where it is not packed
   */
  protected LinuxStreamSocket(
      LinuxEngine engine, int fd, Engine.Ready ready, long packed, @Nullable SocketAddress peer) {
    super(engine, fd, ready);
    this.packed = packed;
    this.peer = peer;
  }

  /** A connection that was accepted, its peer's address in the slab; told to nobody yet. */
  static LinuxStreamSocket accepted(LinuxEngine engine, int fd, SocketSettings settings)
      throws IOException {
    return accepted(engine, fd, settings, LinuxStreamSocket::new);
  }

  /**
   * A connection that was accepted, whose peer's address has to be asked for; null if it has failed
   * by itself since. Told to nobody yet.
   */
  protected static <S extends LinuxStreamSocket> @Nullable S acceptedElsewhere(
      LinuxEngine engine, int fd, SocketSettings settings, Maker<S> maker) throws IOException {
    Slab slab = engine.slab;
    if (Libc.peer(slab.state, fd, slab.room(), slab.length) < 0) {
      discard(slab, fd);
      return null;
    }
    return accepted(engine, fd, settings, maker);
  }

  private static <S extends LinuxStreamSocket> S accepted(
      LinuxEngine engine, int fd, SocketSettings settings, Maker<S> maker) throws IOException {
    long packed = Names.pack(engine.slab.address);
    InetSocketAddress peer = packed < 0 ? Names.read(engine.slab.address) : null;
    return accepted(engine, fd, packed, peer, settings, maker);
  }

  /** A connection that was accepted, whose peer's address is known; told to nobody yet. */
  static <S extends LinuxStreamSocket> S accepted(
      LinuxEngine engine,
      int fd,
      long packed,
      @Nullable SocketAddress peer,
      SocketSettings settings,
      Maker<S> maker)
      throws IOException {
    Slab slab = engine.slab;
    try {
      applyStream(slab, fd, settings);
    } catch (IOException | RuntimeException e) {
      discard(slab, fd);
      throw e;
    }
    return maker.make(engine, fd, (readable, writable) -> {}, packed, peer);
  }

  /** A connection that somebody else has made; its descriptor is closed by whoever has it now. */
  protected static <S extends LinuxStreamSocket> S adopted(
      LinuxEngine engine, int fd, SocketSettings settings, Maker<S> maker) throws IOException {
    Slab slab = engine.slab;
    Errno.check(Libc.peer(slab.state, fd, slab.room(), slab.length));
    long packed = Names.pack(slab.address);
    InetSocketAddress peer = packed < 0 ? Names.read(slab.address) : null;
    applyStream(slab, fd, settings);
    LinuxDescriptors.neverWaits(slab, fd);
    S made = maker.make(engine, fd, (readable, writable) -> {}, packed, peer);
    made.mayBeShared();
    return made;
  }

  static LinuxStreamSocket connect(
      LinuxEngine engine, SocketAddress address, SocketSettings settings, Engine.Ready ready)
      throws IOException {
    return connect(engine, address, settings, ready, LinuxStreamSocket::new);
  }

  /** A connection that begins. */
  protected static <S extends LinuxStreamSocket> S connect(
      LinuxEngine engine,
      SocketAddress address,
      SocketSettings settings,
      Engine.Ready ready,
      Maker<S> maker)
      throws IOException {
    Slab slab = engine.slab;
    InetSocketAddress bind = settings.bind();
    boolean four = isInet4(address) && (bind == null || isInet4(bind));
    int fd = open(slab, Kernel.SOCK_STREAM, four);
    try {
      applyStream(slab, fd, settings);
      set(slab, fd, Kernel.SO_RCVBUF, settings.receiveBuffer());
      boolean six = !four && isSix(slab, fd);
      if (bind != null) {
        set(slab, fd, Kernel.SO_REUSEADDR, settings.reuseAddress());
        int length = Names.write(bind, six, slab.address);
        Errno.check(Libc.bind(slab.state, fd, slab.address, length));
      }
      int length = Names.write(address, six, slab.address);
      int result = Libc.connect(slab.state, fd, slab.address, length);
      if (result != -Kernel.EINPROGRESS) {
        Errno.check(result);
      }
      return maker.make(engine, fd, ready, -1, address);
    } catch (IOException | RuntimeException e) {
      discard(slab, fd);
      throw e;
    }
  }

  /** One that can be written to, and has not failed, is connected: the kernel has said all. */
  @Override
  public boolean finishConnect() throws IOException {
    if ((found & (Kernel.EPOLLOUT | LinuxEngine.FAILED)) == Kernel.EPOLLOUT) {
      return true;
    }
    Slab slab = slab();
    int error = error(slab, fd());
    if (error != 0) {
      throw Errno.of(-error);
    }
    int result = Libc.peer(slab.state, fd(), slab.room(), slab.length);
    return result != -Kernel.ENOTCONN && Errno.check(result) == 0;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int length = into.remaining();
    if (length == 0) {
      return 0;
    }
    Slab slab = slab();
    long count = Libc.receive(slab.state, fd(), slab.places.of(into), into.position(), length, 0);
    if (count > 0) {
      into.position(into.position() + (int) count);
      return (int) count;
    }
    return count == 0 ? -1 : (int) orNone(count);
  }

  /** What came of a call: its count, or 0 if it would have had to wait. */
  static long orNone(long result) throws IOException {
    if (result >= 0) {
      return result;
    } else if (result == -Kernel.EAGAIN || result == -Kernel.EINTR) {
      return 0;
    }
    throw Errno.of(result);
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    int first = offset;
    int end = offset + length;
    while (first < end && !from[first].hasRemaining()) {
      first++;
    }
    if (first == end) {
      return 0;
    }
    boolean several = end - first > 1 && from[first].isDirect() && from[first + 1].isDirect();
    return several ? gather(from, first, end) : send(from[first]);
  }

  private long send(ByteBuffer data) throws IOException {
    int length = Math.min(data.remaining(), AT_ONCE);
    Slab slab = slab();
    MemorySegment place = slab.places.of(data);
    int from = data.position();
    long sent = orNone(Libc.send(slab.state, fd(), place, from, length, Kernel.MSG_NOSIGNAL));
    data.position(data.position() + (int) sent);
    return sent;
  }

  /** Sends what lies outside of the heap, up to the first buffer that does not. */
  private long gather(ByteBuffer[] from, int first, int end) throws IOException {
    Slab slab = slab();
    int count = 0;
    long sum = 0;
    while (first + count < end && count < Slab.GATHERED && sum < AT_ONCE) {
      ByteBuffer next = from[first + count];
      if (!next.isDirect()) {
        break;
      }
      int most = (int) Math.min(next.remaining(), AT_ONCE - sum);
      slab.vector(count++, next, most);
      sum += most;
    }
    long sent =
        orNone(Libc.sendMessage(slab.state, fd(), slab.message(count), Kernel.MSG_NOSIGNAL));
    long left = sent;
    for (int i = first; left > 0; i++) {
      int part = (int) Math.min(left, from[i].remaining());
      from[i].position(from[i].position() + part);
      left -= part;
    }
    return sent;
  }

  /**
   * Has the kernel send, of what is made for that; reads and sends, of other files, whose
   * descriptor is nobody's but the JDK's.
   */
  @Override
  public long sendFile(FileChannel file, long position, long count) throws IOException {
    if (file instanceof KernelFile known) {
      long sent = known.send(slab(), fd(), position, count);
      if (sent != -Kernel.EINVAL && sent != -Kernel.ENOSYS) { // not of this kind of file
        return orNone(sent);
      }
    }
    ByteBuffer part = slab().filePart();
    part.limit((int) Math.min(part.capacity(), count));
    file.read(part, position);
    return part.flip().hasRemaining() ? send(part) : 0;
  }

  // ---- From socket to socket ------------------------------------------------------------------

  /** Whether what it receives lies with the kernel until it is read here. */
  protected boolean splices() {
    return true;
  }

  @Override
  public @Nullable Object capability(Class<?> wanted) {
    return wanted == Splicing.class && splices() ? this : null;
  }

  @Override
  public Splicing.@Nullable Pipe pipe() {
    return engine.pipes.take();
  }

  @Override
  public int receive(Splicing.Pipe into) throws IOException {
    var pipe = (KernelPipe) into;
    long count = PipeCalls.splice(slab().state, fd(), pipe.in, Splicing.Pipe.SIZE);
    if (count == -Kernel.EINVAL || count == -Kernel.ENOSYS || count == -Kernel.EPERM) {
      return Splicing.NEVER;
    }
    pipe.held = (int) orNone(count);
    return count == 0 ? -1 : pipe.held;
  }

  @Override
  public int send(Splicing.Pipe from) throws IOException {
    var pipe = (KernelPipe) from;
    int sent = (int) orNone(PipeCalls.splice(slab().state, pipe.out, fd(), pipe.held));
    pipe.held -= sent;
    return sent;
  }

  // ---- The end --------------------------------------------------------------------------------

  @Override
  public void shutdownOutput() throws IOException {
    Errno.check(Libc.shutdown(slab().state, fd(), Kernel.SHUT_WR));
  }

  @Override
  public void abort() {
    try {
      linger(slab(), fd(), 0);
    } catch (IOException e) {
      System.getLogger("io.tendril.core")
          .log(System.Logger.Level.DEBUG, "a reset becomes a plain close", e);
    }
    close();
  }

  @Override
  public SocketAddress peer() {
    return peer != null ? peer : Names.unpack(packed);
  }

  /** What its listener knows already of where it was called. */
  final void calledAt(@Nullable SocketAddress known) {
    local = known;
  }

  @Override
  public SocketAddress local() {
    return local != null ? local : super.local();
  }
}
