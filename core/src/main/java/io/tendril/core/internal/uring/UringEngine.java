package io.tendril.core.internal.uring;

import io.tendril.core.internal.linux.Bell;
import io.tendril.core.internal.linux.Errno;
import io.tendril.core.internal.linux.LinuxEngine;
import io.tendril.core.internal.linux.LinuxStreamSocket;
import io.tendril.core.internal.net.Findings;
import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.Children;
import io.tendril.spi.Descriptors;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import io.tendril.spi.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The engine on io_uring. A turn enters the ring once: that hands over what its sockets want and
 * have to send, waits, and receives and accepts what has come. Everything but streams of TCP is on
 * a linux engine within, whose epoll the ring waits for, too.
 *
 * <p>Sockets say that they have {@linkplain #changed changed}, and are asked what they want when
 * the ring is entered; so what is wanted and not wanted any more in one turn costs nothing. Those
 * that have something to tell are {@linkplain #ready listed} as long as they have.
 */
public final class UringEngine implements Engine {
  /** How often the ring is entered for the end of something that is cancelled. */
  private static final int ATTEMPTS = 100;

  private static final long PATIENCE = 10_000_000;

  final LinuxEngine linux;
  final ReceivedBuffers received;
  final SendSlots slots;
  final KnownFiles files = new KnownFiles();
  final LinuxStreamSocket.Maker<UringStream> maker = UringStream.maker(this);
  private final RingSizes sizes;
  private final LinuxSockets others;
  private final UringDescriptors descriptors;
  private final Found found = new Found();
  private Ring ring;

  /** All that have operations, by their descriptors. */
  private @Nullable RingSocket[] sockets = new RingSocket[64];

  private RingSocket[] changed = new RingSocket[64];
  private RingSocket[] changedBefore = new RingSocket[64];
  private int changes;
  private RingSocket[] ready = new RingSocket[64];
  private int readies;

  /** What tells loops of somebody else's that a turn is due, once there is one. */
  private volatile @Nullable Bell bell;

  private boolean entering;
  private long overflows;
  private @Nullable IOException failure;

  private UringEngine(LinuxEngine linux, RingSizes sizes) throws IOException {
    this.linux = linux;
    this.sizes = sizes;
    descriptors = new UringDescriptors(this);
    received = new ReceivedBuffers(sizes.buffers());
    slots = new SendSlots(sizes.slots());
    ring = openRing(sizes, received);
    files.register(ring);
    others = new LinuxSockets(this, linux);
  }

  static Ring openRing(RingSizes sizes, ReceivedBuffers received) throws IOException {
    var ring = new Ring(sizes);
    try {
      received.register(ring);
    } catch (IOException e) {
      ring.close();
      throw new IOException("the kernel's io_uring takes no rings of buffers", e);
    }
    return ring;
  }

  /**
   * A new engine.
   *
   * @throws IOException where there is none, with the reason
   */
  public static UringEngine open() throws IOException {
    return open(RingSizes.USUAL);
  }

  static UringEngine open(RingSizes sizes) throws IOException {
    String missing = LinuxEngine.unavailable();
    if (missing != null) {
      throw new IOException("no uring engine: " + missing);
    }
    LinuxEngine linux = LinuxEngine.open();
    try {
      return new UringEngine(linux, sizes);
    } catch (IOException e) {
      linux.close();
      throw new IOException("no uring engine: " + e.getMessage(), e);
    }
  }

  /** Why there can be none here; null if there can. */
  public static @Nullable String unavailable() {
    return Availability.missing();
  }

  @Override
  public String name() {
    return "uring";
  }

  @Override
  public TimeSource clock() {
    return linux.clock();
  }

  // ---- Told by its sockets --------------------------------------------------------------------

  /** Notes who has a descriptor. */
  void adopt(int fd, RingSocket socket) {
    if (fd >= sockets.length) {
      sockets = Arrays.copyOf(sockets, Math.max(fd + 1, sockets.length * 2));
    }
    sockets[fd] = socket;
  }

  void forget(int fd) {
    sockets[fd] = null;
  }

  /** This one may want something else of the ring than what it has been asked for. */
  void changed(RingSocket socket) {
    if (changes == changed.length) {
      changed = Arrays.copyOf(changed, changes * 2);
    }
    changed[changes++] = socket;
    if (!entering) {
      ring();
    }
  }

  /** This one has something to tell. */
  void ready(RingSocket socket) {
    if (readies == ready.length) {
      ready = Arrays.copyOf(ready, readies * 2);
    }
    ready[readies++] = socket;
    if (!entering) {
      ring();
    }
  }

  private void ring() {
    Bell mine = bell;
    if (mine != null) {
      mine.ring();
    }
  }

  // ---- Waiting --------------------------------------------------------------------------------

  /** What the ring has brought. */
  private final class Found extends Findings<RingSocket> {
    @Override
    protected void collect(long nanos) throws IOException {
      enter(nanos);
      for (int i = 0; i < readies; i++) {
        add(ready[i]);
      }
    }

    @Override
    protected void tell(RingSocket socket) {
      try {
        socket.dispatch();
      } catch (IOException e) {
        failure = e;
      }
    }
  }

  @Override
  public void await(long nanos) throws IOException {
    Bell mine = bell;
    if (mine != null) {
      mine.silence();
    }
    linux.settle();
    found.await(nanos);
    if (mine != null) {
      enter(0); // nobody will soon, perhaps
      if (readies > 0) {
        mine.ring();
      }
    }
    IOException thrown = failure;
    if (thrown != null) {
      failure = null;
      throw thrown;
    }
  }

  /** Hands over what is wanted, waits unless somebody is ready, and notes who is. */
  private void enter(long nanos) throws IOException {
    entering = true;
    try {
      keepReady();
      submit();
      if (nanos != 0 && readies == 0) {
        enterOnce(nanos);
      } else if (ring.hasWork()) {
        enterOnce(0);
      }
      keepReady();
    } finally {
      entering = false;
    }
  }

  /** Forgets those that have nothing to tell any more. */
  @SuppressWarnings("NullAway") // a slot that is not in use holds nothing
  private void keepReady() {
    int kept = 0;
    for (int i = 0; i < readies; i++) {
      RingSocket socket = ready[i];
      if (socket.isReady()) {
        ready[kept++] = socket;
      } else {
        socket.notListed();
      }
    }
    for (int i = kept; i < readies; i++) {
      ready[i] = null;
    }
    readies = kept;
  }

  /** Asks those that have changed what they want. */
  @SuppressWarnings("NullAway") // a slot that is not in use holds nothing
  private void submit() throws IOException {
    RingSocket[] all = changed;
    int count = changes;
    changed = changedBefore;
    changedBefore = all;
    changes = 0;
    for (int i = 0; i < count; i++) {
      RingSocket socket = all[i];
      all[i] = null;
      socket.unchanged();
      if (!ring.hasRoom()) {
        enterOnce(0);
      }
      socket.submit(ring);
    }
  }

  private void enterOnce(long nanos) throws IOException {
    int result = ring.enter(nanos);
    take();
    ring.settle();
    received.settle();
    if (result == -Numbers.EEXIST) {
      move();
    } else if (result < 0) {
      throw Errno.of(result);
    }
  }

  /** Hands the completions that there are to those whose they are. */
  private void take() {
    for (int left; (left = ring.completions()) > 0; ) {
      for (; left > 0; left--) {
        RingSocket socket = sockets[ring.descriptor()];
        if (socket != null) {
          socket.completed(ring.operation(), ring.result(), ring.flags());
        }
        ring.next();
      }
      ring.giveBack();
      if (ring.hasOverflown()) {
        overflows++;
        if (ring.flush() < 0) {
          return;
        }
      }
    }
  }

  /** How often there were more completions than the queue has room for. */
  long overflows() {
    return overflows;
  }

  /**
   * Another thread waits than before. The ring stays with that one, so it is given up for a new
   * one. It has brought nothing since it was entered last, for it does so only then.
   */
  private void move() throws IOException {
    ring.close();
    received.restart();
    Ring next = openRing(sizes, received);
    files.register(next);
    ring = next;
    Bell mine = bell;
    if (mine != null) {
      next.signal(mine.number());
    }
    for (RingSocket socket : sockets.clone()) {
      if (socket != null) {
        socket.lost();
      }
    }
  }

  /** Enters the ring until something has ended, which it does soon. */
  void enterUntil(BooleanSupplier ended) {
    entering = true;
    try {
      for (int i = 0; i < ATTEMPTS && !ended.getAsBoolean(); i++) {
        submit();
        enterOnce(i == 0 ? 0 : PATIENCE);
      }
    } catch (IOException e) {
      System.getLogger("io.tendril.core")
          .log(System.Logger.Level.DEBUG, "an operation does not end", e);
    } finally {
      entering = false;
    }
  }

  @Override
  public void wakeup() {
    linux.wakeup();
    ring();
  }

  // ---- Loops of somebody else's ---------------------------------------------------------------

  private Bell bell() {
    Bell made = bell;
    if (made == null) {
      try {
        made = new Bell();
        ring.signal(made.number());
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      bell = made;
      made.ring(); // there may be something already
    }
    return made;
  }

  @Override
  public boolean watchable() {
    bell();
    return true;
  }

  @Override
  public void watch(long nanos) throws IOException {
    bell().await(nanos);
  }

  @Override
  public OptionalInt descriptor() {
    return OptionalInt.of(bell().number());
  }

  // ---- Sockets --------------------------------------------------------------------------------

  @Override
  public ByteBuffer allocate(int capacity) {
    return linux.allocate(capacity);
  }

  @Override
  public ListenSocket listen(SocketAddress address, SocketSettings settings, Ready told)
      throws IOException {
    return address instanceof UnixAddress
        ? linux.listen(address, settings, told)
        : UringListener.open(this, address, settings, told);
  }

  @Override
  public boolean handsOver() {
    return true;
  }

  @Override
  public @Nullable StreamSocket takeOver(Handover connection, SocketSettings settings)
      throws IOException {
    return connection instanceof UringHandover.Connection known
        ? UringStream.accepted(this, known.fd(), settings)
        : linux.takeOver(connection, settings);
  }

  @Override
  public ListenSocket takeOver(Handover listener, Ready told) {
    return listener instanceof UringHandover.Listener known
        ? UringListener.takenOver(this, known, told)
        : linux.takeOver(listener, told);
  }

  @Override
  public StreamSocket connect(SocketAddress address, SocketSettings settings, Ready told)
      throws IOException {
    return address instanceof UnixAddress
        ? linux.connect(address, settings, told)
        : UringStream.connect(this, address, settings, told);
  }

  @Override
  public DatagramSocket datagram(
      @Nullable InetSocketAddress local,
      @Nullable InetSocketAddress peer,
      SocketSettings settings,
      Ready told)
      throws IOException {
    return linux.datagram(local, peer, settings, told);
  }

  @Override
  public UnixDatagramSocket unixDatagram(
      @Nullable UnixAddress local, @Nullable UnixAddress peer, SocketSettings settings, Ready told)
      throws IOException {
    return linux.unixDatagram(local, peer, settings, told);
  }

  @Override
  public Descriptors descriptors() {
    return descriptors;
  }

  @Override
  public Children children() {
    return linux.children();
  }

  @Override
  public FileChannel toSend(FileChannel file, Path path, @Nullable Object key) {
    return linux.toSend(file, path, key);
  }

  // ---- The end --------------------------------------------------------------------------------

  /** What was closed and has operations still ends here, before the memory that these name. */
  @Override
  public void close() {
    others.close();
    enterUntil(this::isIdle);
    ring.close();
    for (RingSocket socket : sockets.clone()) {
      if (socket != null && socket.isEnding()) {
        socket.lost();
      }
    }
    linux.close();
    Bell mine = bell;
    if (mine != null) {
      mine.close();
    }
  }

  private boolean isIdle() {
    for (RingSocket socket : sockets) {
      if (socket != null && socket.isEnding()) {
        return false;
      }
    }
    return true;
  }
}
