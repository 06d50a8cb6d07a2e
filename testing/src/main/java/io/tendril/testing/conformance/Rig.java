package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorOptions;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The bench of one case. Its reactors are turned by the case's own thread, so that what a case does
 * between two turns is done in the reactor's thread; their time stands still until the case lets it
 * pass; every wait is bounded in turns, none of which waits for longer than a millisecond.
 *
 * <p>At the end the reactors are stopped, and whatever was reported and not asked for fails the
 * case, as does what {@link Recorder} found wrong.
 */
final class Rig {
  private static final Duration SLICE = Duration.ofMillis(1);
  private static final int QUIET = 4;

  /** More than any kernel keeps for a peer that does not read. */
  private static final int CLOGGED = 64 << 20;

  private final Candidate candidate;
  private final StillClock clock = new StillClock();
  private final Engine peerEngine;
  private final List<Reactor> reactors = new ArrayList<>();
  private final List<StillEngine> engines = new ArrayList<>();
  private final List<Peer> peers = new ArrayList<>();

  /** What else the peers have opened, and no case needs to close. */
  private final List<Engine.Socket> opened = new ArrayList<>();

  private final List<Script> scripts = new ArrayList<>();
  private final List<Reactor.Action> atEnd = new ArrayList<>();
  private @Nullable Reactor first;

  /** What the reactors have reported and no case has asked for. */
  private final List<ReactorEvent> events = new ArrayList<>();

  Rig(Candidate candidate) {
    this.candidate = candidate;
    this.peerEngine = open(candidate.peers());
  }

  private static Engine open(io.tendril.spi.EngineFactory factory) {
    try {
      return factory.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Candidate candidate() {
    return candidate;
  }

  // ---- Reactors -------------------------------------------------------------------------------

  /** The case's reactor, which runs: its first turn is over. */
  Reactor reactor() {
    Reactor mine = first;
    if (mine == null) {
      mine = reactor(options -> options);
      first = mine;
    }
    return mine;
  }

  /** One more reactor, which runs. */
  Reactor reactor(UnaryOperator<ReactorOptions> options) {
    return reactor(options, engine -> engine);
  }

  /** One more reactor, which runs, on an engine that the case interferes with. */
  Reactor reactor(UnaryOperator<ReactorOptions> options, UnaryOperator<Engine> decorate) {
    Reactor made = unstarted(options, decorate);
    made.turn(Duration.ZERO);
    if (first == null) {
      first = made;
    }
    return made;
  }

  /** One more reactor, not run yet; turned with the others from here on. */
  Reactor unstarted(UnaryOperator<ReactorOptions> options, UnaryOperator<Engine> decorate) {
    ReactorOptions chosen =
        options.apply(
            ReactorOptions.defaults()
                .withEngine(() -> still(decorate.apply(candidate.engine().open())))
                .withSlowCall(Duration.ZERO)
                .withDebug(true));
    Reactor made = candidate.create(chosen);
    made.observe(events::add);
    reactors.add(made);
    return made;
  }

  /** One more reactor, which runs by itself, in a thread and a time of its own. */
  Running running(UnaryOperator<ReactorOptions> options) {
    ReactorOptions chosen =
        options.apply(
            ReactorOptions.defaults().withEngine(candidate.engine()).withSlowCall(Duration.ZERO));
    var running = new Running(candidate.create(chosen), candidate.patience());
    atEnd(running::stop);
    return running;
  }

  /** Does something in a thread of its own, and waits for it: what it threw, or null. */
  @Nullable Throwable elsewhere(Reactor.Action action) {
    return elsewhere("elsewhere", action);
  }

  @Nullable Throwable elsewhere(String name, Reactor.Action action) {
    var thrown = new AtomicReference<@Nullable Throwable>();
    Thread thread =
        Thread.ofPlatform()
            .name(name)
            .start(() -> {
              try {
                action.run();
              } catch (Throwable e) {
                thrown.set(e);
              }
            });
    try {
      if (!thread.join(candidate.patience())) {
        fail("waited in vain for thread " + name);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return thrown.get();
  }

  private StillEngine still(Engine engine) {
    var still = new StillEngine(engine, clock);
    engines.add(still);
    return still;
  }

  /** Ends something before the reactors are stopped. */
  void atEnd(Reactor.Action what) {
    atEnd.add(what);
  }

  // ---- Turning --------------------------------------------------------------------------------

  /** One turn of each reactor. */
  void turn() {
    turn(SLICE);
  }

  private void turn(Duration longest) {
    for (Reactor reactor : List.copyOf(reactors)) {
      if (!reactor.turn(longest)) {
        reactors.remove(reactor);
      }
    }
    pollPeers();
  }

  void pollPeers() {
    try {
      peerEngine.await(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List.copyOf(peers).forEach(Peer::poll);
  }

  /** Turns until something holds. */
  void until(Supplier<String> what, BooleanSupplier holds) {
    long most = candidate.patience().toMillis();
    for (long turns = 0; !holds.getAsBoolean(); turns++) {
      if (turns > most) {
        fail("waited in vain until " + what.get() + "; reported: " + events);
      }
      turn(turns < QUIET ? Duration.ZERO : SLICE);
    }
  }

  void until(String what, BooleanSupplier holds) {
    until(() -> what, holds);
  }

  /** Turns until whatever is under way has arrived. */
  void settle() {
    for (int i = 0; i < QUIET; i++) {
      turn();
    }
  }

  /**
   * Checks that the engines have nothing to report, so that their reactors sleep: nobody is
   * interested in a condition that lasts and that nobody takes away.
   */
  void assertQuiet() {
    long before = reports();
    settle();
    assertEquals(before, reports(), "an engine goes on reporting sockets that are ready");
  }

  private long reports() {
    return engines.stream().mapToLong(StillEngine::reports).sum();
  }

  /** Lets time pass, at once, and runs what is due then. What has been asked for happens before. */
  void advance(Duration time) {
    turn(Duration.ZERO);
    clock.pass(time);
    settle();
  }

  /** Lets time pass in steps. */
  void advance(Duration time, int steps) {
    for (int i = 0; i < steps; i++) {
      advance(time.dividedBy(steps));
    }
  }

  /** The time on the clock of all reactors. */
  long nanoTime() {
    return clock.nanoTime();
  }

  /** Waits for a value. */
  <T> T value(Deferred<T> deferred) {
    var outcome = outcome(deferred);
    until("a Deferred has a result", outcome::isDone);
    return outcome.value();
  }

  /** Waits for a failure of a type. */
  <X extends Throwable> X failure(Class<X> type, Deferred<?> deferred) {
    var outcome = outcome(deferred);
    until("a Deferred fails", outcome::isDone);
    return outcome.failure(type);
  }

  /** Watches a Deferred. */
  <T> Fate<T> outcome(Deferred<T> deferred) {
    return Fate.of(deferred);
  }

  // ---- Connections ----------------------------------------------------------------------------

  /** A port of this machine that is free, at the address of the candidate. */
  InetSocketAddress anyPort() {
    return new InetSocketAddress(candidate.address(), 0);
  }

  /** Listens with the case's reactor. */
  Listener listen(ProtocolFactory<?> factory) {
    return listen(factory, SocketSettings.defaults());
  }

  Listener listen(ProtocolFactory<?> factory, SocketSettings settings) {
    return listen(reactor(), factory, settings);
  }

  Listener listen(Reactor reactor, ProtocolFactory<?> factory, SocketSettings settings) {
    note(factory);
    return value(reactor.network().listen(anyPort(), settings, factory));
  }

  private void note(ProtocolFactory<?> factory) {
    if (factory instanceof Script script) {
      watch(script);
    }
  }

  /** Looks for what is wrong in the protocols of a script, too. */
  void watch(Script script) {
    if (!scripts.contains(script)) {
      scripts.add(script);
    }
  }

  /** Connects a peer to a listener. */
  Peer dial(Listener listener) {
    return dial(listener, SocketSettings.defaults());
  }

  Peer dial(Listener listener, SocketSettings settings) {
    return dial(listener.address(), settings);
  }

  /** Connects a peer to whoever listens there. */
  Peer dial(SocketAddress address, SocketSettings settings) {
    Engine.StreamSocket socket;
    try {
      socket = peerEngine.connect(address, settings, (readable, writable) -> {});
      opened.add(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    until(
        "a peer has connected",
        () -> {
          try {
            return socket.finishConnect();
          } catch (IOException e) {
            throw new AssertionError("a peer cannot connect", e);
          }
        });
    return adopt(socket);
  }

  /** Connects a peer to a listener from another address of this machine. */
  Peer dialFromElsewhere(Listener listener) {
    byte[] address = candidate.address().getAddress();
    address[address.length - 1]++;
    try {
      var elsewhere = new InetSocketAddress(InetAddress.getByAddress(address), 0);
      return dial(listener, SocketSettings.defaults().with().bind(elsewhere).build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Peer adopt(Engine.StreamSocket socket) {
    var peer = new Peer(this, socket);
    peers.add(peer);
    return peer;
  }

  /** A listening socket of the peers. */
  PeerListener peerListens() {
    return peerListens(SocketSettings.defaults());
  }

  PeerListener peerListens(SocketSettings settings) {
    try {
      var socket = peerEngine.listen(anyPort(), settings, (readable, writable) -> {});
      opened.add(socket);
      return new PeerListener(this, socket, settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects the case's reactor. */
  Deferred<Recorder> connect(InetSocketAddress to, Script script) {
    return connect(to, script, SocketSettings.defaults());
  }

  Deferred<Recorder> connect(InetSocketAddress to, Script script, SocketSettings settings) {
    note(script);
    return reactor().network().connect(to, "the peer", settings, Duration.ofSeconds(30), script);
  }

  /** A datagram socket of the peers. */
  DatagramPeer datagramPeer() {
    return datagramPeer(anyPort());
  }

  DatagramPeer datagramPeer(InetSocketAddress address) {
    try {
      var socket =
          peerEngine.datagram(address, null, SocketSettings.defaults(), (readable, writable) -> {});
      opened.add(socket);
      return new DatagramPeer(this, socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A connection that a peer has made to the reactor. */
  Link link(Script script) {
    return link(Side.SERVER, script);
  }

  /** A connection with the reactor on one side. */
  Link link(Side side, Script script) {
    return link(side, script, SocketSettings.defaults());
  }

  Link link(Side side, Script script, SocketSettings settings) {
    int before = script.built.size();
    Peer peer;
    if (side == Side.SERVER) {
      peer = dial(listen(script, settings), settings);
    } else {
      PeerListener listener = peerListens(settings);
      Deferred<Recorder> connecting = connect(listener.address(), script, settings);
      peer = listener.accept();
      value(connecting);
      listener.close();
    }
    until("a protocol is built", () -> script.built.size() > before);
    var link = new Link(script.built.get(before), peer);
    until("the connection is up", () -> isUp(link));
    return link;
  }

  private boolean isUp(Link link) {
    return link.protocol().isLost()
        || link.peer().isOver()
        || candidate.isUp(link.transport(), link.peer().socket());
  }

  /** A connection from the case's reactor to itself. */
  Pair pair(Script server, Script client) {
    Listener listener = listen(server);
    int before = server.built.size();
    Recorder connected = value(connect((InetSocketAddress) listener.address(), client));
    until("both ends are built", () -> server.built.size() > before);
    return new Pair(server.built.get(before), connected);
  }

  /** Both ends of a connection. */
  record Pair(Recorder server, Recorder client) {}

  /** Waits for connectionLost, and says why. */
  io.tendril.core.ConnectionClosed lost(Recorder protocol) {
    until(() -> "connectionLost; calls so far: " + protocol.calls, protocol::isLost);
    return protocol.reason();
  }

  /**
   * Lets the peer stop reading, and writes until the kernel takes nothing more and the high mark is
   * passed: how many bytes were written.
   */
  int clog(Link link) {
    link.peer().pause();
    int written = 0;
    long waiting;
    do {
      while (link.transport().writable()) {
        written = writeMore(link, 256 << 10, written);
        turn(Duration.ZERO);
      }
      // A kernel that is busy takes some more a little later.
      waiting = link.transport().outboundBytes();
      settle();
    } while (link.transport().writable() || link.transport().outboundBytes() != waiting);
    return written;
  }

  /** Lets the peer stop reading, and writes in pieces until some of it waits here. */
  void backUp(Link link, int piece) {
    link.peer().pause();
    for (int written = 0; link.transport().outboundBytes() == 0; ) {
      written = writeMore(link, piece, written);
      turn();
    }
  }

  private static int writeMore(Link link, int piece, int written) {
    if (written > CLOGGED) {
      fail(written + " bytes were taken for a peer that does not read");
    }
    link.transport().write(new byte[piece]);
    return written + piece;
  }

  // ---- Reports --------------------------------------------------------------------------------

  /** Takes the one event of a type that must have been reported by now. */
  <E extends ReactorEvent> E reported(Class<E> type) {
    List<E> found = allReported(type);
    if (found.size() != 1) {
      fail("not one " + type.getSimpleName() + " but " + found + " in " + events);
    }
    return found.getFirst();
  }

  /** Takes the events of a type. */
  <E extends ReactorEvent> List<E> allReported(Class<E> type) {
    List<E> found = events.stream().filter(type::isInstance).map(type::cast).toList();
    events.removeAll(found);
    return found;
  }

  // ---- The end --------------------------------------------------------------------------------

  void close() throws Exception {
    try {
      for (Reactor.Action each : atEnd) {
        each.run();
      }
      peers.forEach(Peer::close);
      opened.forEach(Engine.Socket::close);
      stopAll();
    } finally {
      peerEngine.close();
    }
    List<String> wrongs = new ArrayList<>();
    events.stream().filter(ReactorEvent::isFailure).map(String::valueOf).forEach(wrongs::add);
    for (Script script : scripts) {
      script.built.forEach(protocol -> wrongs.addAll(protocol.wrongs));
    }
    assertEquals(List.of(), wrongs, "what nobody had asked for");
  }

  private void stopAll() {
    List.copyOf(reactors).forEach(Reactor::stop);
    settle();
    if (!reactors.isEmpty()) {
      advance(Duration.ofSeconds(3));
    }
    until("the reactors have stopped", reactors::isEmpty);
  }
}
