package io.tendril.testing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectFailed;
import io.tendril.core.Connection;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.CoroutineScope;
import io.tendril.core.DeferredLock;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * A simulation needs no carrier of its own: coroutines go the same way, to the last event, on
 * continuations and on virtual threads, and in every virtual machine.
 */
class CarriersInVirtualTimeTest {
  private static final int SEEDS = 4;

  /** Answers each line in turn, after a blocking call and a little time. */
  private static void serve(Connection connection, DeferredLock lock) {
    Reactor reactor = Reactor.current();
    for (String line : connection.lines()) {
      String answer =
          lock.with(() ->
                  reactor.async(() -> {
                    String upper = reactor.blocking(() -> line.toUpperCase());
                    reactor.after(ofMillis(reactor.random().nextInt(20))).await();
                    return upper;
                  }))
              .await();
      connection.writeLine(answer);
    }
  }

  /** Asks on several connections at once, again and again, and has little patience. */
  private static void ask(Reactor reactor, Simulation net) {
    for (int round = 0; ; round++) {
      int number = round;
      List<String> answers = new ArrayList<>();
      String end =
          reactor
              .async(() -> askOnce(reactor, number, answers))
              .orTimeout(ofSeconds(3), "answers")
              .exceptionally(TimeoutException.class, _ -> "late")
              .exceptionally(ConnectFailed.class, _ -> "not connected")
              .exceptionally(ConnectionClosed.class, _ -> "closed")
              .await();
      net.note(end + " " + answers);
      reactor.after(ofMillis(200)).await();
    }
  }

  private static String askOnce(Reactor reactor, int number, List<String> answers)
      throws Exception {
    return CoroutineScope.run(scope -> {
      for (int i = 0; i < 3; i++) {
        int mine = i;
        var _ =
            scope.async(() -> {
              Connection connection = reactor.connect("tcp:server:7").await();
              try {
                for (int j = 0; j < 5; j++) {
                  connection.writeLine("question " + number + " " + mine + " " + j);
                  answers.add(connection.readLine());
                }
              } finally {
                connection.close();
              }
              return "asked";
            });
      }
      scope.join();
      return "all";
    });
  }

  /** A run with coroutines in all they do; the hash of its timeline. */
  private static String run(long seed, TreeSet<String> carriers) {
    try (var net = new Simulation(seed)) {
      net.network()
          .observe(event -> {
            if (event instanceof ReactorEvent.Chosen chosen
                && chosen.what().equals("coroutine carrier")) {
              carriers.add(chosen.choice());
            }
          });
      var server = net.host("server");
      server.crashes().pauses();
      server.blockingTakes(ofMillis(0), ofMillis(30));
      server.run(reactor -> {
        var lock = new DeferredLock();
        return reactor.listen("tcp:7", Protocol.direct(connection -> serve(connection, lock)));
      });
      for (int i = 0; i < 3; i++) {
        var client = net.host("client " + i);
        net.link(server, client).latency(ofMillis(1), ofMillis(80)).loss(0.05).resets(0.002);
        client.run(reactor -> {
          var _ =
              reactor
                  .async(() -> {
                    ask(reactor, net);
                    return "never";
                  })
                  .exceptionally(_ -> "stopped");
          return reactor.after(ofMillis(1));
        });
      }
      net.runFor(ofSeconds(30));
      return Long.toHexString(net.timelineHash());
    }
  }

  /** For a virtual machine of its own: prints the carrier and the hashes. */
  static void main() {
    var carriers = new TreeSet<String>();
    List<String> hashes = hashes(carriers);
    IO.println(carriers);
    hashes.forEach(IO::println);
  }

  private static List<String> hashes(TreeSet<String> carriers) {
    var hashes = new ArrayList<String>();
    for (int seed = 1; seed <= SEEDS; seed++) {
      hashes.add(run(seed, carriers));
    }
    return hashes;
  }

  /** The hashes of another virtual machine, with these options. */
  private static List<String> elsewhere(String... options) throws Exception {
    var command = new ArrayList<>(List.of(options));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            CarriersInVirtualTimeTest.class.getName()));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return Program.named(java).run(command.toArray(String[]::new)).succeeded().lines().toList();
  }

  @Test
  void coroutinesGoTheSameWayOnEachCarrierAndInEachVirtualMachine() throws Exception {
    List<String> virtual = elsewhere();
    List<String> continuations =
        elsewhere("--add-exports", "java.base/jdk.internal.vm=ALL-UNNAMED");
    assertThat(virtual.getFirst()).isEqualTo("[virtual threads]");
    assertThat(continuations.getFirst()).isEqualTo("[continuations]");
    List<String> hashes = virtual.subList(1, virtual.size());
    assertThat(hashes).hasSize(SEEDS).doesNotHaveDuplicates();
    assertThat(continuations.subList(1, continuations.size())).isEqualTo(hashes);
    assertThat(hashes(new TreeSet<>())).isEqualTo(hashes);
  }
}
