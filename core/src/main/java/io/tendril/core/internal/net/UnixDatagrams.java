package io.tendril.core.internal.net;

import io.tendril.core.DatagramTransport.DatagramTooLong;
import io.tendril.core.DelayedCall;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.internal.loop.ScopedCalls;
import io.tendril.core.unix.UnixAddress;
import io.tendril.core.unix.UnixDatagramProtocol;
import io.tendril.core.unix.UnixDatagramTransport;
import io.tendril.spi.DatagramCut;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A datagram socket of UNIX. */
final class UnixDatagrams implements UnixDatagramTransport, Engine.Ready {
  /** T8: the most datagrams received in a row. */
  private static final int RECEIVES = 32;

  private static final int QUEUE_BYTES = 256 << 10;

  /** Nothing tells when a receiver takes more, unless it is the only one: it is asked again. */
  private static final Duration AGAIN = Duration.ofMillis(10);

  private record Waiting(ByteBuffer data, @Nullable UnixAddress to) {}

  private final SocketNetwork network;
  private final @Nullable UnixAddress peer;
  private final @Nullable String origin;
  private final ScopedCalls calls = new ScopedCalls();
  private final Queue<Waiting> queue = new ArrayDeque<>();
  private Engine.@Nullable UnixDatagramSocket socket;
  private UnixAddress local = UnixAddress.unnamed();
  private @Nullable UnixDatagramProtocol protocol;
  private @Nullable DelayedCall again;
  private int queuedBytes;
  private boolean paused;
  private boolean inCall;
  private boolean held;

  UnixDatagrams(SocketNetwork network, @Nullable UnixAddress peer) {
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

  void open(@Nullable UnixAddress at, SocketSettings settings) throws IOException {
    var opened = network.engine.unixDatagram(at, peer, settings, this);
    socket = opened;
    local = (UnixAddress) opened.local();
  }

  /** Undoes {@link #open}. */
  void discard() {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }

  void begin(UnixDatagramProtocol built) {
    protocol = built;
    tell("transportOpened", built::transportOpened);
    interest();
  }

  private void interest() {
    if (socket != null) {
      boolean writable = peer != null && !queue.isEmpty();
      socket.interest(!paused && !held && protocol != null, writable);
    }
  }

  private void tell(String what, Reactor.Action call) {
    try {
      call.run();
    } catch (Throwable e) {
      failed(what, e);
    }
  }

  private void failed(String what, Throwable failure) {
    if (failure instanceof VirtualMachineError error && !(error instanceof StackOverflowError)) {
      network.reactor.fatal(error);
    }
    network.reactor.report(
        new ReactorEvent.ProtocolFailed(what, peer != null ? peer : local, failure));
  }

  private void refused() {
    UnixDatagramProtocol told = protocol;
    if (told != null) {
      tell("connectionRefused", told::connectionRefused);
    }
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
      for (int i = 0; i < RECEIVES && socket != null && !paused; i++) {
        if (!receiveOne()) {
          break;
        }
      }
    }
    network.reactor.endCall();
  }

  private boolean receiveOne() {
    Engine.UnixDatagramSocket open = socket;
    UnixDatagramProtocol receiver = protocol;
    if (open == null || receiver == null) {
      return false;
    }
    ByteBuffer buffer = network.inflow.borrow();
    try {
      UnixAddress from = open.receive(buffer.limit(Math.min(LONGEST, buffer.capacity())));
      if (from == null) {
        return false;
      }
      inCall = true;
      receiver.datagramReceived(buffer.flip(), from);
    } catch (PortUnreachableException e) {
      refused();
    } catch (DatagramCut e) {
      failed("receiving", new DatagramTooLong(e.length(), e.room()));
    } catch (IOException e) {
      failed("receiving", e);
      return false;
    } catch (Throwable e) {
      failed("datagramReceived", e);
    } finally {
      network.inflow.giveBack(buffer);
      endCall();
    }
    return true;
  }

  private void endCall() {
    inCall = false;
    if (held) {
      held = false;
      interest();
    }
  }

  // ---- Sending --------------------------------------------------------------------------------

  @Override
  public void send(ByteBuffer data, UnixAddress to) {
    network.reactor.check("this UnixDatagramTransport");
    if (peer != null && !peer.equals(to)) {
      throw new IllegalStateException("this socket is connected to " + peer + ", not to " + to);
    }
    if (to.isUnnamed()) {
      throw new IllegalArgumentException("who has no name cannot be sent to");
    }
    transmit(data, peer == null ? to : null);
  }

  @Override
  public void send(ByteBuffer data) {
    network.reactor.check("this UnixDatagramTransport");
    var _ = peer();
    transmit(data, null);
  }

  private void transmit(ByteBuffer data, @Nullable UnixAddress to) {
    int length = data.remaining();
    if (length > LONGEST) {
      throw new DatagramTooLong(length, LONGEST);
    }
    Engine.UnixDatagramSocket open = socket;
    try {
      if (open != null && (!queue.isEmpty() || !open.send(data, to))) {
        enqueue(data, to);
      }
    } catch (PortUnreachableException e) {
      network.reactor.later(this::refused);
    } catch (IOException e) {
      failed("sending", e);
    }
    data.position(data.limit());
  }

  private void enqueue(ByteBuffer data, @Nullable UnixAddress to) {
    int length = data.remaining();
    if (queuedBytes + length <= QUEUE_BYTES) {
      queuedBytes += length;
      queue.add(new Waiting(ByteBuffer.allocate(length).put(data.duplicate()).flip(), to));
      waitForRoom();
    }
  }

  private void waitForRoom() {
    interest();
    if (peer == null && again == null && !queue.isEmpty()) {
      again =
          network.reactor.callInside(
              AGAIN,
              () -> {
                again = null;
                drainQueue();
              });
    }
  }

  private void drainQueue() {
    Engine.UnixDatagramSocket open = socket;
    for (Waiting next; open != null && (next = queue.peek()) != null; ) {
      int length = next.data().remaining();
      try {
        if (!open.send(next.data(), next.to())) {
          break;
        }
      } catch (PortUnreachableException e) {
        refused();
      } catch (IOException e) {
        failed("sending", e);
      }
      if (queue.isEmpty()) {
        return; // closed by the call
      }
      queue.remove();
      queuedBytes -= length;
    }
    waitForRoom();
  }

  // ---- The rest -------------------------------------------------------------------------------

  @Override
  public UnixAddress local() {
    return local;
  }

  @Override
  public UnixAddress peer() {
    if (peer == null) {
      throw new IllegalStateException("this datagram socket is not connected to one peer");
    }
    return peer;
  }

  @Override
  public void pauseReading() {
    network.reactor.check("this UnixDatagramTransport");
    paused = true;
    interest();
  }

  @Override
  public void resumeReading() {
    network.reactor.check("this UnixDatagramTransport");
    paused = false;
    interest();
  }

  @Override
  public void close() {
    network.reactor.check("this UnixDatagramTransport");
    if (socket == null) {
      return;
    }
    discard();
    calls.dropAll();
    queue.clear();
    if (again != null) {
      again.cancel();
      again = null;
    }
    network.reactor.later(() -> {
      network.closed(this);
      UnixDatagramProtocol told = protocol;
      if (told != null) {
        tell("transportClosed", told::transportClosed);
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
