package io.tendril.core.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.tendril.core.internal.SystemTime;
import io.tendril.core.internal.net.Findings;
import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import io.tendril.spi.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The engine on epoll. What is ready is collected first and handled then: {@link Findings}. An
 * event carries the descriptor and a number of the socket that has it, so that nobody is told of
 * what a socket before it has had.
 */
public final class LinuxEngine implements Engine {
  /** What is told of whatever is wanted. */
  static final int FAILED = Kernel.EPOLLERR | Kernel.EPOLLHUP;

  private static final int EVENT = Kernel.Layout.EPOLL_EVENT;
  private static final int DATA = Kernel.Layout.EPOLL_EVENT__DATA;
  private static final int EVENTS = 256;

  static final MemorySegment ONE = one();

  final Slab slab = new Slab();
  private final MemorySegment event = slab.allocate(EVENT);
  private final MemorySegment count = slab.allocate(8);
  private final LinuxDescriptors descriptors = new LinuxDescriptors(this);
  private final LinuxChildren children = new LinuxChildren();
  final KernelPipes pipes = new KernelPipes(slab);
  private final int epoll;
  private final int waker;
  private final Poll poll;
  private @Nullable Pollable[] sockets = new Pollable[64];

  /** Those that the kernel watches for more than is wanted. */
  private LinuxSocket[] excessive = new LinuxSocket[64];

  private int excessiveCount;
  private int generations;
  private @Nullable UnixMessages messages;
  private final Found found = new Found();

  private LinuxEngine() throws IOException {
    epoll = Errno.check(Libc.epoll(slab.state, Kernel.EPOLL_CLOEXEC));
    poll = new Poll(epoll, slab, EVENTS);
    int made = Libc.eventDescriptor(slab.state, 0, Kernel.EFD_CLOEXEC | Kernel.EFD_NONBLOCK);
    int added = made < 0 ? made : control(Kernel.EPOLL_CTL_ADD, made, 0, Kernel.EPOLLIN);
    if (added < 0) {
      Libc.close(slab.state, epoll);
      if (made >= 0) {
        Libc.close(slab.state, made);
      }
      throw Errno.of(added);
    }
    waker = made;
  }

  /**
   * A new engine.
   *
   * @throws IOException where there is none, with the reason
   */
  public static LinuxEngine open() throws IOException {
    String missing = unavailable();
    if (missing != null) {
      throw new IOException("no linux engine: " + missing);
    }
    return new LinuxEngine();
  }

  /** Why there can be none here; null if there can. */
  public static @Nullable String unavailable() {
    String system = System.getProperty("os.name");
    String processor = System.getProperty("os.arch");
    if (!"Linux".equals(system)) {
      return "this is " + system;
    } else if (!Set.of("amd64", "aarch64").contains(processor)) {
      return "it is for x86-64 and aarch64, and this is " + processor;
    } else if (!LinuxEngine.class.getModule().isNativeAccessEnabled()) {
      return "Java does not allow "
          + Kernel.class.getPackageName()
          + " to call the C library: "
          + "start it with --enable-native-access=io.tendril.core, or ALL-UNNAMED on a class path";
    }
    return isLibraryOfGnu() ? null : "it needs the GNU C library";
  }

  /** Asked of the linker itself, since {@link Libc} takes all functions to be there. */
  private static boolean isLibraryOfGnu() {
    return Linker.nativeLinker().defaultLookup().find("gnu_get_libc_version").isPresent();
  }

  private static MemorySegment one() {
    MemorySegment one = Arena.global().allocate(JAVA_LONG);
    one.set(JAVA_LONG, 0, 1);
    return one.asReadOnly();
  }

  @Override
  public String name() {
    return "linux";
  }

  @Override
  public TimeSource clock() {
    return SystemTime.CLOCK;
  }

  // ---- Waiting --------------------------------------------------------------------------------

  /** What an epoll has found. */
  private final class Found extends Findings<Pollable> {
    @Override
    protected void collect(long nanos) throws IOException {
      settle();
      int events = poll.await(nanos);
      for (int i = 0; i < events; i++) {
        long at = (long) i * EVENT;
        long data = poll.events.get(JAVA_LONG_UNALIGNED, at + DATA);
        int fd = (int) data;
        if (fd == waker) {
          Libc.read(slab.state, waker, count, 8);
          continue;
        }
        Pollable socket = sockets[fd];
        if (socket != null && socket.generation == (int) (data >>> 32)) {
          socket.found = poll.events.get(JAVA_INT, at);
          add(socket);
        }
      }
    }

    @Override
    protected void tell(Pollable socket) {
      socket.dispatch();
    }
  }

  @Override
  public void await(long nanos) throws IOException {
    found.await(nanos);
  }

  @Override
  public void wakeup() {
    Libc.write(waker, ONE, 8);
  }

  @Override
  public boolean watchable() {
    return true;
  }

  /** Changes reach a wait that is under way, since it is the kernel that keeps what is wanted. */
  @Override
  public void watch(long nanos) throws IOException {
    new Poll(epoll, new Slab(), 1).await(nanos); // this is another thread
  }

  /** An epoll descriptor can be polled itself. */
  @Override
  public OptionalInt descriptor() {
    return OptionalInt.of(epoll);
  }

  // ---- Descriptors ----------------------------------------------------------------------------

  /** Notes who has a descriptor: the number to tell it by. */
  int adopt(int fd, Pollable socket) {
    if (fd >= sockets.length) {
      sockets = Arrays.copyOf(sockets, Math.max(fd + 1, sockets.length * 2));
    }
    sockets[fd] = socket;
    return ++generations;
  }

  /** Whether something of this engine has a descriptor. */
  boolean has(int fd) {
    return fd < sockets.length && sockets[fd] != null;
  }

  /** Whether this one has it still: who closes a number behind its back, has others open it. */
  boolean has(int fd, Pollable pollable) {
    return fd < sockets.length && sockets[fd] == pollable;
  }

  void forget(int fd) {
    sockets[fd] = null;
  }

  /**
   * Changes what a descriptor is watched for. One that is watched for nothing is taken out, for its
   * failures would end every wait.
   */
  void watch(int fd, int generation, int before, int wanted) {
    int result = change(fd, generation, before, wanted);
    if (result < 0) {
      throw new UncheckedIOException(
          "epoll does not take descriptor " + fd, Errno.of(result)); // no memory, or no room
    }
  }

  /** Before the next wait a socket will {@link LinuxSocket#settle}. */
  void watchLess(LinuxSocket socket) {
    if (excessiveCount == excessive.length) {
      excessive = Arrays.copyOf(excessive, excessiveCount * 2);
    }
    excessive[excessiveCount++] = socket;
  }

  /** Has the kernel watch for no more than is wanted: before each wait. */
  @SuppressWarnings("NullAway") // a slot that is not in use holds nothing
  public void settle() {
    for (int i = 0; i < excessiveCount; i++) {
      excessive[i].settle();
      excessive[i] = null;
    }
    excessiveCount = 0;
  }

  /** As {@link #watch}: 0, or the error of the kernel, negated. */
  int change(int fd, int generation, int before, int wanted) {
    int operation =
        wanted == 0
            ? Kernel.EPOLL_CTL_DEL
            : before == 0 ? Kernel.EPOLL_CTL_ADD : Kernel.EPOLL_CTL_MOD;
    return control(operation, fd, generation, wanted);
  }

  /** Whether a descriptor can be watched at all: 0, or the error of the kernel, negated. */
  int probe(int fd) {
    int result = control(Kernel.EPOLL_CTL_ADD, fd, 0, 0); // of no generation that anything has
    if (result == 0) {
      control(Kernel.EPOLL_CTL_DEL, fd, 0, 0);
    }
    return result;
  }

  private int control(int operation, int fd, int generation, int wanted) {
    event.set(JAVA_INT, 0, wanted);
    event.set(JAVA_LONG_UNALIGNED, DATA, ((long) generation << 32) | fd);
    return Libc.control(slab.state, epoll, operation, fd, event);
  }

  /** What UNIX sockets read and send with. */
  UnixMessages messages() {
    UnixMessages made = messages;
    if (made == null) {
      made = new UnixMessages(slab);
      messages = made;
    }
    return made;
  }

  // ---- Sockets --------------------------------------------------------------------------------

  @Override
  public ByteBuffer allocate(int capacity) {
    return ByteBuffer.allocateDirect(capacity);
  }

  @Override
  public ListenSocket listen(SocketAddress address, SocketSettings settings, Ready told)
      throws IOException {
    return address instanceof UnixAddress unix
        ? UnixListenSocket.open(this, unix, settings, told)
        : LinuxListenSocket.open(this, address, settings, told);
  }

  @Override
  public StreamSocket connect(SocketAddress address, SocketSettings settings, Ready told)
      throws IOException {
    return address instanceof UnixAddress unix
        ? UnixStreamSocket.connect(this, unix, settings, told)
        : LinuxStreamSocket.connect(this, address, settings, told);
  }

  @Override
  public DatagramSocket datagram(
      @Nullable InetSocketAddress local,
      @Nullable InetSocketAddress peer,
      SocketSettings settings,
      Ready told)
      throws IOException {
    return LinuxDatagramSocket.open(this, local, peer, settings, told);
  }

  @Override
  public boolean handsOver() {
    return true;
  }

  @Override
  public StreamSocket takeOver(Handover connection, SocketSettings settings) throws IOException {
    if (connection instanceof LinuxHandover.Connection known) {
      return known.in(this, settings);
    }
    throw new IllegalArgumentException(connection + " is no connection of this kind of engine");
  }

  @Override
  public ListenSocket takeOver(Handover listener, Ready told) {
    if (listener instanceof LinuxHandover.Listener known) {
      return known.in(this, told);
    }
    throw new IllegalArgumentException(listener + " is no listener of this kind of engine");
  }

  @Override
  public LinuxDescriptors descriptors() {
    return descriptors;
  }

  @Override
  public LinuxChildren children() {
    return children;
  }

  @Override
  public UnixDatagramSocket unixDatagram(
      @Nullable UnixAddress local, @Nullable UnixAddress peer, SocketSettings settings, Ready told)
      throws IOException {
    return LinuxUnixDatagramSocket.open(this, local, peer, settings, told);
  }

  @Override
  public FileChannel toSend(FileChannel file, Path path, @Nullable Object key) {
    return KernelFile.of(file, path, key);
  }

  @Override
  public void close() {
    pipes.close();
    Libc.close(slab.state, waker);
    Libc.close(slab.state, epoll);
  }
}
