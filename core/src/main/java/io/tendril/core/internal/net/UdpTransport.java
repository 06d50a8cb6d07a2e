package io.tendril.core.internal.net;

import io.tendril.core.DatagramProtocol;
import io.tendril.core.DatagramTransport;
import io.tendril.core.DelayedCall;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.internal.loop.ScopedCalls;
import io.tendril.core.multicast.Multicast;
import io.tendril.core.multicast.MulticastOptions;
import io.tendril.spi.DatagramCut;
import io.tendril.spi.DatagramGroups;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A datagram socket, on any engine. */
final class UdpTransport implements DatagramTransport, Engine.Ready, Engine.Arrivals {
  /** The longest payloads there are: 65535 without the headers of UDP and IP. */
  private static final int LONGEST_V4 = 65_507;

  private static final int LONGEST_V6 = 65_527;

  /** T8: the most datagrams received in a row. */
  private static final int RECEIVES = 32;

  /** How many bytes may wait when the kernel takes none; more are dropped, as datagrams may be. */
  private static final int QUEUE_BYTES = 256 << 10;

  /** A datagram that waits: to be sent to somebody, or to be told of, from somebody. */
  private record Waiting(ByteBuffer data, @Nullable InetSocketAddress other) {}

  private final SocketNetwork network;
  private final @Nullable InetSocketAddress peer;
  private final ScopedCalls calls = new ScopedCalls();
  private final Queue<Waiting> queue = new ArrayDeque<>();

  /** What the engine had taken when the protocol paused. */
  private final Queue<Waiting> unread = new ArrayDeque<>(0);

  private Engine.@Nullable DatagramSocket socket;
  private final @Nullable String origin;
  private @Nullable InetSocketAddress local;
  private @Nullable DatagramProtocol protocol;
  private @Nullable Memberships memberships;
  private int queuedBytes;
  private int sendsAtOnce = 1;
  private boolean paused;

  /** Whether what is sent now answers several that have come at once. */
  private boolean together;

  /** How many datagrams have come in the call of now. */
  private int arrived;

  /** Whether its protocol is in a call, and whether a loop inside of that has found more. */
  private boolean inCall;

  private boolean held;

  UdpTransport(SocketNetwork network, @Nullable InetSocketAddress peer) {
    this.network = network;
    this.peer = peer;
    this.origin = network.origin();
  }

  @Nullable String origin() {
    return origin;
  }

  boolean isClosed() {
    return socket == null;
  }

  void open(@Nullable InetSocketAddress at, SocketSettings settings) throws IOException {
    opened(network.engine.datagram(at, peer, settings, this));
    if (!settings.multicast().equals(MulticastOptions.defaults())) {
      try {
        memberships().begin(settings.multicast());
      } catch (RuntimeException e) {
        discard();
        throw e;
      }
    }
  }

  /** Opens a socket that tells somebody. */
  @FunctionalInterface
  interface Opening {
    Engine.DatagramSocket open(Engine.Ready ready) throws IOException;
  }

  /** Goes on with a socket that is open already. */
  void adopt(Opening opening) throws IOException {
    opened(opening.open(this));
  }

  private void opened(Engine.DatagramSocket opened) {
    socket = opened;
    sendsAtOnce = opened.sendsAtOnce();
    local = (InetSocketAddress) opened.local();
  }

  /** Undoes {@link #open}. */
  void discard() {
    if (socket != null) {
      socket.close();
      socket = null;
    }
    if (memberships != null) {
      memberships.end();
    }
  }

  void begin(DatagramProtocol built) {
    protocol = built;
    try {
      built.transportOpened();
    } catch (Throwable e) {
      failed("transportOpened", e);
    }
    interest();
  }

  private void interest() {
    if (socket != null) {
      socket.interest(!paused && !held && protocol != null, !queue.isEmpty());
    }
  }

  private void failed(String what, Throwable failure) {
    if (failure instanceof VirtualMachineError error && !(error instanceof StackOverflowError)) {
      network.reactor.fatal(error);
    }
    InetSocketAddress about = peer != null ? peer : local();
    network.reactor.report(new ReactorEvent.ProtocolFailed(what, about, failure));
  }

  // ---- Receiving ------------------------------------------------------------------------------

  @Override
  public void ready(boolean readable, boolean writable) {
    network.reactor.beginCall();
    if (writable) {
      drainQueue();
    }
    if (readable && inCall) {
      held = true;
      interest();
    } else if (readable) {
      receive();
    }
    network.reactor.endCall();
  }

  private boolean listens() {
    return socket != null && !paused;
  }

  private void receive() {
    readUnread();
    arrived = 0;
    boolean again = true;
    while (again && arrived < RECEIVES && listens()) {
      again = receiveSome(RECEIVES - arrived);
    }
  }

  /** Receives what there is: whether it is worth trying again at once. */
  private boolean receiveSome(int most) {
    Engine.DatagramSocket open = socket;
    if (open == null) {
      return false;
    }
    ByteBuffer buffer = network.inflow.borrow();
    try {
      int _ = open.receive(buffer, most, this);
      return false;
    } catch (PortUnreachableException e) {
      arrived++;
      refused();
      return true;
    } catch (DatagramCut e) {
      arrived++;
      failed("receiving", new DatagramTooLong(e.length(), e.room()));
      return true;
    } catch (IOException e) {
      failed("receiving", e);
      return false;
    } finally {
      together = false;
      network.inflow.giveBack(buffer);
    }
  }

  @Override
  public boolean arrived(ByteBuffer data, InetSocketAddress from, int more) {
    arrived++;
    if (paused) {
      unread.add(waiting(data, from));
    } else {
      together |= more > 0;
      tell(data, from);
    }
    if (more == 0) {
      together = false;
      network.departures.endCall();
    }
    return listens();
  }

  private void tell(ByteBuffer data, InetSocketAddress from) {
    DatagramProtocol receiver = protocol;
    if (socket == null || receiver == null) {
      return;
    }
    inCall = true;
    try {
      receiver.datagramReceived(data, from);
    } catch (Throwable e) {
      failed("datagramReceived", e);
    } finally {
      endCall();
    }
  }

  /** Tells of what the engine had taken before. */
  private void readUnread() {
    for (Waiting next; listens() && !inCall && (next = unread.poll()) != null; ) {
      tell(next.data(), Objects.requireNonNull(next.other()));
    }
  }

  private void endCall() {
    inCall = false;
    if (held) {
      held = false;
      interest();
    }
  }

  /** Goes on with what was taken before, not from inside of this call. */
  private void readUnreadLater() {
    network.reactor.later(() -> {
      if (inCall) {
        readUnreadLater();
      } else {
        readUnread();
      }
    });
  }

  private void refused() {
    DatagramProtocol receiver = protocol;
    if (receiver == null) {
      return;
    }
    try {
      receiver.connectionRefused();
    } catch (Throwable e) {
      failed("connectionRefused", e);
    }
  }

  // ---- Sending --------------------------------------------------------------------------------

  @Override
  public void send(ByteBuffer data, InetSocketAddress to) {
    network.reactor.check("this DatagramTransport");
    if (to.isUnresolved()) {
      throw new IllegalArgumentException(
          to.getHostString() + " is a name; resolve it with reactor.resolver() first");
    }
    if (peer != null && !peer.equals(to)) {
      throw new IllegalStateException("this socket is connected to " + peer + ", not to " + to);
    }
    transmit(data, to);
  }

  @Override
  public void send(ByteBuffer data) {
    network.reactor.check("this DatagramTransport");
    transmit(data, peer());
  }

  private void transmit(ByteBuffer data, InetSocketAddress to) {
    int limit = limit(to);
    if (data.remaining() > limit) {
      throw new DatagramTooLong(data.remaining(), limit);
    }
    Engine.DatagramSocket open = socket;
    if (open == null) {
      data.position(data.limit());
      return;
    }
    InetSocketAddress unlessConnected = peer == null ? to : null;
    if (!queue.isEmpty()) {
      enqueue(data, unlessConnected);
    } else if (sendsAtOnce == 1
        || (!together && network.departures.isFirstOf(this))
        || !network.departures.take(this, sendsAtOnce, data, unlessConnected)) {
      sendNow(open, data, unlessConnected);
    }
    data.position(data.limit());
  }

  private void sendNow(
      Engine.DatagramSocket open, ByteBuffer data, @Nullable InetSocketAddress to) {
    int length = data.remaining();
    try {
      if (!open.send(data, to)) {
        enqueue(data, to);
      }
    } catch (IOException e) {
      if (isTooLong(e)) {
        throw new DatagramTooLong(length, limit(to));
      }
      notSent(length, to, e);
    }
  }

  private static boolean isTooLong(IOException e) {
    return String.valueOf(e.getMessage()).contains("too long");
  }

  private int limit(@Nullable InetSocketAddress to) {
    InetSocketAddress receiver = to == null ? peer() : to;
    return receiver.getAddress() instanceof Inet6Address ? LONGEST_V6 : LONGEST_V4;
  }

  /** A datagram could not be sent, which nobody waits to be told of. */
  void notSent(int length, @Nullable InetSocketAddress to, IOException failure) {
    if (failure instanceof PortUnreachableException) {
      network.reactor.later(this::refused);
    } else {
      failed(
          "sending to " + (to == null ? peer() : to),
          isTooLong(failure) ? new DatagramTooLong(length, limit(to)) : failure);
    }
  }

  Engine.@Nullable DatagramSocket socket() {
    return socket;
  }

  private static Waiting waiting(ByteBuffer data, @Nullable InetSocketAddress other) {
    return new Waiting(ByteBuffer.allocate(data.remaining()).put(data.duplicate()).flip(), other);
  }

  void enqueue(ByteBuffer data, @Nullable InetSocketAddress to) {
    if (queuedBytes + data.remaining() <= QUEUE_BYTES) {
      queuedBytes += data.remaining();
      queue.add(waiting(data, to));
      interest();
    }
  }

  private void drainQueue() {
    Engine.DatagramSocket open = socket;
    for (Waiting next; open != null && (next = queue.peek()) != null; ) {
      int length = next.data().remaining();
      try {
        if (!open.send(next.data(), next.other())) {
          break;
        }
      } catch (IOException e) {
        notSent(length, next.other(), e);
      }
      queue.remove();
      queuedBytes -= length;
    }
    interest();
  }

  // ---- The rest -------------------------------------------------------------------------------

  @Override
  public InetSocketAddress local() {
    if (local == null) {
      throw new IllegalStateException("not open");
    }
    return local;
  }

  @Override
  public InetSocketAddress peer() {
    if (peer == null) {
      throw new IllegalStateException("this datagram socket is not connected to one peer");
    }
    return peer;
  }

  @Override
  public Multicast multicast() {
    network.reactor.check("this DatagramTransport");
    return memberships();
  }

  private Memberships memberships() {
    Memberships mine = memberships;
    if (mine == null) {
      DatagramGroups groups = socket == null ? null : socket.groups();
      if (socket != null && groups == null) {
        throw new UnsupportedOperationException(
            "engine " + network.engine.name() + " knows no multicast");
      }
      mine = new Memberships(network, groups);
      memberships = mine;
    }
    return mine;
  }

  @Override
  public void pauseReading() {
    network.reactor.check("this DatagramTransport");
    paused = true;
    interest();
  }

  @Override
  public void resumeReading() {
    network.reactor.check("this DatagramTransport");
    paused = false;
    interest();
    if (!unread.isEmpty()) {
      readUnreadLater();
    }
  }

  @Override
  public void close() {
    network.reactor.check("this DatagramTransport");
    if (socket == null) {
      return;
    }
    network.departures.flush(this);
    discard();
    calls.dropAll();
    queue.clear();
    unread.clear();
    network.reactor.later(() -> {
      network.closed(this);
      DatagramProtocol told = protocol;
      if (told != null) {
        try {
          told.transportClosed();
        } catch (Throwable e) {
          failed("transportClosed", e);
        }
      }
    });
  }

  @Override
  public Reactor reactor() {
    return network.reactor;
  }

  @Override
  public DelayedCall callLater(Duration delay, Reactor.Action action) {
    return calls.add(network.reactor, delay, action, socket == null);
  }
}
