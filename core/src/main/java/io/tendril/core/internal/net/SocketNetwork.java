package io.tendril.core.internal.net;

import io.tendril.core.Addresses;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.DatagramProtocol;
import io.tendril.core.Deferred;
import io.tendril.core.ListenFailed;
import io.tendril.core.Listener;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorStats;
import io.tendril.core.Refusal;
import io.tendril.core.descriptor.Descriptor;
import io.tendril.core.descriptor.DescriptorAddress;
import io.tendril.core.internal.Origin;
import io.tendril.core.internal.loop.LoopReactor;
import io.tendril.core.internal.process.ChildProcesses;
import io.tendril.core.multicast.MulticastFailed;
import io.tendril.core.unix.UnixAddress;
import io.tendril.core.unix.UnixDatagramProtocol;
import io.tendril.spi.Adopting;
import io.tendril.spi.Engine;
import io.tendril.spi.Inspection;
import io.tendril.spi.Network;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All sockets of one reactor, on whatever engine. */
public final class SocketNetwork implements Network {
  /** How often to look whether one that retires is done. */
  private static final Duration RETIRED = Duration.ofMillis(20);

  final LoopReactor reactor;
  final Engine engine;
  final Inflow inflow = new Inflow(this);
  final Outflow outflow = new Outflow(this);
  final Departures departures = new Departures(this);
  final Closing closing = new Closing(this);
  final Securing securing = new Securing(this);

  private final List<Connecting<?>> connecting = new ArrayList<>();
  private final Set<OpenListener> listeners = new LinkedHashSet<>();
  private final AdoptedSockets adopted = new AdoptedSockets(this);
  private final ChildProcesses children;
  private final Set<WatchedDescriptor> watches = new LinkedHashSet<>();
  private final Set<UdpTransport> datagrams = new LinkedHashSet<>();
  private final Set<UnixDatagrams> unixDatagrams = new LinkedHashSet<>();
  private final IdentityHashMap<ProtocolFactory<?>, Integer> users = new IdentityHashMap<>();
  private @Nullable StreamTransport first;
  final Counts counts = new Counts();
  private @Nullable Consumer<Duration> retiring;

  /** Another process serves what was accepted here. */
  private boolean retired;

  private long connected;

  public SocketNetwork(LoopReactor reactor, Engine engine) {
    this.reactor = reactor;
    this.engine = engine;
    this.children = new ChildProcesses(reactor, this, engine);
  }

  // ---- Streams --------------------------------------------------------------------------------

  @Override
  public Deferred<Listener> listen(
      SocketAddress address, SocketSettings settings, ProtocolFactory<?> factory) {
    reactor.check("listen");
    SocketAddress ours = UnixAddress.from(address);
    Spread.Part spread = Spread.inForce();
    if (spread != null) {
      return spread.listen(this, ours, settings, factory);
    }
    var listener = new AcceptingListener(this, factory, settings);
    return listen(
        listener, ours, () -> listener.open(PassedSocket.opening(engine, ours, settings)));
  }

  /** Opens something, or takes it over. */
  @FunctionalInterface
  interface Opening {
    void open() throws IOException;
  }

  Deferred<Listener> listen(OpenListener listener, SocketAddress address, Opening opening) {
    ProtocolFactory<?> factory = listener.factory();
    Promise<Listener> promise = reactor.promise();
    if (reactor.stopping()) {
      promise.fail(new ListenFailed(address, stopped()));
      return promise.deferred();
    }
    try {
      use(factory);
      opening.open();
      listeners.add(listener);
      reactor.report(new ReactorEvent.ListenerOpened(listener.address()));
      promise.succeed(listener);
    } catch (IOException | RuntimeException e) {
      unuse(factory);
      promise.fail(
          switch (e) {
            case IOException failure -> new ListenFailed(address, failure);
            case UncheckedIOException failure ->
                new ListenFailed(address, Objects.requireNonNull(failure.getCause()));
            default -> e;
          });
    }
    return promise.deferred();
  }

  private void use(ProtocolFactory<?> factory) {
    if (users.merge(factory, 1, Integer::sum) == 1) {
      factory.started();
    }
  }

  private void unuse(ProtocolFactory<?> factory) {
    if (users.merge(factory, -1, Integer::sum) == 0) {
      users.remove(factory);
      factory.stopped();
    }
  }

  void closed(OpenListener listener, SocketAddress address) {
    if (listeners.remove(listener)) {
      reactor.report(new ReactorEvent.ListenerClosed(address));
      unuse(listener.factory());
    }
  }

  @Override
  public <P extends Protocol> Deferred<P> connect(
      SocketAddress address,
      String name,
      SocketSettings settings,
      Duration limit,
      ProtocolFactory<P> factory) {
    reactor.check("connect");
    return new Connecting<>(this, name, limit, factory).begin(UnixAddress.from(address), settings);
  }

  /** A connection begins to be made. */
  void begins(Connecting<?> attempt) {
    attempt.place = connecting.size();
    connecting.add(attempt);
  }

  /** It is made, or will not be. */
  void ends(Connecting<?> attempt) {
    if (attempt.place >= 0) {
      Connecting<?> last = connecting.removeLast();
      if (last != attempt) {
        connecting.set(attempt.place, last);
        last.place = attempt.place;
      }
      attempt.place = -1;
    }
  }

  /** A connection was accepted: it gets its protocol. */
  void accepted(Engine.StreamSocket socket, ProtocolFactory<?> factory, @Nullable String origin) {
    counts.accept();
    reactor.beginCall();
    var transport = new StreamTransport(this, socket, true);
    transport.madeAt(origin);
    try {
      open(transport, factory);
    } catch (Refusal e) {
      counts.refuse();
      if (reactor.observed()) {
        reactor.report(
            new ReactorEvent.ConnectionRefused(transport.peer(), String.valueOf(e.getMessage())));
      }
    } catch (Throwable e) {
      reactor.report(new ReactorEvent.ProtocolFailed("factory", transport.peer(), e));
      if (e instanceof VirtualMachineError error && !(error instanceof StackOverflowError)) {
        reactor.fatal(error);
      }
    }
    reactor.endCall();
  }

  /** A factory has refused a connection that is to change its protocol. */
  void countRefusal() {
    counts.refuse();
  }

  /** A connection was made. */
  <P extends Protocol> P connected(
      Engine.StreamSocket socket, ProtocolFactory<P> factory, @Nullable String origin)
      throws Exception {
    connected++;
    var transport = new StreamTransport(this, socket, false);
    transport.madeAt(origin);
    return open(transport, factory);
  }

  /** Builds the protocol of a new connection and begins; a factory that throws leaves nothing. */
  private <P extends Protocol> P open(StreamTransport transport, ProtocolFactory<P> factory)
      throws Exception {
    add(transport);
    P protocol;
    try {
      protocol = build(factory, transport);
    } catch (Throwable e) {
      closing.dead(transport, new ConnectionClosed.ProtocolThrew(transport.peer(), e), false);
      throw e;
    }
    if (transport.protocol == null) {
      transport.protocol = protocol;
    }
    if (reactor.observed()) {
      reactor.report(
          new ReactorEvent.ConnectionOpened(
              transport.local(), transport.peer(), transport.is(StreamTransport.SERVER)));
    }
    inflow.begin(transport);
    transport.interest();
    return protocol;
  }

  /** Builds a protocol; a factory that builds none has failed. */
  static <P extends Protocol> P build(ProtocolFactory<P> factory, StreamTransport transport)
      throws Exception {
    return Objects.requireNonNull(factory.build(transport), "the factory built no protocol");
  }

  private void add(StreamTransport transport) {
    transport.following = first;
    if (first != null) {
      first.previous = transport;
    }
    first = transport;
    counts.opened(transport.is(StreamTransport.SERVER));
  }

  void remove(StreamTransport transport) {
    if (transport.previous != null) {
      transport.previous.following = transport.following;
    } else {
      first = transport.following;
    }
    if (transport.following != null) {
      transport.following.previous = transport.previous;
    }
    transport.previous = null;
    transport.following = null;
    counts.ended(transport.is(StreamTransport.SERVER));
  }

  private List<StreamTransport> all() {
    List<StreamTransport> all = new ArrayList<>(counts.open());
    for (StreamTransport each = first; each != null; each = each.following) {
      all.add(each);
    }
    return all;
  }

  @Nullable StreamTransport largestOutbound() {
    StreamTransport largest = null;
    long most = 0;
    for (StreamTransport each = first; each != null; each = each.following) {
      long counted = (each.outbound == null ? 0 : each.outbound.counted) + each.unsent;
      if (counted > most && !each.is(StreamTransport.DEAD)) {
        most = counted;
        largest = each;
      }
    }
    return largest;
  }

  /** Whether something was written that has not been flushed. */
  public boolean hasUnflushed() {
    return outflow.hasDirty() || !departures.isEmpty();
  }

  /** The end of a call: what it wrote goes out. */
  public void flush() {
    outflow.flush();
    departures.endCall();
  }

  // ---- Datagrams ------------------------------------------------------------------------------

  @Override
  public <P extends DatagramProtocol> Deferred<P> datagram(
      @Nullable InetSocketAddress local,
      @Nullable InetSocketAddress peer,
      SocketSettings settings,
      DatagramProtocol.Factory<P> factory) {
    reactor.check("datagram");
    return datagram(
        new UdpTransport(this, peer),
        local != null ? local : new InetSocketAddress(0),
        transport -> transport.open(local, settings),
        factory);
  }

  /** Opens a datagram socket, or takes one over. */
  @FunctionalInterface
  interface DatagramOpening {
    void open(UdpTransport transport) throws IOException;
  }

  <P extends DatagramProtocol> Deferred<P> datagram(
      UdpTransport transport,
      SocketAddress address,
      DatagramOpening opening,
      DatagramProtocol.Factory<P> factory) {
    Promise<P> promise = reactor.promise();
    try {
      if (reactor.closing()) {
        throw stopped();
      }
      opening.open(transport);
      P protocol;
      try {
        protocol = factory.build(transport);
      } catch (Throwable e) {
        transport.discard();
        throw e;
      }
      datagrams.add(transport);
      transport.begin(protocol);
      promise.succeed(protocol);
    } catch (IOException | MulticastFailed e) {
      promise.fail(new ListenFailed(address, e));
    } catch (UncheckedIOException e) { // it cannot be waited for
      transport.close();
      promise.fail(new ListenFailed(address, Objects.requireNonNull(e.getCause())));
    } catch (Exception e) {
      promise.fail(e);
    }
    return promise.deferred();
  }

  @Override
  public <P extends UnixDatagramProtocol> Deferred<P> unixDatagram(
      @Nullable UnixAddress local,
      @Nullable UnixAddress peer,
      SocketSettings settings,
      UnixDatagramProtocol.Factory<P> factory) {
    reactor.check("unixDatagram");
    Promise<P> promise = reactor.promise();
    SocketAddress at = local != null ? local : peer != null ? peer : UnixAddress.unnamed();
    var transport = new UnixDatagrams(this, peer);
    try {
      if (reactor.closing()) {
        throw stopped();
      }
      transport.open(local, settings);
      P protocol;
      try {
        protocol = factory.build(transport);
      } catch (Throwable e) {
        transport.discard();
        throw e;
      }
      unixDatagrams.add(transport);
      transport.begin(protocol);
      promise.succeed(protocol);
    } catch (IOException e) {
      promise.fail(new ListenFailed(at, e));
    } catch (UncheckedIOException e) { // it cannot be waited for
      transport.close();
      promise.fail(new ListenFailed(at, Objects.requireNonNull(e.getCause())));
    } catch (Exception e) {
      promise.fail(e);
    }
    return promise.deferred();
  }

  void closed(UnixDatagrams transport) {
    unixDatagrams.remove(transport);
  }

  void closed(UdpTransport transport) {
    datagrams.remove(transport);
  }

  // ---- Files ----------------------------------------------------------------------------------

  @Override
  public FileChannel toSend(FileChannel file, Path path, @Nullable Object key) {
    return engine.toSend(file, path, key);
  }

  // ---- Descriptors ----------------------------------------------------------------------------

  @Override
  public Adopting adopting() {
    return adopted;
  }

  /** Makes a socket of descriptors, without a protocol yet. */
  public Engine.StreamSocket stream(@Nullable Descriptor input, @Nullable Descriptor output)
      throws IOException {
    return adopted.open(input, output);
  }

  /** Makes a connection of a socket that is one already. */
  public <P extends Protocol> P begin(Engine.StreamSocket socket, ProtocolFactory<P> factory)
      throws Exception {
    return connected(socket, factory, origin());
  }

  @Override
  public ChildProcesses processes() {
    return children;
  }

  void opened(WatchedDescriptor watch) {
    watches.add(watch);
  }

  void closed(WatchedDescriptor watch) {
    watches.remove(watch);
  }

  // ---- The end --------------------------------------------------------------------------------

  IOException stopped() {
    return new IOException(reactor.name() + " has been stopped");
  }

  /** Closes what listens. */
  public void closeListeners() {
    List.copyOf(listeners).forEach(OpenListener::close);
  }

  /** Has all reactors of a group give way where one is told to; in the reactor's thread. */
  public void retiresWith(Consumer<Duration> group) {
    retiring = group;
  }

  @Override
  public void retire(Duration longest) {
    reactor.check("retire");
    if (retiring != null) {
      retiring.accept(longest);
      return;
    }
    closeListeners();
    retireConnections();
    stopWhenIdle(reactor.clock().nanoTime() + longest.toNanos());
  }

  /** Asks every protocol of a connection that was accepted to finish, and those that come later. */
  public void retireConnections() {
    retired = true;
    for (StreamTransport transport : all()) {
      Protocol protocol = transport.protocol;
      try {
        if (protocol != null && retires(transport)) {
          protocol.retire(transport);
        }
      } catch (Throwable e) {
        closing.threw(transport, e);
      }
    }
    flush();
  }

  /** Whether the protocol of a connection is to finish, since another process serves. */
  boolean retires(StreamTransport transport) {
    return retired && transport.is(StreamTransport.SERVER);
  }

  private void stopWhenIdle(long deadline) {
    if (counts.served() == 0 || reactor.clock().nanoTime() - deadline >= 0) {
      reactor.stop();
    } else {
      var _ = reactor.callInside(RETIRED, () -> stopWhenIdle(deadline));
    }
  }

  /** Asks every protocol to finish, and every child. */
  public void drain() {
    children.drain();
    drainConnections();
  }

  /** Asks every protocol to finish. */
  public void drainConnections() {
    for (StreamTransport transport : all()) {
      Protocol protocol = transport.protocol;
      try {
        if (protocol != null) {
          protocol.drain(transport);
        }
      } catch (Throwable e) {
        closing.threw(transport, e);
      }
    }
    flush();
  }

  /** Ends what is left. */
  public void abortAll() {
    for (StreamTransport transport : all()) {
      closing.dead(transport, new ConnectionClosed.ReactorStopped(transport.peer()), true);
    }
    children.killAll();
    List.copyOf(datagrams).forEach(UdpTransport::close);
    List.copyOf(unixDatagrams).forEach(UnixDatagrams::close);
    List.copyOf(connecting).forEach(Connecting::stop);
    for (WatchedDescriptor watch : List.copyOf(watches)) {
      watch.end(new ConnectionClosed.ReactorStopped(new DescriptorAddress(watch.toString())));
    }
  }

  /** What has become of its connections; for any thread. */
  public Counts counts() {
    return counts;
  }

  /** How many stream connections there are. */
  public int connections() {
    return counts.open();
  }

  /** Whether no connection is left, and no child. */
  public boolean isDrained() {
    return counts.open() == 0 && children.isEmpty();
  }

  /** Whether no socket is left. */
  public boolean isEmpty() {
    return counts.open() == 0
        && datagrams.isEmpty()
        && unixDatagrams.isEmpty()
        && listeners.isEmpty()
        && connecting.isEmpty()
        && watches.isEmpty()
        && children.isEmpty();
  }

  /** What is open, for reports. */
  public List<String> describe() {
    List<String> open = new ArrayList<>();
    all().forEach(transport -> open.add("connection " + transport));
    datagrams.forEach(transport -> open.add("datagram socket " + transport.local()));
    unixDatagrams.forEach(transport -> open.add("datagram socket " + transport.local()));
    listeners.forEach(listener -> open.add("listener " + listener.address()));
    connecting.forEach(each -> open.add(each.toString()));
    watches.forEach(watch -> open.add("watch of " + watch));
    open.addAll(children.describe());
    return open;
  }

  /** All sockets that are open. */
  public List<Inspection.Holding> holdings() {
    List<Inspection.Holding> open = new ArrayList<>();
    for (StreamTransport transport : all()) {
      open.add(
          new Inspection.Holding(
              Inspection.Kind.CONNECTION,
              transport + protocolOf(transport),
              transport.is(StreamTransport.CLOSING | StreamTransport.DEAD),
              transport.extras == null ? null : transport.extras.origin));
    }
    for (OpenListener listener : listeners) {
      open.add(
          new Inspection.Holding(
              Inspection.Kind.LISTENER,
              Addresses.show(listener.address()),
              false,
              listener.origin()));
    }
    for (UnixDatagrams transport : unixDatagrams) {
      open.add(
          new Inspection.Holding(
              Inspection.Kind.DATAGRAM_SOCKET,
              transport.local().toString(),
              transport.isClosed(),
              transport.origin()));
    }
    for (UdpTransport transport : datagrams) {
      open.add(
          new Inspection.Holding(
              Inspection.Kind.DATAGRAM_SOCKET,
              Addresses.show(transport.local()),
              transport.isClosed(),
              transport.origin()));
    }
    for (Connecting<?> each : connecting) {
      open.add(
          new Inspection.Holding(
              Inspection.Kind.CONNECTION, "that is being made: " + each, false, each.origin()));
    }
    for (WatchedDescriptor watch : watches) {
      open.add(
          new Inspection.Holding(Inspection.Kind.WATCH, watch.toString(), false, watch.origin()));
    }
    open.addAll(children.holdings());
    return open;
  }

  /** What is held though no socket is open. */
  public List<Inspection.Holding> leftovers() {
    List<Inspection.Holding> left = new ArrayList<>();
    addLeftovers(left, Inspection.Kind.BUFFER, "for output", outflow.lent());
    addLeftovers(left, Inspection.Kind.BUFFER, "for input", inflow.lent());
    addLeftovers(left, Inspection.Kind.BUFFER, "for TLS", securing.buffers().lent());
    addLeftovers(left, Inspection.Kind.TLS_ENGINE, "that is not closed", securing.engines());
    return left;
  }

  private static void addLeftovers(
      List<Inspection.Holding> left, Inspection.Kind kind, String what, int count) {
    for (int i = 0; i < count; i++) {
      // an engine closes only when a task of its has ended
      left.add(new Inspection.Holding(kind, what, kind == Inspection.Kind.TLS_ENGINE, null));
    }
    if (count < 0) {
      left.add(new Inspection.Holding(kind, what + " too often", false, null));
    }
  }

  private static String protocolOf(StreamTransport transport) {
    return transport.protocol == null ? "" : " of " + transport.protocol.getClass().getName();
  }

  /** Where something is made, in debug mode. */
  @Nullable String origin() {
    return reactor.debug() ? Origin.here().toString() : null;
  }

  public ReactorStats stats(
      long turns,
      int delayedCalls,
      int coroutines,
      long lateResults,
      int blockingCalls,
      long refusedCalls) {
    return new ReactorStats(
        turns,
        counts.open(),
        listeners.size(),
        delayedCalls,
        coroutines,
        counts.accepted(),
        connected,
        counts.refused(),
        securing.failedHandshakes(),
        outflow.total(),
        lateResults,
        blockingCalls,
        refusedCalls);
  }
}
