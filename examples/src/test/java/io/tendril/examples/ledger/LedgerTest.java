package io.tendril.examples.ledger;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tendril.core.ConnectFailed;
import io.tendril.core.Connection;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Reactor;
import io.tendril.testing.Fault;
import io.tendril.testing.Simulation;
import io.tendril.testing.SimulationTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A ledger whose host crashes has every line that it has confirmed. */
class LedgerTest {
  private final Map<Integer, String> confirmed = new TreeMap<>();
  private int looked;
  private @Nullable String wrong;

  private void start(Simulation net, Ledger.Mistake mistake) {
    var server = net.host("server");
    var client = net.host("client");
    net.link(server, client).latency(ofMillis(1), ofMillis(20)).resets(0.001);
    Path directory = server.disk().root();
    server.crashes().blockingTakes(ofMillis(1), ofMillis(100));
    net.always("a confirmed line is there", () -> wrong == null);
    server.run(reactor -> new Ledger(reactor, directory, mistake).start("tcp:7"));
    client.run(reactor -> {
      var _ =
          reactor
              .async(() -> use(reactor, net))
              .exceptionally(CancellationException.class, _ -> "the run is over");
      return reactor.after(ofMillis(1));
    });
  }

  /** Uses the ledger, and again: with patience, since it may be down or away. */
  private String use(Reactor reactor, Simulation net) {
    for (int round = 0; ; round++) {
      String name = "line " + round;
      var _ =
          reactor
              .async(() -> lookAndAdd(reactor.connect("tcp:server:7").await(), name, net))
              .orTimeout(ofSeconds(30), "the ledger")
              .exceptionally(ConnectFailed.class, _ -> "not there")
              .exceptionally(ConnectionClosed.class, _ -> "gone")
              .exceptionally(TimeoutException.class, _ -> "silent")
              .await();
      reactor.after(ofMillis(500)).await();
    }
  }

  /** Looks for each line that was confirmed, and adds some. */
  private String lookAndAdd(Connection connection, String name, Simulation net) {
    try {
      Map<Integer, String> known = new TreeMap<>(confirmed);
      known.keySet().forEach(number -> connection.writeLine("GET " + number));
      for (var entry : known.entrySet()) {
        String answer = answer(connection);
        if (!answer.equals("LINE " + entry.getValue())) {
          wrong = entry + " is " + answer;
        }
      }
      looked++;
      for (int i = 0; i < 20; i++) {
        String line = name + "." + i + " " + "x".repeat(net.random().nextInt(3_000));
        connection.writeLine("ADD " + line);
        String answer = answer(connection);
        if (answer.startsWith("ADDED ")) {
          confirmed.put(Integer.parseInt(answer.substring(6)), line);
        }
        Reactor.current().after(ofMillis(net.random().nextInt(200))).await();
      }
    } catch (EndOfInput _) {
      return "gone";
    } finally {
      connection.close();
    }
    return "done";
  }

  private static String answer(Connection connection) throws EndOfInput {
    String answer = connection.readLine();
    if (answer == null) {
      throw new EndOfInput();
    }
    return answer;
  }

  /** The ledger has closed the connection. */
  private static final class EndOfInput extends Exception {}

  @SimulationTest(
      seeds = 60,
      expect = {Fault.KILL, Fault.POWER_LOSS, Fault.UNFORCED_LOSS, Fault.RESET})
  void aConfirmedLineIsThereForEver(Simulation net) {
    start(net, Ledger.Mistake.NONE);
    net.runFor(ofMinutes(1));
    net.heal();
    int before = looked;
    net.runFor(ofSeconds(40));
    assertThat(looked).as("looked once more").isGreaterThan(before);
    assertThat(confirmed).hasSizeGreaterThan(50);
  }

  // ---- Mistakes -------------------------------------------------------------------------------

  private static final Pattern SHRUNK =
      Pattern.compile("shrunk in .* to (\\d+) faults .* -Dtendril.seed=(\\S+)");

  private static void mistaken(Simulation net, Ledger.Mistake mistake) {
    new LedgerTest().start(net, mistake);
    net.runFor(ofMinutes(1));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aMistakeIsFoundAndShrunkAndFoundAgain(Ledger.Mistake mistake) {
    AssertionError found =
        catchThrowableOfType(
            AssertionError.class,
            () -> Simulation.explore("the ledger", 1_000, net -> mistaken(net, mistake)));
    assertThat(found).as("found within a thousand seeds").isNotNull();
    assertThat(found).hasMessageContaining("does not hold: a confirmed line is there");
    Matcher shrunk = SHRUNK.matcher(found.getMessage());
    assertThat(shrunk.find()).as(found.getMessage()).isTrue();
    assertThat(Integer.parseInt(shrunk.group(1))).as(found.getMessage()).isLessThan(5);
    List<Long> hashes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      var net = Simulation.replay(shrunk.group(2));
      assertThatThrownBy(() -> mistaken(net, mistake))
          .hasMessageContaining("does not hold: a confirmed line is there");
      hashes.add(net.timelineHash());
    }
    assertThat(hashes.get(0)).isEqualTo(hashes.get(1));
  }

  // ---- On a disk of this computer -------------------------------------------------------------

  @Test
  void itWorksOnAnyFileSystem(@TempDir Path directory) throws IOException {
    var first = new LedgerFile(directory, Ledger.Mistake.NONE);
    assertThat(first.open()).isEmpty();
    first.append("one");
    first.append("two");
    assertThat(new LedgerFile(directory, Ledger.Mistake.NONE).open()).containsExactly("one", "two");
  }
}
