package io.tendril.examples.register;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tendril.core.Reactor;
import io.tendril.testing.Fault;
import io.tendril.testing.MemoryHost;
import io.tendril.testing.Simulation;
import io.tendril.testing.SimulationTest;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Three hosts that crash, stand still and lose each other keep one register. */
class RegisterTest {
  private static final List<String> NAMES = List.of("ada", "bob", "cyd");

  private final Replica[] replicas = new Replica[3];
  private Version newest = new Version(0, 0, "nothing");
  private int answered;

  private void start(Simulation net, Replica.Mistake mistake) {
    for (int id = 0; id < 3; id++) {
      int mine = id;
      var disk = new Replica.Disk();
      List<String> others =
          NAMES.stream()
              .filter(name -> !name.equals(NAMES.get(mine)))
              .map(name -> "tcp:" + name + ":7")
              .toList();
      net.host(NAMES.get(id))
          .run(reactor -> {
            replicas[mine] = new Replica(reactor, disk, mine, others, mistake);
            return replicas[mine].start("tcp:7");
          });
    }
    for (int i = 0; i < 3; i++) {
      net.link(net.host(NAMES.get(i)), net.host(NAMES.get((i + 1) % 3)))
          .latency(ofMillis(1), ofMillis(60))
          .loss(0.05)
          .stalls()
          .partitions();
      net.host(NAMES.get(i)).crashes().pauses();
    }
    net.always("one lease at most", () -> leases() <= 1);
    for (int i = 0; i < 2; i++) {
      MemoryHost client = net.host("client " + i);
      String prefix = i + ".";
      NAMES.forEach(name -> net.link(client, net.host(name)).latency(ofMillis(1), ofMillis(30)));
      client.run(reactor -> {
        use(reactor, net.random(), prefix, 0);
        return reactor.after(ofMillis(1));
      });
    }
  }

  /** How many replicas would answer a read now; those that are down would not. */
  private int leases() {
    int count = 0;
    for (Replica replica : replicas) {
      if (replica != null && replica.hasLease()) {
        count++;
      }
    }
    return count;
  }

  /** Reads or writes, and again; what comes back must not be older than what was known before. */
  private void use(Reactor reactor, RandomGenerator random, String prefix, int number) {
    String where = "tcp:" + NAMES.get(random.nextInt(3)) + ":7";
    boolean writes = random.nextInt(3) == 0;
    Version before = newest;
    var _ =
        Question.ask(reactor, where, writes ? "WRITE " + prefix + number : "READ")
            .orTimeout(ofSeconds(4), "the register")
            .exceptionally(_ -> "NO")
            .thenAccept(answer -> {
              if (!answer.equals("NO")) {
                check(answer, before, writes);
              }
            })
            .thenCompose(_ -> reactor.after(ofMillis(random.nextInt(300))))
            .thenRun(() -> use(reactor, random, prefix, number + 1));
  }

  private void check(String answer, Version before, boolean written) {
    answered++;
    var version = Version.parse(answer.split(" ", 2)[1]);
    assertThat(version.compareTo(before))
        .as("%s, after %s was there", version, before)
        .isGreaterThanOrEqualTo(written ? 1 : 0);
    if (version.compareTo(newest) == 0) {
      assertThat(version).isEqualTo(newest);
    }
    if (version.compareTo(newest) > 0) {
      newest = version;
    }
  }

  @SimulationTest(
      seeds = 100,
      expect = {
        Fault.LOSS,
        Fault.STALL,
        Fault.PARTITION,
        Fault.KILL,
        Fault.POWER_LOSS,
        Fault.PAUSE
      })
  void noReadIsOlderThanWhatWasThereBefore(Simulation net) {
    start(net, Replica.Mistake.NONE);
    net.runFor(ofMinutes(1));
    net.heal();
    net.runFor(ofSeconds(15));
    int before = answered;
    net.runFor(ofSeconds(10));
    assertThat(answered).as("it works again").isGreaterThan(before + 3);
  }

  // ---- A mistake ------------------------------------------------------------------------------

  private static void mistaken(Simulation net) {
    new RegisterTest().start(net, Replica.Mistake.LEASE_FROM_THE_ANSWER);
    net.runFor(ofSeconds(40));
  }

  private static final Pattern SHRUNK =
      Pattern.compile("shrunk in .* to (\\d+) faults .* -Dtendril.seed=(\\S+)");

  @Test
  void aMistakeIsFoundAndShrunkAndFoundAgain() {
    AssertionError found =
        catchThrowableOfType(
            AssertionError.class,
            () -> Simulation.explore("the register", 1_000, RegisterTest::mistaken));
    assertThat(found).as("found within a thousand seeds").isNotNull();
    assertThat(found).hasMessageContaining("does not hold: one lease at most");
    Matcher shrunk = SHRUNK.matcher(found.getMessage());
    assertThat(shrunk.find()).as(found.getMessage()).isTrue();
    assertThat(Integer.parseInt(shrunk.group(1))).as(found.getMessage()).isLessThan(20);
    var timelines = new ArrayList<List<String>>();
    for (int i = 0; i < 3; i++) {
      var net = Simulation.replay(shrunk.group(2));
      assertThatThrownBy(() -> mistaken(net)).hasMessage("does not hold: one lease at most");
      timelines.add(net.timeline());
    }
    assertThat(timelines.get(1)).isEqualTo(timelines.get(0)).isEqualTo(timelines.get(2));
  }
}
