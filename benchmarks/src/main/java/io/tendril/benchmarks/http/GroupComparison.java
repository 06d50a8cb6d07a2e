package io.tendril.benchmarks.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tendril.benchmarks.load.ClosedLoop;
import io.tendril.benchmarks.load.Comparison;
import io.tendril.benchmarks.load.Engine;
import io.tendril.benchmarks.load.ServerProcess;
import io.tendril.core.ReactorGroup.Spreading;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * HTTP/1.1 plain text on 64 connections: two reactors beside one, in processes that have the same
 * two cores. The generator has one of these, too, so it is the processor time per request that
 * tells: where it is the same, two cores of one's own do twice as much. Then how a thousand
 * connections are spread.
 */
final class GroupComparison {
  private static final String CORES = "0,1";
  private static final int CONNECTIONS = 64;
  private static final int MANY = 1_000;
  private static final byte[] HELLO = "Hello, World!".getBytes(US_ASCII);

  private GroupComparison() {}

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 9;
    List<Engine> engines =
        arguments.length > 1
            ? List.of(Engine.valueOf(arguments[1].toUpperCase(Locale.ROOT)))
            : List.of(Engine.values());
    for (Engine engine : engines) {
      System.out.println(engine);
      compare(engine, rounds);
    }
  }

  private static void compare(Engine engine, int rounds) throws Exception {
    try (var two = start(engine, 2, Spreading.FEWEST);
        var one = start(engine, 1, Spreading.FEWEST);
        var kernel = start(engine, 2, Spreading.BY_KERNEL)) {
      var comparison = new Comparison(CONNECTIONS, 1);
      comparison.add("two, handed over", two, Get.of(two.port(), "/", HELLO));
      comparison.add("one", one, Get.of(one.port(), "/", HELLO));
      comparison.add("two, by the kernel", kernel, Get.of(kernel.port(), "/", HELLO));
      comparison.run(rounds);
      difference("handed over", two);
      difference("by the kernel", kernel);
    }
  }

  private static ServerProcess start(Engine engine, int reactors, Spreading way)
      throws IOException {
    return ServerProcess.startOn(
        CORES, engine.options(), GroupHttp.class, Integer.toString(reactors), way.name());
  }

  private static void difference(String way, ServerProcess server) throws IOException {
    try (var loop = new ClosedLoop(server.port(), MANY, 1, Get.of(server.port(), "/", HELLO))) {
      loop.run(1_000_000_000L);
      long first = server.ask("shard 0");
      long second = server.ask("shard 1");
      System.out.printf(
          "%d connections, %s: %d and %d, they differ by %.1f percent%n",
          MANY, way, first, second, 100.0 * Math.abs(first - second) / Math.max(first, second));
    }
  }
}
