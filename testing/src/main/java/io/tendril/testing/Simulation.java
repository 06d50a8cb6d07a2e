package io.tendril.testing;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

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
 * and that was not expected, fails the run.
 */
public final class Simulation implements AutoCloseable {
  private final long seed;
  private final MemoryNetwork network;
  private final SplittableRandom random;

  /** A simulation of what a seed decides. {@link SimulationTest} makes one for each run. */
  public Simulation(long seed) {
    this.seed = seed;
    this.network = new MemoryNetwork(seed);
    this.random = network.random().split();
    network.chopping(true);
    network.speaking(new StandInTls());
    network.clock().shuffle(network.random().split());
  }

  /** The seed that all is drawn from. */
  public long seed() {
    return seed;
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

  /** Expects a failure to be reported: one, of this type. */
  public void expectFailure(Class<? extends Throwable> type) {
    clock().expectFailure(type);
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
    clock().close();
  }
}
