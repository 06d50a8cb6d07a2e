package io.tendril.testing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestClockTest {
  private final TestClock clock = new TestClock();
  private final Reactor reactor = clock.reactor();
  private final List<String> log = new ArrayList<>();

  private void later(long millis, String what) {
    reactor.callLater(ofMillis(millis), () -> log.add(what + "@" + clock.nanoTime() / 1_000_000));
  }

  @Test
  void runsWhatIsDueInOrder() {
    later(30, "c");
    later(10, "a");
    later(20, "b");
    later(20, "b2");

    clock.advance(ofMillis(29));
    assertThat(log).containsExactly("a@10", "b@20", "b2@20");

    clock.advance(ofMillis(1));
    assertThat(log).last().isEqualTo("c@30");
  }

  @Test
  void runsNewlyDueCallsAtTheirOwnTime() {
    reactor.callLater(
        ofSeconds(1),
        () -> {
          later(0, "at once");
          later(500, "half a second on");
        });

    clock.advance(ofSeconds(10));

    assertThat(log).containsExactly("at once@1000", "half a second on@1500");
    assertThat(clock.nanoTime()).isEqualTo(ofSeconds(10).toNanos());
  }

  @Test
  void standsStillWhileNobodyAdvancesIt() {
    later(1, "a");
    clock.runCurrent();
    assertThat(log).isEmpty();
    assertThat(clock.nanoTime()).isZero();
  }

  @Test
  void runsUntilNothingIsLeft() {
    later(5, "a");
    later(7_000, "b");
    assertThat(clock.runUntilIdle()).isEqualTo(ofSeconds(7));
    assertThat(log).containsExactly("a@5", "b@7000");
    assertThat(clock.runUntilIdle()).isEqualTo(Duration.ZERO);
  }

  @Test
  void saysWhatKeepsItBusyForEver() {
    again();
    assertThatThrownBy(clock::runUntilIdle)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a call of localhost");
  }

  private void again() {
    reactor.callLater(ofSeconds(60), this::again);
  }

  @Test
  void noticesALoopThatLetsNoTimePass() {
    inTurns(Integer.MAX_VALUE);
    assertThatThrownBy(() -> clock.advance(ofSeconds(1)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("localhost finds something to do now, turn after turn, 300000");
  }

  @Test
  void letsALongWayAtOneMomentComeToItsEnd() {
    inTurns(250_000);
    clock.runCurrent();
    assertThat(log).containsExactly("at the end");
  }

  @Test
  void noticesALoopSoonerWhereATestSaysSo() {
    clock.mostTurnsAtOneMoment(50);
    inTurns(40);
    clock.runCurrent();
    assertThat(log).containsExactly("at the end");
    clock.advance(ofMillis(1)); // the count is of one moment
    inTurns(40);
    clock.runCurrent();
    inTurns(60);
    assertThatThrownBy(clock::runCurrent).hasMessageContaining("turn after turn, 50 of them");
    assertThatThrownBy(() -> clock.mostTurnsAtOneMoment(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Does something in each of so many turns, all of them now. */
  private void inTurns(int turns) {
    int[] left = {turns};
    reactor.callLater(
        Duration.ZERO,
        new Reactor.Action() {
          @Override
          public void run() {
            if (--left[0] > 0) {
              reactor.callLater(Duration.ZERO, this);
            } else {
              log.add("at the end");
            }
          }
        });
  }

  @Test
  void stopsAtACondition() {
    later(10, "a");
    later(20, "b");
    assertThat(clock.runUntil(() -> log.size() == 1, ofSeconds(1))).isTrue();
    assertThat(clock.nanoTime()).isEqualTo(10_000_000);
    assertThat(clock.runUntil(() -> log.size() == 3, ofSeconds(1))).isFalse();
    assertThat(log).hasSize(2);
  }

  @Test
  void refusesToBeDrivenFromInsideOfACall() {
    Throwable[] thrown = new Throwable[1];
    reactor.callLater(
        Duration.ZERO,
        () -> {
          try {
            clock.advance(ofSeconds(1));
          } catch (IllegalStateException e) {
            thrown[0] = e;
          }
        });
    clock.runCurrent();
    assertThat(thrown[0]).hasMessageContaining("from inside of a call");
  }

  @Test
  void doesNotGoBack() {
    assertThatThrownBy(() -> clock.advance(ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void jumpsOnTheWallOnly() {
    var before = clock.now();
    clock.jumpWall(ofSeconds(-3_600));
    assertThat(clock.now()).isEqualTo(before.minusSeconds(3_600));
    assertThat(clock.nanoTime()).isZero();
    clock.advance(ofSeconds(1));
    assertThat(clock.now()).isEqualTo(before.minusSeconds(3_599));
  }

  @Test
  void callsBetweenReactorsArriveWithoutTimePassing() {
    var other = clock.network().host("other").reactor();
    reactor.callLater(
        ofSeconds(1),
        () ->
            other.execute(() -> {
              log.add("there@" + clock.nanoTime());
              reactor.execute(() -> log.add("back@" + clock.nanoTime()));
            }));
    clock.advance(ofSeconds(1));
    assertThat(log).containsExactly("there@1000000000", "back@1000000000");
  }

  @Test
  void blockingCallsRunInVirtualTime() {
    Deferred<Void> done =
        reactor.deferToThread(() -> Thread.currentThread().getName()).thenAccept(log::add);
    clock.runCurrent();
    assertThat(log).containsExactly("localhost-blocking");
    assertThat(done.isDone()).isTrue();
  }

  @Test
  void aStoppedReactorIsDrivenNoMore() {
    reactor.stop();
    clock.runUntilIdle();
    assertThat(reactor.state()).isEqualTo(Reactor.State.STOPPED);
    assertThat(clock.reactor()).isNotSameAs(reactor);
  }

  @Test
  void aReactorThatRunsItselfPassesVirtualTime() {
    var network = new MemoryNetwork();
    var runner =
        Reactor.create(network.host("self").options().withEngine(network.host("self").engine()));
    runner.execute(() -> runner.callLater(Duration.ofHours(1), runner::stop));
    runner.run();
    assertThat(network.clock().nanoTime()).isEqualTo(Duration.ofHours(1).toNanos());
  }
}
