package io.tendril.core.internal.net;

import io.tendril.core.Deferred;
import io.tendril.core.EngineLacks;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.ReactorEvent;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One reactor's share of a port. It may have sockets of the port, none or several: what these
 * accept stays here, or is spread over all who share. What others hand over waits in a queue until
 * this reactor takes it; what is left there when it closes, goes to another one.
 */
final class SharedListener implements OpenListener {
  /** How many connections may wait for a reactor to take them; who has so many, gets no more. */
  static final int MOST_WAITING = 256;

  /** T8: how many are taken in a row. */
  private static final int TAKES = 64;

  /** Opens a socket at an address. */
  @FunctionalInterface
  interface Opening {
    Door.Opening at(SocketAddress address);
  }

  /** A socket on its way to another reactor, and what another process asks for it by. */
  record Released(Engine.Handover socket, String key) {}

  /** A door, and whether what comes in by it stays in this reactor. */
  private record Entry(Door door, boolean keeps) {}

  private final SocketNetwork network;
  private final SharedPort port;
  private final ProtocolFactory<?> factory;
  private final SocketSettings settings;
  private final @Nullable String origin;
  private final List<Entry> entries = new ArrayList<>(1);
  private final Queue<Engine.Handover> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger arriving = new AtomicInteger();
  private final AtomicBoolean called = new AtomicBoolean();
  private volatile boolean paused;
  private volatile boolean gone;

  SharedListener(
      SocketNetwork network, SharedPort port, ProtocolFactory<?> factory, SocketSettings settings) {
    this.network = network;
    this.port = port;
    this.factory = factory;
    this.settings = settings;
    this.origin = network.origin();
  }

  /** Opens a socket, or shares those of the others. */
  void open(Opening opening) throws IOException {
    if (!port.byKernel() && !network.engine.handsOver()) {
      throw new EngineLacks(Engine.Handover.WHAT, network.engine.name(), "linux");
    }
    SocketAddress at = null;
    if (port.needsSocket()) {
      at = enter(port.byKernel(), opening.at(port.next())).address();
    }
    port.join(this, at);
  }

  private Door enter(boolean keeps, Door.Opening opening) throws IOException {
    var door = new Door(network, (here, socket) -> admit(here, socket, keeps), opening);
    door.begin(false);
    entries.add(new Entry(door, keeps));
    return door;
  }

  // ---- Connections that come in here ----------------------------------------------------------

  private boolean admit(Door door, Engine.ListenSocket socket, boolean keeps) throws IOException {
    SharedListener to = keeps ? this : port.choose(this);
    if (to == null) {
      to = port.chooseOrRest(this);
    }
    if (to == null) {
      door.accept(false);
      return false;
    }
    return to == this ? admitHere(socket) : admitThere(socket, to);
  }

  private boolean admitHere(Engine.ListenSocket socket) throws IOException {
    Engine.StreamSocket accepted = socket.accept(settings);
    if (accepted == null) {
      return false;
    }
    port.chosen(this);
    network.accepted(accepted, factory, origin);
    return true;
  }

  private boolean admitThere(Engine.ListenSocket socket, SharedListener there) throws IOException {
    Engine.Handover accepted = socket.acceptForOther();
    if (accepted == null) {
      return false;
    }
    port.chosen(there);
    there.arrive(accepted);
    return true;
  }

  /** Something has changed that doors depend on. From any thread. */
  void update() {
    if (!gone) {
      network.reactor.post(this::openOrShut);
    }
  }

  private void openOrShut() {
    for (Entry entry : List.copyOf(entries)) {
      boolean nobody = entry.keeps() ? paused : port.isResting();
      entry.door().accept(port.begun() && !nobody);
    }
  }

  // ---- Connections that others hand over ------------------------------------------------------

  boolean isPaused() {
    return paused;
  }

  boolean isFull() {
    return arriving.get() >= MOST_WAITING;
  }

  /** How many connections its reactor has, and is about to have. */
  int load() {
    return network.counts.open() + arriving.get();
  }

  SocketNetwork network() {
    return network;
  }

  /** Hands a connection over, from any thread. */
  private void arrive(Engine.Handover connection) {
    arriving.incrementAndGet();
    waiting.add(connection);
    if (gone) {
      passOn(); // nobody will look here any more
    } else if (called.compareAndSet(false, true)) {
      network.reactor.post(this::take);
    }
  }

  /** Takes what has arrived, in its own thread. */
  private void take() {
    called.set(false);
    for (int i = 0; i < TAKES && !paused && !gone; i++) {
      Engine.Handover connection = next();
      if (connection == null) {
        return;
      }
      begin(connection);
    }
    if (!paused && !waiting.isEmpty() && called.compareAndSet(false, true)) {
      network.reactor.post(this::take);
    }
  }

  private Engine.@Nullable Handover next() {
    Engine.Handover connection = waiting.poll();
    if (connection != null) {
      arriving.decrementAndGet();
      port.wake();
    }
    return connection;
  }

  private void begin(Engine.Handover connection) {
    Engine.@Nullable StreamSocket socket;
    try {
      socket = network.engine.takeOver(connection, settings);
    } catch (IOException | RuntimeException e) {
      network.reactor.report(new ReactorEvent.CallFailed("a connection handed over", e));
      return;
    }
    if (socket != null) {
      network.accepted(socket, factory, origin);
    }
  }

  /**
   * This has closed: what waits here goes to another one. Where there is none it has been accepted
   * all the same, and begins here. From any thread.
   */
  private void passOn() {
    for (Engine.Handover connection; (connection = next()) != null; ) {
      SharedListener other = port.choose(null);
      if (other != null) {
        other.arrive(connection);
      } else if (network.reactor.isCurrent()) {
        begin(connection);
      } else {
        connection.close(); // it came when all had closed
      }
    }
  }

  // ---- Sockets that come and go ---------------------------------------------------------------

  /** Lets go of its sockets; of none but one that is there beside its own, if so wanted. */
  List<Released> release(boolean spare) throws IOException {
    List<Released> released = new ArrayList<>();
    for (Entry entry : List.copyOf(entries)) {
      boolean goes = spare ? released.isEmpty() && port.byKernel() && !entry.keeps() : true;
      if (goes) {
        entries.remove(entry);
        String key = entry.door().key();
        released.add(new Released(entry.door().handOver(), key));
        if (port.byKernel() && !entry.keeps()) {
          port.spares().decrementAndGet();
        }
      }
    }
    return released;
  }

  /** Goes on with a socket of another reactor. */
  void takeOver(Released released, boolean keeps) throws IOException {
    network.reactor.check("this Listener");
    Engine.Handover socket = released.socket();
    if (gone) {
      socket.close();
      throw network.stopped();
    }
    boolean stays = keeps && port.byKernel();
    Door door =
        enter(
            stays,
            PassedSocket.keyed(released.key(), ready -> network.engine.takeOver(socket, ready)));
    if (port.byKernel() && !stays) {
      port.spares().incrementAndGet();
    }
    door.accept(port.begun());
  }

  // ---- As a listener --------------------------------------------------------------------------

  @Override
  public ProtocolFactory<?> factory() {
    return factory;
  }

  @Override
  public @Nullable String origin() {
    return origin;
  }

  @Override
  public SocketAddress address() {
    return port.address();
  }

  /** No connection comes to this reactor; the others go on. */
  @Override
  public void pauseAccepting() {
    network.reactor.check("this Listener");
    paused = true;
    openOrShut();
  }

  @Override
  public void resumeAccepting() {
    network.reactor.check("this Listener");
    paused = false;
    openOrShut();
    port.wake();
    take();
  }

  @Override
  public Deferred<Void> close() {
    network.reactor.check("this Listener");
    if (!gone) {
      port.leave(this);
      gone = true;
      entries.forEach(entry -> entry.door().close());
      entries.clear();
      passOn();
      network.closed(this, address());
    }
    return Deferred.done();
  }
}
