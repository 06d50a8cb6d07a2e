package io.tendril.testing;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorGroup;
import io.tendril.core.ReactorOptions;
import io.tendril.spi.EngineFactory;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A machine in a {@link MemoryNetwork}: addresses, ports, and a reactor. Loopback addresses lead to
 * itself.
 */
public final class MemoryHost {
  static final InetAddress LOOPBACK = literal("127.0.0.1");
  static final InetAddress LOOPBACK_6 = literal("::1");
  static final InetAddress ANY = literal("0.0.0.0");

  private final MemoryNetwork network;
  private final String name;
  private final List<InetAddress> addresses;
  private final int number;
  private final SplittableRandom random;
  private final Ports streamPorts = new Ports(this);
  private final Ports datagramPorts = new Ports(this);
  private final UnixNames unixNames = new UnixNames(this);
  private final List<MemoryListener> listeners = new ArrayList<>();
  private final List<MemoryDatagram> datagrams = new ArrayList<>();
  private final Set<MemorySocket> between = new LinkedHashSet<>();
  private int descriptors;
  private int descriptorLimit = Integer.MAX_VALUE;
  private int accepting;
  private @Nullable Reactor reactor;
  private final HostClock clock;
  private final List<MemoryEngine> engines = new ArrayList<>();
  private final List<Reactor.Setup<? extends Deferred<?>>> programs = new ArrayList<>();
  private final List<Mishaps> mishaps = new ArrayList<>();
  private @Nullable MemoryDisk disk;
  private boolean off;
  private boolean down;
  private boolean staysDown;
  private boolean ending;
  private long stillUntil;
  private long shortestBlocking;
  private long longestBlocking = Duration.ofMillis(1).toNanos();

  MemoryHost(MemoryNetwork network, int number, String name, List<InetAddress> addresses) {
    this.network = network;
    this.name = name;
    this.addresses = List.copyOf(addresses);
    this.number = number;
    this.clock = new HostClock(network.clock());
    this.random = network.random("host " + name);
  }

  /** Its name, which the network's resolver knows. */
  public String name() {
    return name;
  }

  /** Its first address. */
  public InetAddress address() {
    return addresses.getFirst();
  }

  /** All its addresses, without those of loopback. */
  public List<InetAddress> addresses() {
    return addresses;
  }

  MemoryNetwork network() {
    return network;
  }

  /** What its sockets and programs draw from. */
  SplittableRandom random() {
    return random;
  }

  /** A port of this host, for the timeline; 0 for the host itself. */
  int end(int port) {
    return number << 16 | port;
  }

  @Override
  public String toString() {
    return name;
  }

  // ---- Running --------------------------------------------------------------------------------

  /**
   * Its reactor, driven by the network's clock. After that one has stopped, a new one: the host has
   * started again.
   */
  public Reactor reactor() {
    Reactor mine = reactor;
    if (mine == null || mine.state() == Reactor.State.STOPPED) {
      mine = newReactor(options());
      reactor = mine;
    }
    return mine;
  }

  /** What {@link #reactor} is made with, apart from the engine. */
  public ReactorOptions options() {
    return ReactorOptions.defaults()
        .withName(name)
        .withResolver(network.resolver())
        .withRandom(random)
        .withSlowCall(Duration.ZERO)
        .withDebug(network.isDebugging());
  }

  /** One more reactor of this host, driven by the network's clock. Its engine is set here. */
  public Reactor newReactor(ReactorOptions options) {
    var engine = new MemoryEngine(this, true);
    Reactor made = Reactor.create(options.withEngine(() -> engine));
    engines.add(engine);
    network.adopt(made, engine);
    return made;
  }

  /**
   * A group of so many reactors of this host, driven by the network's clock: in the one thread of
   * the test, one after the other.
   */
  public ReactorGroup group(int reactors) {
    return group(ReactorGroup.Options.defaults().withReactors(reactors));
  }

  /** A group of reactors as options say; what a reactor is made with is {@link #options()}. */
  public ReactorGroup group(ReactorGroup.Options options) {
    return ReactorGroup.driven(options.withEach(options()), this::newReactor);
  }

  /** Engines for reactors that somebody else makes, and drives. */
  public EngineFactory engine() {
    return () -> new MemoryEngine(this, false);
  }

  /**
   * Starts a program here, at once. If its set-up fails, that is a {@link ReactorEvent.CallFailed},
   * which comes out of this method or, if it fails later, as {@link TestClock#expectFailure} says.
   * {@link #restart} starts it again.
   */
  public void run(Reactor.Setup<? extends Deferred<?>> program) {
    programs.add(program);
    Reactor runner = reactor();
    runner.execute(() -> start(runner, program));
    network.clock().runCurrent();
  }

  private void start(Reactor runner, Reactor.Setup<? extends Deferred<?>> program) {
    Deferred<?> started;
    try {
      started = program.start(runner);
    } catch (Exception e) {
      started = Deferred.failed(e);
    }
    var _ =
        started.handle((_, failure) -> {
          if (failure != null && !ending) {
            runner.report(
                new ReactorEvent.CallFailed("the program of host '" + name + "'", failure));
          }
          return null;
        });
  }

  // ---- Files ----------------------------------------------------------------------------------

  /** Its disk, which outlives its programs. */
  public MemoryDisk disk() {
    MemoryDisk mine = disk;
    if (mine == null) {
      mine = new MemoryDisk(this);
      disk = mine;
    }
    return mine;
  }

  /** Its disk, if anybody has asked for it. */
  @Nullable MemoryDisk diskOrNull() {
    return disk;
  }

  // ---- Power ----------------------------------------------------------------------------------

  /**
   * Kills its programs: the kernel closes their connections, and refuses new ones. Nothing of them
   * runs any more, until {@link #restart} or {@link #heal}. Their files are as they have left them.
   */
  public void kill() {
    network.faults().count(Fault.KILL, this);
    staysDown = true;
    die(/* told= */ true);
  }

  /**
   * Takes its power away, until {@link #restart} or {@link #heal}: its programs are gone, and so is
   * what its peers send, unanswered. Of its files that is lost which was not forced, or a part of
   * it: see {@link MemoryDisk}.
   */
  public void powerOff() {
    network.faults().count(Fault.POWER_LOSS, this);
    staysDown = true;
    die(/* told= */ false);
  }

  /**
   * Gives it power, and starts all programs that {@link #run} has started, on a new reactor. If
   * they still run, they are killed first.
   */
  public void restart() {
    network
        .clock()
        .betweenTurns(() -> {
          dieIfUp();
          start();
        });
  }

  /** As {@link #restart}, with an empty disk: somebody has put another computer in its place. */
  public void restartWithoutFiles() {
    network
        .clock()
        .betweenTurns(() -> {
          dieIfUp();
          disk().erase();
          start();
        });
  }

  private void dieIfUp() {
    if (!down) {
      dieNow(/* told= */ true);
    }
  }

  /** Lets its programs stand still for a time; the kernel goes on. */
  public void pause(Duration length) {
    network.faults().count(Fault.PAUSE, this);
    standStill(length);
  }

  /**
   * Kills its programs or takes its power, now and then: about twice in a minute, for up to five
   * seconds; then it starts again, as {@link #restart} does.
   */
  public MemoryHost crashes() {
    mishaps.add(
        new Mishaps(this, random.split(), Duration.ofMinutes(1), Fault.KILL, Fault.POWER_LOSS));
    return this;
  }

  /** Lets its programs stand still now and then: every ten seconds or so, for up to five. */
  public MemoryHost pauses() {
    mishaps.add(new Mishaps(this, random.split(), Duration.ofSeconds(20), Fault.PAUSE));
    return this;
  }

  /** Ends what goes wrong here by itself; a host that is down starts again. */
  public void heal() {
    mishaps.forEach(Mishaps::end);
    mishaps.clear();
    if (disk != null) {
      disk.heal();
    }
    startIfDown();
  }

  /** The run is over: nothing goes wrong any more, and who has just begun to start need not. */
  void end() {
    ending = true;
    stillUntil = 0;
    mishaps.forEach(Mishaps::end);
    mishaps.clear();
  }

  /** Whether it is without power. */
  boolean isOff() {
    return off;
  }

  /** Whether its programs have been killed, and not started again. */
  boolean isDown() {
    return down;
  }

  /** Whether the test has had it go down, and not said yet that it is to start. */
  boolean staysDown() {
    return staysDown;
  }

  /** Until when its programs stand still. */
  long stillUntil() {
    return stillUntil;
  }

  void standStill(Duration length) {
    stillUntil = Math.max(stillUntil, network.now() + length.toNanos());
    network.clock().at(stillUntil, () -> {});
  }

  /** Its programs end; the peers are told by the kernel, or by nobody. */
  void die(boolean told) {
    network.clock().betweenTurns(() -> dieNow(told));
  }

  private void dieNow(boolean told) {
    down = true;
    off = !told;
    for (MemorySocket socket : List.copyOf(between)) {
      if (told) {
        socket.close();
      } else {
        socket.vanish();
      }
    }
    engines.forEach(engine -> engine.die(told));
    engines.clear();
    reactor = null;
    if (disk != null) {
      disk.programsEnded(told);
    }
  }

  void startIfDown() {
    network
        .clock()
        .betweenTurns(() -> {
          if (down) {
            start();
          }
        });
  }

  private void start() {
    down = false;
    off = false;
    staysDown = false;
    network.timeline().note(name + " starts");
    Reactor runner = reactor();
    programs.forEach(program -> runner.execute(() -> start(runner, program)));
  }

  // ---- Time -----------------------------------------------------------------------------------

  HostClock clock() {
    return clock;
  }

  /**
   * Lets its clocks drift.
   *
   * @param rate seconds that pass here in one of the network's: 1.001 is a fast clock
   */
  public void clockRate(double rate) {
    if (!(rate > 0.1 && rate < 10)) {
      throw new IllegalArgumentException("a clock rate of " + rate);
    }
    clock.rate(rate);
    engines.forEach(MemoryEngine::wakeup);
  }

  /** Lets its wall clock jump; monotonic time does not notice. */
  public void jumpClock(Duration by) {
    network.faults().count(Fault.CLOCK_JUMP, this);
    clock.jump(by);
  }

  /** How long blocking calls take here; up to a millisecond unless this says otherwise. */
  public void blockingTakes(Duration atLeast, Duration atMost) {
    if (atLeast.isNegative() || atMost.compareTo(atLeast) < 0) {
      throw new IllegalArgumentException("blocking calls from " + atLeast + " to " + atMost);
    }
    shortestBlocking = atLeast.toNanos();
    longestBlocking = atMost.toNanos();
  }

  /** How long the next blocking call takes. */
  long blockingTime() {
    return network.isChopping()
        ? network.between(random, shortestBlocking, longestBlocking)
        : shortestBlocking;
  }

  /** The sockets that its reactors have not closed, those that have stopped among them. */
  List<String> unclosed() {
    List<String> unclosed = new ArrayList<>();
    engines.forEach(engine -> unclosed.addAll(engine.unclosed()));
    between.forEach(socket -> unclosed.add(socket.local() + ", which nobody has taken over"));
    return unclosed;
  }

  // ---- Limits ---------------------------------------------------------------------------------

  /** Lets this host have no more than so many sockets and open files, as {@code ulimit -n} does. */
  public void limitDescriptors(int most) {
    descriptorLimit = most;
    listeners.forEach(MemorySocket::changed);
  }

  void checkDescriptors() throws IOException {
    if (!hasDescriptors()) {
      throw new SocketException("Too many open files");
    }
  }

  /** Whether there is a descriptor left; if not, that is a fault that has happened. */
  boolean hasDescriptors() {
    boolean left = descriptors < descriptorLimit;
    if (!left) {
      network.faults().count(Fault.NO_DESCRIPTORS, this);
    }
    return left;
  }

  void descriptorTaken() {
    descriptors++;
  }

  void descriptorReturned() {
    descriptors--;
  }

  // ---- Addresses ------------------------------------------------------------------------------

  Ports streamPorts() {
    return streamPorts;
  }

  /** The UNIX sockets that listen here, by name. */
  UnixNames unixNames() {
    return unixNames;
  }

  Ports datagramPorts() {
    return datagramPorts;
  }

  List<MemoryListener> listeners() {
    return listeners;
  }

  /** The sockets that have left one engine, and have not come to another. */
  Set<MemorySocket> between() {
    return between;
  }

  List<MemoryDatagram> datagrams() {
    return datagrams;
  }

  boolean has(InetAddress address) {
    return address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || addresses.contains(address);
  }

  /** The address that a target sees this host under. */
  InetAddress addressTowards(InetAddress target) {
    if (target.isLoopbackAddress()) {
      return target instanceof Inet4Address ? LOOPBACK : LOOPBACK_6;
    }
    if (addresses.contains(target)) {
      return target;
    }
    for (InetAddress address : addresses) {
      if (address.getClass() == target.getClass()) {
        return address;
      }
    }
    return address();
  }

  /** A literal address, or the failure that channels have for others. */
  static InetSocketAddress resolved(SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet)) {
      throw new UnsupportedAddressTypeException();
    }
    if (inet.isUnresolved()) {
      throw new UnresolvedAddressException();
    }
    return inet;
  }

  static InetAddress literal(String text) {
    return InetAddress.ofLiteral(text);
  }

  static InetAddress named(String name, InetAddress address) {
    try {
      return InetAddress.getByAddress(name, address.getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  // ---- Arrivals -------------------------------------------------------------------------------

  /** A client's call has come in. */
  void callArrived(MemoryStream client, MemoryLink link) {
    MemoryListener listener = listenerFor(client.target());
    if (listener == null || link.refuses()) {
      link.carryForSure(client.answer(this, link, client::refused));
    } else if (listener.called(client, link)) {
      link.carryForSure(client.answer(this, link, client::connected));
    } else {
      client.callAgain(() -> callArrived(client, link));
    }
  }

  private @Nullable MemoryListener listenerFor(InetSocketAddress target) {
    List<MemoryListener> exact = new ArrayList<>();
    List<MemoryListener> sharing = new ArrayList<>();
    for (MemoryListener listener : listeners) {
      InetAddress bound = listener.bound().getAddress();
      if (listener.bound().getPort() != target.getPort()) {
        continue;
      }
      if (bound.equals(target.getAddress())) {
        exact.add(listener);
      } else if (bound.isAnyLocalAddress() && listener.takes(target.getAddress())) {
        sharing.add(listener);
      }
    }
    List<MemoryListener> best = exact.isEmpty() ? sharing : exact;
    return best.isEmpty() ? null : best.get(accepting++ % best.size());
  }

  /** Whether a socket here is a member of a group, on its loopback interface or on the other. */
  boolean hasMember(InetAddress group, boolean onLoopback) {
    return datagrams.stream().anyMatch(socket -> socket.groups().isMember(group, onLoopback));
  }

  /** The socket that a datagram is for. */
  @Nullable MemoryDatagram datagramFor(InetSocketAddress target, InetSocketAddress from) {
    MemoryDatagram best = null;
    int bestFit = 0;
    for (MemoryDatagram socket : datagrams) {
      int fit = socket.fits(target, from);
      if (fit > bestFit) {
        best = socket;
        bestFit = fit;
      }
    }
    return best;
  }
}
