package io.tendril.testing;

import io.tendril.spi.Blocking;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import io.tendril.spi.TimeSource;
import io.tendril.spi.TlsEngineProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The engine of one reactor on a host of the network in memory.
 *
 * <p>Driven by a {@link TestClock}, waiting returns at once: the engine notes how long the reactor
 * would have waited, and the clock lets that time pass when nothing is due sooner. A reactor that
 * runs by itself, in {@link io.tendril.core.Reactor#run()}, waits by letting virtual time pass;
 * with nothing ahead it waits for {@link #wakeup}.
 */
final class MemoryEngine implements Engine {
  private final MemoryHost host;
  private final boolean driven;
  private final TestClock clock;
  private final List<VirtualBlocking> pools = new ArrayList<>();

  /**
   * The sockets that may be ready: a superset, in the order in which something happened to them.
   */
  private final Set<MemorySocket> candidates = new LinkedHashSet<>();

  private final Set<MemorySocket> open = new LinkedHashSet<>();
  private @Nullable DatagramOpener nextDatagram;
  private volatile boolean woken;
  private volatile @Nullable Thread sleeper;
  private long deadline = Schedule.NEVER;
  private boolean more;
  private boolean closed;
  private List<String> unclosed = List.of();

  /**
   * An engine of a host.
   *
   * @param driven whether a clock drives it
   */
  MemoryEngine(MemoryHost host, boolean driven) {
    this.host = host;
    this.driven = driven;
    this.clock = host.network().clock();
  }

  MemoryHost host() {
    return host;
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public TimeSource clock() {
    return host.clock();
  }

  @Override
  public ByteBuffer allocate(int capacity) {
    return ByteBuffer.allocate(capacity);
  }

  /** Blocking calls of a driven reactor run in the thread that drives it, in virtual time. */
  @Override
  public @Nullable Blocking blocking(String name, int threads, int queue) {
    if (!driven) {
      return null;
    }
    var pool = new VirtualBlocking(host, name, threads, queue);
    pools.add(pool);
    return pool;
  }

  @Override
  public @Nullable TlsEngineProvider tls() {
    return host.network().tls();
  }

  // ---- Waiting --------------------------------------------------------------------------------

  @Override
  public void await(long nanos) {
    boolean idle = dispatch() == 0;
    if (idle && nanos != 0 && !woken && !clock.driving()) {
      sleep(nanos);
      dispatch();
    }
    boolean wokenBefore = woken;
    woken = false;
    more = !idle || nanos == 0 || wokenBefore;
    deadline =
        nanos < 0 || nanos >= TestClock.FOREVER.toNanos()
            ? Schedule.NEVER
            : host.clock().deadline(nanos);
  }

  private int dispatch() {
    if (candidates.isEmpty()) {
      return 0;
    }
    List<MemorySocket> round = new ArrayList<>(candidates);
    host.network().shuffle(round);
    int count = 0;
    for (MemorySocket socket : round) {
      if (socket.isReady()) {
        count++;
        socket.dispatch();
      }
      if (!socket.isReady()) {
        candidates.remove(socket);
      }
    }
    return count;
  }

  private void sleep(long nanos) {
    sleeper = Thread.currentThread();
    try {
      while (!woken && !anyReady() && !clock.pass(nanos)) {
        LockSupport.park(this);
      }
    } finally {
      sleeper = null;
    }
  }

  @Override
  public void wakeup() {
    woken = true;
    LockSupport.unpark(sleeper);
  }

  private boolean anyReady() {
    for (MemorySocket socket : candidates) {
      if (socket.isReady()) {
        return true;
      }
    }
    return false;
  }

  /** Its reactor is about to have a turn. */
  void noteTurn(long now) {
    host.network()
        .timeline()
        .add(
            deadline <= now ? Timeline.Event.TIMER : Timeline.Event.TURN,
            host.end(0),
            Timeline.NOBODY,
            0);
  }

  /** Forgets what the last wait has said. */
  void beforeTurn() {
    more = false;
    deadline = Schedule.NEVER;
  }

  /**
   * Whether its reactor would find something to do now.
   *
   * @param stale whether somebody may have called it
   */
  boolean due(long now, boolean stale) {
    return host.stillUntil() <= now && (stale || hasWork(now));
  }

  private boolean hasWork(long now) {
    return more || woken || deadline <= now || anyReady();
  }

  /** Its program is dead: the kernel closes all sockets, or nobody does. */
  void die(boolean told) {
    for (MemorySocket socket : List.copyOf(open)) {
      if (told) {
        socket.close();
      } else {
        socket.vanish();
      }
    }
    pools.forEach(VirtualBlocking::die);
    clock.drop(this);
  }

  /** When its reactor has something to do, if the network leaves it alone. */
  long deadline() {
    return host.stillUntil() > clock.nanoTime() ? Schedule.NEVER : deadline;
  }

  // ---- Sockets --------------------------------------------------------------------------------

  @Override
  public ListenSocket listen(SocketAddress address, SocketSettings options, Ready ready)
      throws IOException {
    host.checkDescriptors();
    return opened(new MemoryListener(this, address, options, ready));
  }

  @Override
  public StreamSocket connect(SocketAddress address, SocketSettings options, Ready ready)
      throws IOException {
    host.checkDescriptors();
    return opened(
        address instanceof RecordedSocket.Address recorded
            ? recorded.open(this, ready)
            : MemoryStream.connect(this, address, options, ready));
  }

  @Override
  public DatagramSocket datagram(
      @Nullable InetSocketAddress local,
      @Nullable InetSocketAddress peer,
      SocketSettings options,
      Ready ready)
      throws IOException {
    host.checkDescriptors();
    var opener = nextDatagram;
    nextDatagram = null;
    if (opener != null) {
      return opened(opener.open(this, ready));
    }
    return opened(new MemoryDatagram(this, local, peer, options, ready));
  }

  /** Opens a socket that is not one of the network. */
  @FunctionalInterface
  interface DatagramOpener {
    RecordedDatagram open(MemoryEngine engine, Ready ready);
  }

  /** Has somebody else open the next datagram socket. */
  void openNext(DatagramOpener opener) {
    nextDatagram = opener;
  }

  /** Counts a socket that has been opened. */
  <S extends MemorySocket> S opened(S socket) {
    open.add(socket);
    host.descriptorTaken();
    return socket;
  }

  /** The stream connections that are open, the oldest first. */
  List<MemoryStream> streams() {
    List<MemoryStream> streams = new ArrayList<>();
    for (MemorySocket socket : open) {
      if (socket instanceof MemoryStream stream) {
        streams.add(stream);
      }
    }
    return streams;
  }

  /** A socket may have become ready. */
  void look(MemorySocket socket) {
    candidates.add(socket);
  }

  void closed(MemorySocket socket) {
    candidates.remove(socket);
    if (open.remove(socket) || host.between().remove(socket)) {
      host.descriptorReturned();
    }
  }

  // ---- From engine to engine ------------------------------------------------------------------

  @Override
  public boolean handsOver() {
    return true;
  }

  @Override
  public StreamSocket takeOver(Handover connection, SocketSettings options) throws IOException {
    MemoryStream socket = departed(connection).in(this, MemoryStream.class);
    socket.accepted(options);
    return socket;
  }

  @Override
  public ListenSocket takeOver(Handover listener, Ready ready) throws IOException {
    MemoryListener socket = departed(listener).in(this, MemoryListener.class);
    socket.ready(ready);
    return socket;
  }

  private static MemorySocket.Departed departed(Handover socket) {
    if (socket instanceof MemorySocket.Departed departed) {
      return departed;
    }
    throw new IllegalArgumentException(socket + " is not of a network in memory");
  }

  void departs(MemorySocket socket) {
    candidates.remove(socket);
    open.remove(socket);
    host.between().add(socket);
  }

  void arrives(MemorySocket socket) {
    host.between().remove(socket);
    open.add(socket);
  }

  /** The sockets that are open, or were when the reactor closed this engine. */
  List<String> unclosed() {
    return closed ? unclosed : open.stream().map(socket -> String.valueOf(socket.local())).toList();
  }

  @Override
  public void close() {
    unclosed = unclosed();
    closed = true;
    for (MemorySocket socket : List.copyOf(open)) {
      socket.close();
    }
  }
}
