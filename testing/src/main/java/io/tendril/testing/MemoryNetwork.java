package io.tendril.testing;

import io.tendril.core.Reactor;
import io.tendril.core.ReactorObserver;
import io.tendril.spi.Resolver;
import io.tendril.spi.TlsEngineProvider;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A network in memory, in virtual time: hosts with addresses of their own, and links between them.
 * Its sockets behave as the kernel's do, with buffers of 64 KiB each way, and its reactors are the
 * real ones, so that a protocol cannot tell the difference.
 *
 * <p>It is deterministic: one seed, one run. Used in one thread, that of the test, apart from
 * {@link Reactor#execute}.
 *
 * <p>Hosts have addresses in 10.0.0.0/24. Addresses that nobody has are without a route; those of
 * 192.0.2.0/24 (TEST-NET-1, RFC 5737) swallow whatever is sent to them.
 */
public final class MemoryNetwork {
  private static final InetAddress BROADCAST = MemoryHost.literal("255.255.255.255");

  private record Pair(MemoryHost one, MemoryHost other) {}

  private final TestClock clock;
  private final long seed;
  private final SplittableRandom random;
  private final Timeline timeline;
  private final Faults faults;
  private final List<MemoryHost> numbered = new ArrayList<>();
  private final Map<String, MemoryHost> hosts = new LinkedHashMap<>();
  private final Map<Pair, MemoryLink> links = new LinkedHashMap<>();
  private final Map<Reactor, MemoryEngine> reactors = new LinkedHashMap<>();
  private final List<ReactorObserver> observers = new ArrayList<>();
  private double unknownNames;
  private boolean debugging = true;
  private boolean chopping;
  private boolean shuffling;
  private @Nullable TlsEngineProvider tls;

  MemoryNetwork(TestClock clock, long seed, @Nullable Set<Integer> faults) {
    this.clock = clock;
    this.seed = seed;
    this.random = random("network");
    this.timeline = new Timeline(clock::nanoTime, this::nameOf);
    this.faults = new Faults(timeline, faults);
  }

  MemoryNetwork(TestClock clock, long seed) {
    this(clock, seed, null);
  }

  /** A network with a clock of its own. */
  public MemoryNetwork() {
    this(0);
  }

  /** A network with a clock of its own, whose chances come from a seed. */
  public MemoryNetwork(long seed) {
    this(new TestClock(), seed);
    clock.adopt(this);
  }

  /** Its time. */
  public TestClock clock() {
    return clock;
  }

  /** The host of a name, which is made when it is first asked for: 10.0.0.1, 10.0.0.2 and so on. */
  public MemoryHost host(String name) {
    MemoryHost known = hosts.get(name);
    return known != null ? known : host(name, "10.0.0." + (hosts.size() + 1));
  }

  /**
   * Makes a host with addresses of the test's choice, which the resolver hands out in this order.
   *
   * @param addresses literals of IPv4 or IPv6
   */
  public MemoryHost host(String name, String... addresses) {
    List<InetAddress> literals =
        Arrays.stream(addresses)
            .map(address -> MemoryHost.named(name, MemoryHost.literal(address)))
            .toList();
    var host = new MemoryHost(this, numbered.size(), name, literals);
    if (hosts.putIfAbsent(name, host) != null) {
      throw new IllegalArgumentException("there is a host '" + name + "' already");
    }
    numbered.add(host);
    return host;
  }

  /** What lies between two hosts, in whichever order they are named. */
  public MemoryLink link(MemoryHost one, MemoryHost other) {
    MemoryLink known = links.get(new Pair(other, one));
    return known != null
        ? known
        : links.computeIfAbsent(new Pair(one, other), _ -> new MemoryLink(this, one, other));
  }

  /**
   * Whether streams are cut up at random: reads and writes move a part of what they could, pieces
   * fall apart on the way. Off by default; a {@link Simulation} switches it on.
   */
  public void chopping(boolean on) {
    chopping = on;
  }

  /**
   * Whether what can happen at one moment happens in any order: sockets that are ready, reactors
   * that have something to do, arrivals. Off by default; a {@link Simulation} switches it on.
   */
  public void shuffling(boolean on) {
    shuffling = on;
    clock.shuffle(on ? random("order") : null);
  }

  /**
   * What its connections speak TLS with where options leave that open. By default the best engine
   * of the process; in a {@link Simulation} the {@link StandInTls}.
   *
   * @param engines null for the best one
   */
  public void speaking(@Nullable TlsEngineProvider engines) {
    tls = engines;
  }

  /** What turns the names of hosts, and "localhost", into their addresses. */
  public Resolver resolver() {
    return (name, found) ->
        Reactor.current()
            .after(Duration.ZERO)
            .thenRun(() -> {
              List<InetAddress> known = lookUp(name);
              if (known.isEmpty() || failsToResolve(name)) {
                throw new UnknownHostException(name);
              }
              known.forEach(found);
            });
  }

  /**
   * Lets lookups of names fail that are known.
   *
   * @param probability from 0 to 1
   */
  public void unknownNames(double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("a probability of " + probability);
    }
    unknownNames = probability;
  }

  private boolean failsToResolve(String name) {
    Draw draw = Draw.from(random);
    return draw.brings(Fault.UNKNOWN_NAME, unknownNames)
        && faults.strikes(Fault.UNKNOWN_NAME, draw, name);
  }

  private List<InetAddress> lookUp(String name) {
    MemoryHost host = hosts.get(name);
    if (host != null) {
      return host.addresses();
    }
    return name.equals("localhost") ? List.of(MemoryHost.LOOPBACK) : List.of();
  }

  /** Ends all that goes wrong, on links and hosts; hosts that are down start again. */
  public void heal() {
    unknownNames = 0;
    links.values().forEach(MemoryLink::heal);
    hosts.values().forEach(MemoryHost::heal);
  }

  /** Tells an observer what happens in every reactor of this network, also in later ones. */
  public void observe(ReactorObserver observer) {
    observers.add(observer);
    reactors.keySet().forEach(reactor -> reactor.observe(observer));
  }

  // ---- For its parts --------------------------------------------------------------------------

  Timeline timeline() {
    return timeline;
  }

  Faults faults() {
    return faults;
  }

  long now() {
    return clock.nanoTime();
  }

  private String nameOf(int end) {
    int port = end & 0xFFFF;
    String host = numbered.get(end >> 16).name();
    return port == 0 ? host : host + ":" + port;
  }

  /** Takes a new reactor in. */
  void adopt(Reactor reactor, MemoryEngine engine) {
    reactors.put(reactor, engine);
    int number = engine.host().end(0);
    reactor.observe(clock.failures()::add);
    reactor.observe(event -> timeline.report(number, event));
    observers.forEach(reactor::observe);
    clock.drive(reactor, engine);
  }

  MemoryEngine engineOf(Reactor reactor) {
    return Objects.requireNonNull(reactors.get(reactor));
  }

  Collection<MemoryHost> hosts() {
    return Collections.unmodifiableCollection(hosts.values());
  }

  /** The host that an address leads to from here, if any. */
  @Nullable MemoryHost hostOf(InetAddress address, MemoryHost from) {
    if (address.isLoopbackAddress()) {
      return from;
    }
    for (MemoryHost host : hosts.values()) {
      if (host.addresses().contains(address)) {
        return host;
      }
    }
    return null;
  }

  static boolean isBlackHole(InetAddress address) {
    byte[] octets = address.getAddress();
    return octets.length == 4 && octets[0] == (byte) 192 && octets[1] == 0 && octets[2] == 2;
  }

  static boolean isBroadcast(InetAddress address) {
    byte[] octets = address.getAddress();
    boolean ours = octets.length == 4 && octets[0] == 10 && octets[1] == 0 && octets[2] == 0;
    return (ours && octets[3] == (byte) 255) || address.equals(BROADCAST);
  }

  // ---- Chance ---------------------------------------------------------------------------------

  /** Chances of a part's own, so that what one part draws does not change those of others. */
  SplittableRandom random(String part) {
    long mixed = new SplittableRandom(seed).nextLong(); // neighbours have nothing in common
    return new SplittableRandom(new SplittableRandom(mixed ^ part.hashCode()).nextLong());
  }

  long between(SplittableRandom chances, long least, long most) {
    return least == most ? least : chances.nextLong(least, most + 1);
  }

  @Nullable TlsEngineProvider tls() {
    return tls;
  }

  /** Whether its reactors find out where things were made, which takes time. */
  void debugging(boolean on) {
    debugging = on;
  }

  boolean isDebugging() {
    return debugging;
  }

  boolean isChopping() {
    return chopping;
  }

  /** Something that is rare, and happens only when streams are chopped. */
  boolean sometimes(SplittableRandom chances) {
    return chopping && chances.nextInt(16) == 0;
  }

  /** How many of so many bytes a read or a write moves: at least one, if there is one. */
  int some(SplittableRandom chances, int most) {
    if (!chopping || most <= 1) {
      return most;
    }
    return switch (chances.nextInt(4)) {
      case 0 -> 1 + chances.nextInt(Math.min(most, 16));
      case 1 -> 1 + chances.nextInt(most);
      default -> most;
    };
  }

  /** How many of so many bytes travel in one piece. */
  int segment(SplittableRandom chances, int most) {
    return some(chances, Math.min(most, chopping ? 1_460 : 16_384));
  }

  void shuffle(List<?> list) {
    if (shuffling) {
      Collections.shuffle(list, random);
    }
  }
}
