package io.tendril.benchmarks.simulation;

import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import io.tendril.testing.Simulation;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * How fast a simulation is: ten hosts in a ring, each with a connection to the next over which a
 * message of 64 bytes goes to and fro. Per second of CPU time of the one thread; then how long a
 * thousand seeds take, and what an hour of virtual time leaves in memory.
 */
public final class SimulatedMessages {
  private static final int HOSTS = 10;
  private static final int LENGTH = 64;

  private long messages;

  private SimulatedMessages() {}

  /** Runs all of it; the seeds as the one argument, 1,000 by default. */
  static void main(String[] arguments) {
    int seeds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
    for (int round = 0; round < 4; round++) {
      rate("kind links", "1:", 20);
      rate("short reads, any order", "2:chop,order", 20);
    }
    thousandSeeds(seeds);
    hour();
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void rate(String what, String replay, int seconds) {
    var count = new SimulatedMessages();
    long before = cpu();
    try (var net = Simulation.replay(replay)) {
      count.ring(net, Duration.ofMillis(1));
      net.runFor(Duration.ofSeconds(seconds));
    }
    double took = (cpu() - before) / 1e9;
    print("%-24s %,10.0f messages a second of CPU time", what, count.messages / took);
  }

  private static void thousandSeeds(int seeds) {
    var count = new SimulatedMessages();
    long before = cpu();
    for (int seed = 1; seed <= seeds; seed++) {
      try (var net = new Simulation(seed)) {
        count.ring(net, Duration.ofMillis(20));
        for (int i = 0; i < HOSTS; i++) {
          net.link(net.host("h" + i), net.host("h" + (i + 1) % HOSTS)).loss(0.01).partitions();
        }
        net.runFor(Duration.ofSeconds(10));
      }
    }
    print(
        "%,d seeds of ten hosts, 10 s each: %.1f s of CPU time, %,d messages",
        seeds, (cpu() - before) / 1e9, count.messages);
  }

  private static void hour() {
    var count = new SimulatedMessages();
    try (var net = new Simulation(3)) {
      count.ring(net, Duration.ofMillis(50));
      for (int part = 1; part <= 4; part++) {
        net.runFor(Duration.ofMinutes(15));
        System.gc();
        var runtime = Runtime.getRuntime();
        print(
            "after %d minutes of virtual time: %.1f MB, %,d messages",
            part * 15, (runtime.totalMemory() - runtime.freeMemory()) / 1e6, count.messages);
      }
    }
  }

  private void ring(Simulation net, Duration latency) {
    for (int i = 0; i < HOSTS; i++) {
      net.host("h" + i).run(reactor -> reactor.listen("tcp:7", Ball::new));
    }
    for (int i = 0; i < HOSTS; i++) {
      String next = "h" + (i + 1) % HOSTS;
      net.link(net.host("h" + i), net.host(next)).latency(latency);
      net.host("h" + i)
          .run(reactor ->
              reactor
                  .connect("tcp:" + next + ":7", Ball::new)
                  .thenAccept(Ball::serve)
                  .exceptionally(_ -> null));
    }
  }

  /** Sends back what it gets, once it has all of it. */
  private final class Ball implements Protocol {
    private final Transport transport;

    Ball(Transport transport) {
      this.transport = transport;
    }

    void serve() {
      transport.write(new byte[LENGTH]);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      if (data.remaining() >= LENGTH) {
        messages++;
        transport.write(data);
      }
    }
  }

  private static void print(String format, Object... values) {
    IO.println(format.formatted(values));
  }
}
