package io.tendril.testing;

import io.tendril.core.EngineLacks;
import io.tendril.core.unix.DescriptorPassing;
import io.tendril.core.unix.PeerCredentials;
import io.tendril.core.unix.UnixAddress;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NotYetConnectedException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One end of a stream connection in memory. States:
 *
 * <pre>
 *   CONNECTING --answer--> CONNECTED --abort, reset of the peer--> BROKEN
 *        \------refusal, no answer------------------------------------^
 * </pre>
 *
 * and, beside these, open or closed. A closed end that is not broken goes on sending what it has
 * accepted; bytes that arrive for it are answered with a reset, as they are by a kernel.
 */
final class MemoryStream extends MemorySocket implements Engine.StreamSocket {
  private static final int SOCKET_BUFFER = 65_536;

  private static final long CALL_AGAIN = Duration.ofMillis(500).toNanos();
  private static final int CALLS = 6;

  private enum State {
    CONNECTING,
    CONNECTED,
    BROKEN
  }

  private final InetSocketAddress local;
  private final InetSocketAddress peer;

  /** The names of both ends, if these are UNIX sockets; null for those of the internet. */
  private final @Nullable SocketAddress localName;

  private final @Nullable SocketAddress peerName;
  private SocketSettings options;
  private State state;
  private @Nullable MemoryStream other;
  private @Nullable Lane in;
  private @Nullable Lane out;
  private @Nullable IOException failure;
  private boolean ownsPort;
  private int calls;
  private final int number;
  private final int farNumber;

  private MemoryStream(
      MemoryEngine engine,
      InetSocketAddress local,
      InetSocketAddress peer,
      @Nullable SocketAddress localName,
      @Nullable SocketAddress peerName,
      SocketSettings options,
      State state,
      int farNumber,
      Engine.Ready ready) {
    super(engine, ready);
    this.number = engine.host().end(local.getPort());
    this.farNumber = farNumber;
    this.local = local;
    this.peer = peer;
    this.localName = localName;
    this.peerName = peerName;
    this.options = options;
    this.state = state;
  }

  // ---- Connecting -----------------------------------------------------------------------------

  /** Opens the client's end, and sends for the server's. */
  static MemoryStream connect(
      MemoryEngine engine, SocketAddress address, SocketSettings options, Engine.Ready ready)
      throws IOException {
    MemoryHost host = engine.host();
    UnixAddress name = address instanceof UnixAddress unix ? unix : null;
    InetSocketAddress to =
        name != null ? host.unixNames().find(name) : MemoryHost.resolved(address);
    InetAddress target =
        to.getAddress().isAnyLocalAddress() ? MemoryHost.LOOPBACK : to.getAddress();
    InetSocketAddress peer = new InetSocketAddress(target, to.getPort());
    InetSocketAddress local = host.streamPorts().bindClient(options.bind(), target);
    MemoryHost server = host.network().hostOf(target, host);
    int far = server == null ? Timeline.NOBODY : server.end(peer.getPort());
    var socket =
        new MemoryStream(
            engine,
            local,
            peer,
            name == null ? null : UnixAddress.unnamed(),
            name,
            options,
            State.CONNECTING,
            far,
            ready);
    socket.ownsPort = true;
    socket.note(Timeline.Event.CALL);
    if (server == null) {
      if (!MemoryNetwork.isBlackHole(target)) {
        socket.breakOff(new NoRouteToHostException("No route to host"));
      }
      return socket;
    }
    MemoryLink link = host.network().link(host, server);
    link.carryCall(socket.call(server, link));
    return socket;
  }

  private Parcel call(MemoryHost server, MemoryLink link) {
    return new Parcel(link, host(), server, number, farNumber, /* size= */ 40) {
      @Override
      void arrive() {
        server.callArrived(MemoryStream.this, link);
      }

      @Override
      void giveUp() {
        breakOff(new ConnectException("Connection timed out"));
      }
    };
  }

  /** The server's answer to this call, if it has room: itself, or a refusal. */
  Parcel answer(MemoryHost server, MemoryLink link, Runnable arrive) {
    return new Parcel(link, server, host(), farNumber, number, /* size= */ 40) {
      @Override
      void arrive() {
        arrive.run();
      }
    };
  }

  /** Makes the server's end of a connection whose client's end asks for it. */
  MemoryStream answer(MemoryEngine server, SocketSettings settings, MemoryLink link) {
    var end =
        new MemoryStream(
            server,
            /* local= */ peer,
            /* peer= */ local,
            peerName,
            localName,
            settings,
            State.CONNECTED,
            number,
            (_, _) -> {});
    Lane there = new Lane(link, this, end, sendLimit(), end.receiveLimit());
    Lane back = new Lane(link, end, this, end.sendLimit(), receiveLimit());
    other = end;
    out = there;
    in = back;
    end.other = this;
    end.in = there;
    end.out = back;
    return end;
  }

  /** It has been accepted, with options of its own. */
  void accepted(SocketSettings settings) {
    options = settings;
    Probing.begin(this, other(), settings);
  }

  /** The server's answer is here. */
  void connected() {
    if (!isOpen()) {
      refuse(other());
    } else if (state == State.CONNECTING) {
      state = State.CONNECTED;
      note(Timeline.Event.CONNECTED);
      Probing.begin(this, other(), options);
      changed();
    }
  }

  /** Nobody listens there. */
  void refused() {
    note(Timeline.Event.REFUSED);
    breakOff(new ConnectException("Connection refused"));
  }

  /** The server has no room: calls again after a while, as long as there is patience. */
  void callAgain(Runnable call) {
    if (calls++ < CALLS) {
      engine.host().network().clock().after(CALL_AGAIN << calls, call);
    } else {
      breakOff(new ConnectException("Connection timed out"));
    }
  }

  @Override
  public boolean finishConnect() throws IOException {
    checkOpen();
    throwFailure();
    return state == State.CONNECTED;
  }

  private int sendLimit() {
    return options.sendBuffer() > 0 ? options.sendBuffer() : SOCKET_BUFFER;
  }

  private int receiveLimit() {
    return options.receiveBuffer() > 0 ? options.receiveBuffer() : SOCKET_BUFFER;
  }

  // ---- Bytes ----------------------------------------------------------------------------------

  @Override
  public int read(ByteBuffer into) throws IOException {
    checkOpen();
    if (in != null && in.available() > 0 && state != State.CONNECTING) {
      return in.read(into);
    }
    if (in != null && in.atEnd()) {
      return -1;
    }
    throwFailure();
    return state == State.BROKEN ? -1 : connectedLane(in).read(into);
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    Lane lane = writableLane();
    long total = 0;
    for (int i = offset; i < offset + length; i++) {
      int wanted = from[i].remaining();
      int count = lane.write(from[i]);
      total += count;
      if (count < wanted) {
        break;
      }
    }
    return total;
  }

  @Override
  public long sendFile(FileChannel file, long position, long count) throws IOException {
    Lane lane = writableLane();
    int most = (int) Math.min(count, lane.space());
    if (most == 0) {
      return 0;
    }
    ByteBuffer part = ByteBuffer.allocate(most);
    file.read(part, position);
    return lane.write(part.flip());
  }

  private Lane writableLane() throws IOException {
    checkOpen();
    throwFailure();
    if (state == State.BROKEN || (out != null && out.isEndWritten())) {
      throw failure("Broken pipe");
    }
    return connectedLane(out);
  }

  private Lane connectedLane(@Nullable Lane lane) {
    if (lane == null || state == State.CONNECTING) {
      throw new NotYetConnectedException();
    }
    return lane;
  }

  @Override
  boolean readable() {
    return failure != null
        || state == State.BROKEN
        || (state == State.CONNECTED && in != null && (in.available() > 0 || in.atEnd()));
  }

  @Override
  boolean writable() {
    return failure != null
        || state == State.BROKEN
        || (state == State.CONNECTED && out != null && (out.space() > 0 || out.isEndWritten()));
  }

  // ---- The end --------------------------------------------------------------------------------

  @Override
  public void shutdownOutput() throws IOException {
    checkOpen();
    if (state == State.BROKEN) {
      throw failure("Transport endpoint is not connected");
    }
    connectedLane(out).writeEnd();
  }

  /** Closes it. With bytes that nobody has read the peer sees a reset, as with a kernel. */
  @Override
  public void close() {
    if (!isOpen()) {
      return;
    }
    if (options.linger() == 0 || (in != null && in.available() > 0)) {
      abort();
      return;
    }
    leave();
    note(Timeline.Event.CLOSED);
    if (state == State.CONNECTED) {
      laneOf(in).readerGone();
      laneOf(out).writeEnd();
    }
  }

  @Override
  public void abort() {
    if (!isOpen()) {
      return;
    }
    leave();
    if (state == State.CONNECTED) {
      state = State.BROKEN;
      laneOf(in).discard();
      laneOf(out).cut();
      sendReset(other());
    }
  }

  @Override
  void vanish() {
    leave();
    state = State.BROKEN;
    if (in != null) {
      in.discard();
    }
    if (out != null) {
      out.cut();
    }
  }

  private void leave() {
    release();
    if (ownsPort) {
      engine.host().streamPorts().release(local);
    }
  }

  /** Whether its kernel still knows it: a closed end, until all that it has sent is there. */
  boolean isKnown() {
    return state == State.CONNECTED && (isOpen() || !laneOf(out).isEndArrived());
  }

  /** Whether bytes that come are taken in. */
  boolean takesBytes() {
    return isOpen() && state != State.BROKEN;
  }

  /** Bytes have come for an end that takes none: that is the end of this connection, both ways. */
  void refuse(MemoryStream sender) {
    if (state == State.CONNECTED) {
      state = State.BROKEN;
      laneOf(out).cut();
    }
    sendReset(sender);
  }

  private void sendReset(MemoryStream to) {
    note(Timeline.Event.RESET_SENT);
    MemoryLink link = host().network().link(host(), to.host());
    link.carryOnce(Parcel.of(link, this, to, to::torn, () -> {}));
  }

  /**
   * A reset has come. What has arrived before it can still be read, as on Linux; or it is gone, as
   * elsewhere.
   */
  void torn() {
    if (in != null && host().network().sometimes(host().random())) {
      in.discard();
    }
    breakOff(failure(in != null && in.isEndArrived() ? "Broken pipe" : "Connection reset"));
  }

  /** Nobody answers what this end sends. */
  void connectionTimedOut() {
    note(Timeline.Event.GIVEN_UP);
    breakOff(failure("Connection timed out"));
  }

  /** The connection is no more, or never was. */
  void breakOff(IOException why) {
    if (state == State.BROKEN) {
      return;
    }
    state = State.BROKEN;
    failure = why;
    note(Timeline.Event.BROKEN);
    if (out != null) {
      out.cut();
    }
    changed();
  }

  /** An error is told once, as by a kernel. */
  private void throwFailure() throws IOException {
    IOException told = failure;
    if (told != null) {
      failure = null;
      throw told;
    }
  }

  // ---- Names ----------------------------------------------------------------------------------

  @Override
  public SocketAddress local() {
    return localName != null ? localName : local;
  }

  @Override
  public SocketAddress peer() {
    return peerName != null ? peerName : peer;
  }

  @Override
  public @Nullable Object capability(Class<?> wanted) {
    boolean linux = wanted == PeerCredentials.class || wanted == DescriptorPassing.class;
    if (linux && peerName != null) {
      throw new EngineLacks(wanted.getSimpleName(), "memory", "linux");
    }
    return null;
  }

  @Override
  public String layer() {
    return peerName != null ? "unix" : "tcp";
  }

  /** Whom it calls, on this network. */
  InetSocketAddress target() {
    return peer;
  }

  MemoryHost host() {
    return engine.host();
  }

  /** This end, in the timeline. */
  int number() {
    return number;
  }

  private void note(Timeline.Event event) {
    host().network().timeline().add(event, number, farNumber, 0);
  }

  /** What this end has written, on its way. */
  Lane outgoing() {
    return laneOf(out);
  }

  private MemoryStream other() {
    MemoryStream end = other;
    if (end == null) {
      throw new IllegalStateException("not connected");
    }
    return end;
  }

  private static Lane laneOf(@Nullable Lane lane) {
    if (lane == null) {
      throw new IllegalStateException("not connected");
    }
    return lane;
  }
}
