package io.tendril.core.internal.net;

import io.tendril.core.DelayedCall;
import io.tendril.core.ReactorEvent;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.internal.handover.OpenSockets;
import io.tendril.core.internal.loop.LoopReactor;
import io.tendril.spi.Descriptors;
import io.tendril.spi.Engine;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open listening socket. A failure to accept, which is a shortage of descriptors or memory,
 * pauses it for a moment; what waits stays in the backlog, and accepting goes on by itself.
 */
final class Door implements Engine.Ready {
  /** T8: the most connections accepted in a row. */
  private static final int ACCEPTS = 64;

  private static final Duration PAUSE = Duration.ofMillis(100);

  /** T9: how often a shortage is reported. */
  private static final long REPORT_NANOS = Duration.ofSeconds(10).toNanos();

  /** Who takes the connections. */
  @FunctionalInterface
  interface Behind {
    /** Takes the next connection of a socket; false if there is none, or nobody to take it. */
    boolean admit(Door door, Engine.ListenSocket socket) throws IOException;
  }

  /** Opens a socket that tells somebody. */
  @FunctionalInterface
  interface Opening {
    Engine.ListenSocket open(Engine.Ready ready) throws IOException;

    /** What another process asks for the socket by; empty for one that is not passed on. */
    default String key() {
      return "";
    }
  }

  private final SocketNetwork network;
  private final Behind behind;
  private Engine.@Nullable ListenSocket socket;
  private SocketAddress address;
  private final @Nullable PassedSocket passing;

  /** What accepts at the same place, since a process before had more sockets there. */
  private final List<Door> siblings = new ArrayList<>();

  private @Nullable DelayedCall retry;
  private boolean wanted;
  private boolean reported;
  private long reportedAt;
  private long failures;

  /** Opens one that does not accept yet. */
  Door(SocketNetwork network, Behind behind, Opening opening) throws IOException {
    this.network = network;
    this.behind = behind;
    Engine.ListenSocket opened = opening.open(this);
    this.socket = opened;
    this.address = opened.local();
    boolean passes = !opening.key().isEmpty() && network.engine.descriptors() != null;
    passing = passes ? new PassedSocket(this, opening.key()) : null;
    if (passing != null) {
      OpenSockets.PROCESS.add(passing);
    }
  }

  boolean isOpen() {
    return socket != null;
  }

  Engine.ListenSocket socket() throws ClosedChannelException {
    if (socket == null) {
      throw new ClosedChannelException();
    }
    return socket;
  }

  LoopReactor reactor() {
    return network.reactor;
  }

  /** Accepts of another socket at the same place as well, for as long as of this. */
  void join(Descriptor other) throws IOException {
    Descriptors descriptors = network.engine.descriptors();
    if (socket == null || passing == null || descriptors == null) {
      other.close();
      return;
    }
    try {
      var sibling =
          new Door(
              network,
              behind,
              PassedSocket.keyed(passing.key(), ready -> descriptors.listening(other, ready)));
      siblings.add(sibling);
      sibling.begin(wanted);
    } catch (IOException | RuntimeException e) {
      if (other.isOpen()) {
        other.close();
      }
      throw e;
    }
  }

  SocketAddress address() {
    return address;
  }

  /** Begins, if it can be waited for; else it is closed, and this throws. */
  void begin(boolean accepting) {
    try {
      accept(true);
      accept(accepting);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Whether to accept. */
  void accept(boolean on) {
    wanted = on;
    interest();
    siblings.forEach(each -> each.accept(on));
  }

  private void interest() {
    if (socket != null) {
      socket.interest(wanted && retry == null, false);
    }
  }

  @Override
  public void ready(boolean readable, boolean writable) {
    for (int i = 0; i < ACCEPTS && socket != null && wanted && retry == null; i++) {
      try {
        if (!behind.admit(this, socket)) {
          return;
        }
      } catch (IOException e) {
        exhausted(e);
        return;
      }
    }
  }

  private void exhausted(IOException failure) {
    failures++;
    retry =
        network.reactor.callInside(
            PAUSE,
            () -> {
              retry = null;
              interest();
            });
    interest();
    long now = network.reactor.clock().nanoTime();
    if (!reported || now - reportedAt > REPORT_NANOS) {
      reported = true;
      reportedAt = now;
      network.reactor.report(new ReactorEvent.DescriptorsExhausted(address, failure, failures));
    }
  }

  /** Closes the socket; again, it does nothing. */
  void close() {
    Engine.ListenSocket open = forget();
    if (open != null) {
      open.close();
    }
    siblings.forEach(Door::close);
  }

  /** What another process asks for its socket by; empty if it is not passed on. */
  String key() {
    return passing == null ? "" : passing.key();
  }

  /** Lets another engine have the socket, with its backlog. */
  Engine.Handover handOver() throws IOException {
    Engine.ListenSocket open = forget();
    if (open == null) {
      throw new IOException("it has been closed");
    }
    try {
      return open.handOver();
    } catch (IOException | RuntimeException e) {
      open.close();
      throw e;
    }
  }

  private Engine.@Nullable ListenSocket forget() {
    Engine.ListenSocket open = socket;
    socket = null;
    if (passing != null) {
      OpenSockets.PROCESS.remove(passing);
    }
    if (retry != null) {
      retry.cancel();
      retry = null;
    }
    return open;
  }
}
