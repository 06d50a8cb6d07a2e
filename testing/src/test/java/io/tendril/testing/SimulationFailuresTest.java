package io.tendril.testing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.DatagramProtocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a simulation says when it fails, and that what it says can be run again. */
class SimulationFailuresTest {
  private static final Pattern SHRUNK =
      Pattern.compile("shrunk in (\\d+) runs, from (\\d+) faults .* to (\\d+) faults .*=(\\S+)");

  /** Sends fifty numbers; the list has what came of them. */
  private static List<Integer> send(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    net.link(server, client).latency(ofMillis(1), ofMillis(20)).loss(0.2).duplication(0.2);
    List<Integer> heard = new ArrayList<>();
    server.run(reactor ->
        reactor.bindDatagram(
            "udp:7", t -> (DatagramProtocol) (data, _) -> heard.add(data.getInt())));
    client.run(reactor ->
        reactor.connectDatagram(
            "udp:server:7",
            t -> {
              for (int i = 0; i < 50; i++) {
                t.send(ByteBuffer.allocate(4).putInt(i).flip());
              }
              return (DatagramProtocol) (_, _) -> {};
            }));
    net.runFor(ofSeconds(1));
    return heard;
  }

  /** Is upset by two certain losses only, and by a doubled datagram beside them. */
  static class Fussy {
    @SimulationTest(seeds = 200)
    void hearsOneOfTwo(Simulation net) {
      List<Integer> heard = send(net);
      boolean doubled = heard.size() > heard.stream().distinct().count();
      assertThat(heard.contains(7) || heard.contains(30) || !doubled).isTrue();
    }
  }

  private static String firstFailure(JUnitRun run) {
    for (String name : run.order()) {
      if (!run.passed(name)) {
        return run.failure(name).getMessage();
      }
    }
    throw new AssertionError("no seed has failed");
  }

  @Test
  void aFailureIsShrunkToTheFaultsThatItNeeds() {
    String message = firstFailure(JUnitRun.of(Fussy.class));
    Matcher shrunk = SHRUNK.matcher(message);
    assertThat(shrunk.find()).as(message).isTrue();
    assertThat(Integer.parseInt(shrunk.group(2))).isGreaterThan(5);
    assertThat(shrunk.group(3)).isEqualTo("3");
    assertThat(message)
        .contains("mvn test -Dtest='" + Fussy.class.getName() + "#hearsOneOfTwo'")
        .containsPattern("client - server (loses|doubles)|server - client (loses|doubles)")
        .containsPattern("server:7 has a datagram of 4 bytes from client:\\d+");
  }

  @Test
  void whatWasShrunkFailsAgain() {
    String message = firstFailure(JUnitRun.of(Fussy.class));
    Matcher shrunk = SHRUNK.matcher(message);
    assertThat(shrunk.find()).as(message).isTrue();
    for (int i = 0; i < 2; i++) {
      var again = JUnitRun.of(Fussy.class, "tendril.seed", shrunk.group(4));
      assertThat(again.order()).containsExactly("seed " + shrunk.group(4));
      String told = firstFailure(again);
      assertThat(told.substring(told.indexOf("its faults:")))
          .isEqualTo(message.substring(message.indexOf("its faults:")));
    }
  }

  static class NeedsNothing {
    @SimulationTest(seeds = 1)
    void fails(Simulation net) {
      assertThat(send(net)).isEmpty();
    }
  }

  @Test
  void aFailureThatNeedsNoFaultIsShrunkToNone() {
    assertThat(firstFailure(JUnitRun.of(NeedsNothing.class)))
        .contains("to 0 faults")
        .contains("-Dtendril.seed=1:\n");
  }

  static class Forgetful {
    private static int runs;

    @SimulationTest(seeds = 1)
    void failsOnce(Simulation net) {
      assertThat(runs++).isNotZero();
    }
  }

  @Test
  void aFailureThatDoesNotComeAgainIsToldAsSuch() {
    assertThat(firstFailure(JUnitRun.of(Forgetful.class)))
        .contains("a second run of this seed passed; the test keeps something from run to run");
  }

  // ---- Invariants -----------------------------------------------------------------------------

  static class Invariant {
    @SimulationTest(seeds = 50)
    void neverHearsThirteen(Simulation net) {
      var heard = new ArrayList<Integer>();
      net.host("server")
          .run(reactor ->
              reactor.bindDatagram(
                  "udp:7", t -> (DatagramProtocol) (data, _) -> heard.add(data.getInt())));
      net.always("thirteen is not heard", () -> !heard.contains(13));
      net.host("client")
          .run(reactor ->
              reactor.connectDatagram(
                  "udp:server:7",
                  t -> {
                    t.send(ByteBuffer.allocate(4).putInt(13).flip());
                    return (DatagramProtocol) (_, _) -> {};
                  }));
      net.runFor(ofSeconds(1));
      heard.clear(); // too late
    }
  }

  @Test
  void anInvariantIsCheckedAfterEachEvent() {
    String message = firstFailure(JUnitRun.of(Invariant.class));
    assertThat(message).contains("does not hold: thirteen is not heard").contains("to 0 faults");
    String[] lines = message.split("\n");
    assertThat(lines[lines.length - 1]).contains("server:7 has a datagram of 4 bytes");
  }

  // ---- Coverage -------------------------------------------------------------------------------

  static class Covered {
    @SimulationTest(
        seeds = 5,
        expect = {Fault.LOSS, Fault.DUPLICATION})
    void sends(Simulation net) {
      send(net);
      assertThat(net.count(Fault.LOSS)).isPositive();
    }
  }

  static class Uncovered {
    @SimulationTest(
        seeds = 5,
        expect = {Fault.LOSS, Fault.PARTITION})
    void sends(Simulation net) {
      send(net);
    }
  }

  @Test
  void theFaultsOfAllRunsAreCounted() {
    var run = JUnitRun.of(Covered.class);
    assertThat(run.order()).hasSize(6);
    assertThat(run.order().getLast()).matches("in 5 runs: LOSS \\d+, DUPLICATION \\d+");
    assertThat(run.order()).allMatch(run::passed);
  }

  @Test
  void aFaultThatWasExpectedAndNeverHappenedIsNoticed() {
    var run = JUnitRun.of(Uncovered.class);
    assertThat(run.failure(run.order().getLast()))
        .hasMessageContaining("never happened: [PARTITION]; in 5 runs: LOSS");
  }

  @Test
  void thePropertySaysHowManySeeds() {
    assertThat(JUnitRun.of(Covered.class, "tendril.seeds", "8").order()).hasSize(9);
  }

  // ---- Replays --------------------------------------------------------------------------------

  @Test
  void aReplayIsReadAsItIsWritten() {
    for (String text :
        List.of("17", "17:", "-3:chop", "5:chop,order", "17:chop,order,3,40", "1:7")) {
      assertThat(Replay.parse(text)).hasToString(text);
    }
    for (String text : List.of("", "x", "17:0", "17:-1", "17:3,,4", "17:loss", "1.5")) {
      assertThatThrownBy(() -> Replay.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not a run of a simulation: " + text);
    }
  }

  @Test
  void aReplayWithoutUnkindnessIsKind() {
    try (var net = Simulation.replay("9:")) {
      assertThat(send(net)).hasSize(50).doesNotHaveDuplicates();
      assertThat(net.seed()).isEqualTo(9);
    }
  }
}
