package io.tendril.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Programs on a bad network, in virtual time: the same seed, the same run.
 *
 * <pre>{@code
 * @SimulationTest(seeds = 1_000)
 * void clientSurvivesAPartition(Simulation net) {
 *   var server = net.host("server");
 *   var client = net.host("client");
 *   net.link(server, client).latency(ofMillis(5), ofMillis(80)).loss(0.02).partitions();
 *   server.run(reactor -> reactor.listen("tcp:80", Server::new));
 *   client.run(reactor -> reactor.connect("tcp:server:80", Client::new).thenAccept(...));
 *   net.runFor(ofMinutes(10));
 * }
 * }</pre>
 *
 * <p>Beside what its links do, a simulation is unkind in all that a program must not rely on: reads
 * and writes are short, pieces of a stream are cut and joined anywhere, sockets and reactors get
 * their turns in any order, results of blocking calls are late. A failure that a reactor reports,
 * and that was not expected, fails the run; and so does an invariant ({@link #always}) that does
 * not hold after some event.
 */
public final class Simulation implements AutoCloseable {
  /**
   * One seed in so many is run in debug mode, which is slow: it overwrites buffers that have been
   * used, and knows where things were made.
   */
  private static final int DEBUGGED = 16;

  private final Replay replay;
  private final Map<String, BooleanSupplier> invariants = new LinkedHashMap<>();
  private final MemoryNetwork network;
  private final SplittableRandom random;

  /** A simulation of what a seed decides. {@link SimulationTest} makes one for each run. */
  public Simulation(long seed) {
    this(Replay.of(seed));
  }

  Simulation(Replay replay) {
    this.replay = replay;
    var clock = new TestClock();
    this.network = new MemoryNetwork(clock, replay.seed(), replay.faults());
    clock.adopt(network);
    this.random = network.random("test");
    network.chopping(replay.chop());
    network.shuffling(replay.order());
    network.speaking(new StandInTls());
    network.debugging(replay.seed() % DEBUGGED == 1);
  }

  /**
   * A run again, or a part of it.
   *
   * @param replay as a failure names it, and the property {@code tendril.seed} takes it: a seed
   *     and, after a colon, what of its unkindness is left
   */
  public static Simulation replay(String replay) {
    return new Simulation(Replay.parse(replay));
  }

  /** What is simulated, apart from JUnit. */
  @FunctionalInterface
  public interface Scenario {
    /** Sets hosts up, and lets time pass; fails by throwing. */
    void run(Simulation net) throws Exception;
  }

  /**
   * Runs a scenario for each seed up to a number, until one fails: what {@link SimulationTest}
   * does, without JUnit. It is repeated, so it must make all that it needs anew each time.
   *
   * @param name for the message
   * @return how often each kind of fault has happened, in words
   * @throws AssertionError if a seed fails, with that one shrunk, and its timeline
   */
  public static String explore(String name, int seeds, Scenario scenario) {
    var coverage = new Coverage();
    for (long seed = 1; seed <= seeds; seed++) {
      Shrinking.Run run = Replay.of(seed).attempt(scenario);
      coverage.add(run.faults());
      if (run.failure() != null) {
        throw FailureReport.of(name, run, again -> again.attempt(scenario));
      }
    }
    return coverage.toString();
  }

  /** The seed that all is drawn from. */
  public long seed() {
    return replay.seed();
  }

  /** The host of a name, which is made when it is first asked for. */
  public MemoryHost host(String name) {
    return network.host(name);
  }

  /** Makes a host with addresses of the test's choice, literals of IPv4 or IPv6. */
  public MemoryHost host(String name, String... addresses) {
    return network.host(name, addresses);
  }

  /** What lies between two hosts. */
  public MemoryLink link(MemoryHost one, MemoryHost other) {
    return network.link(one, other);
  }

  /** Lets time pass, with all that happens in it. */
  public void runFor(Duration time) {
    clock().advance(time);
  }

  /**
   * Lets time pass until a condition holds, or a limit is reached.
   *
   * @return whether the condition holds
   */
  public boolean runUntil(BooleanSupplier condition, Duration longest) {
    return clock().runUntil(condition, longest);
  }

  /** Does something after a time, between the turns of the hosts. */
  public void after(Duration delay, Runnable what) {
    clock().after(delay.toNanos(), what);
  }

  /** Ends all that goes wrong, on links and hosts; hosts that are down start again. */
  public void heal() {
    network.heal();
  }

  /** Expects a failure to be reported: one, of this type. */
  public void expectFailure(Class<? extends Throwable> type) {
    clock().expectFailure(type);
  }

  // ---- What must hold -------------------------------------------------------------------------

  /**
   * Has a condition looked at after each event: each arrival, each turn of a reactor. When it does
   * not hold, the run fails there and then.
   *
   * @param name for the message
   * @param condition takes no time; may throw an AssertionError that says more
   */
  public void always(String name, BooleanSupplier condition) {
    invariants.put(name, condition);
    clock().afterEach(this::check);
  }

  private void check() {
    invariants.forEach((name, condition) -> {
      if (!condition.getAsBoolean()) {
        throw new AssertionError("does not hold: " + name);
      }
    });
  }

  /**
   * Fails if a host that runs still has a connection, a listener, a pending delayed call, a
   * coroutine or an open file; or, without any of these, a socket, a buffer or a TLS engine that
   * they have left. So it does if a reactor has left a socket open when it stopped. Connections
   * that are closing get the time that they linger.
   */
  public void assertNothingLeft() {
    boolean _ = runUntil(() -> held().isEmpty(), Duration.ofSeconds(3));
    List<String> left = held();
    if (!left.isEmpty()) {
      throw new AssertionError("left behind:\n  a " + String.join("\n  a ", left));
    }
    for (MemoryHost host : network.hosts()) {
      List<String> sockets = host.unclosed();
      if (!sockets.isEmpty()) {
        throw new AssertionError("left behind at host '" + host + "': sockets of " + sockets);
      }
    }
  }

  private List<String> held() {
    List<String> held = new ArrayList<>();
    clock().holdings().forEach(holding -> held.add(holding.toString()));
    for (MemoryHost host : network.hosts()) {
      MemoryDisk disk = host.diskOrNull();
      if (disk != null) {
        disk.open().forEach(file -> held.add("file " + host + ":" + file));
      }
    }
    return held;
  }

  // ---- What has happened ----------------------------------------------------------------------

  /** How often a kind of fault has happened so far. */
  public long count(Fault fault) {
    return network.faults().count(fault);
  }

  /** Puts a line of the test's own into the timeline. */
  public void note(String text) {
    network.timeline().note(text);
  }

  /** The last events, at most 4,096, a line each: when, who, what. Times are virtual seconds. */
  public List<String> timeline() {
    return new ArrayList<>(network.timeline().last(Integer.MAX_VALUE));
  }

  /** A number that two runs share only if the same has happened in both, event by event. */
  public long timelineHash() {
    return network.timeline().hash();
  }

  /** Chances for the test itself, from the same seed. */
  public RandomGenerator random() {
    return random;
  }

  /** Its time. */
  public TestClock clock() {
    return network.clock();
  }

  /** Its network. */
  public MemoryNetwork network() {
    return network;
  }

  /** Stops all hosts in order, which reports failures that nobody has handled. */
  @Override
  public void close() {
    clock().afterEach(() -> {});
    network.hosts().forEach(MemoryHost::end);
    clock().close();
  }

  /** What came of it, as of now. */
  Shrinking.Run outcome(@Nullable Throwable failure) {
    var timeline = network.timeline();
    return new Shrinking.Run(replay, failure, network.faults(), timeline, timeline.hash());
  }

  /** Stops all hosts after a failure; what is wrong then is no news. */
  void quit() {
    try {
      network.timeline().end();
      close();
    } catch (AssertionError e) {
      // the run has failed already
    }
  }
}
