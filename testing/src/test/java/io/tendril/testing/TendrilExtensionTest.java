package io.tendril.testing;

import static io.tendril.testing.Deferreds.failedWith;
import static io.tendril.testing.Deferreds.hasNoResult;
import static io.tendril.testing.Deferreds.succeededWith;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

class TendrilExtensionTest {
  private record Quiet(Transport transport) implements Protocol {
    @Override
    public void dataReceived(ByteBuffer data) {
      data.position(data.limit());
    }
  }

  // ---- What a test may have -------------------------------------------------------------------

  @TendrilTest
  void aReactorInRealTimeWhoseThreadIsTheTests(Reactor reactor) {
    assertThat(Reactor.current()).isSameAs(reactor);
    assertThat(reactor.toString()).doesNotContain("memory");
  }

  @TendrilTest
  void aReactorInVirtualTimeIfThereIsAClock(Reactor reactor, TestClock clock) {
    assertThat(clock.reactor()).isSameAs(reactor);
    var later = reactor.after(ofHours(1)).thenApply(_ -> "late");
    hasNoResult(later);
    clock.advance(ofHours(1));
    assertThat(succeededWith(later)).isEqualTo("late");
  }

  @TendrilTest(virtual = true)
  void aReactorInVirtualTimeIfItSaysSo(Reactor reactor) {
    assertThat(reactor.toString()).contains("memory");
  }

  @TendrilTest
  void aCurrentReactorInAnyCase() {
    assertThat(Reactor.current().toString()).contains("memory");
    Promise<String> promise = Promise.create();
    promise.fail(new IOException("as expected"));
    assertThat(failedWith(promise.deferred(), IOException.class)).hasMessage("as expected");
  }

  @TendrilTest
  void aNetworkInMemory(MemoryNetwork network, TestRun test) {
    assertThat(network.host("localhost").reactor()).isSameAs(test.reactor());
  }

  @TendrilTest
  void resultsInRealTime(Reactor reactor, TestRun test) throws Exception {
    var listener = test.result(reactor.listen("tcp:0:interface=127.0.0.1", Quiet::new));
    test.addCleanup(listener::close);
    var client = test.result(reactor.connect("tcp:127.0.0.1:" + listener.port(), Quiet::new));
    client.transport().loseConnection();
    Deferred<Integer> seven = reactor.after(ofMillis(1)).thenApply(_ -> 7);
    assertThat(test.result(seven)).isEqualTo(7);
  }

  @TendrilTest
  void resultsInVirtualTime(TestClock clock, TestRun test) throws Exception {
    Deferred<Integer> seven = test.reactor().after(ofHours(1)).thenApply(_ -> 7);
    assertThat(test.result(seven)).isEqualTo(7);
  }

  @TendrilTest
  void failuresAsTheyAre(Reactor reactor, TestRun test) {
    var failing =
        reactor
            .after(ofMillis(1))
            .thenApply(_ -> {
              throw new IOException("as expected");
            });
    assertThatThrownBy(() -> test.result(failing))
        .isInstanceOf(IOException.class)
        .hasMessage("as expected");
    assertThat(test.failure(Deferred.failed(new IOException("too")), IOException.class))
        .hasMessage("too");
  }

  @TendrilTest
  void conditions(TestClock clock, TestRun test) {
    List<String> log = new ArrayList<>();
    test.reactor().callLater(ofSeconds(1), () -> log.add("one"));
    test.until(() -> !log.isEmpty());
  }

  @TendrilTest
  void anExpectedFailure(Reactor reactor, TestRun test) throws Exception {
    test.expectFailure(IllegalStateException.class);
    reactor.execute(() -> {
      throw new IllegalStateException("as expected");
    });
    var _ = test.result(reactor.after(ofMillis(1)));
  }

  @Nested
  @ExtendWith(TendrilExtension.class)
  class WithOtherKindsOfTests {
    private final Reactor reactor;
    private int set;

    WithOtherKindsOfTests(Reactor reactor) {
      this.reactor = reactor;
    }

    @BeforeEach
    void setUp(TestRun test) throws Exception {
      set = test.result(reactor.after(ofMillis(1)).thenApply(_ -> 5));
    }

    @Test
    void aPlainTest() {
      assertThat(set).isEqualTo(5);
      assertThat(Reactor.current()).isSameAs(reactor);
    }

    @RepeatedTest(2)
    void aRepeatedTest(Reactor again) {
      assertThat(again).isSameAs(reactor);
    }

    @AfterEach
    void tearDown(Reactor again) {
      assertThat(again).isSameAs(reactor);
    }
  }

  // ---- What a test must not leave -------------------------------------------------------------

  private static final List<String> LOG = new ArrayList<>();

  static class Leaving {
    @TendrilTest
    void aListener(Reactor reactor, TestRun test) throws Exception {
      test.result(reactor.listen("tcp:0", Quiet::new));
    }

    @TendrilTest
    void aConnection(TestClock clock, TestRun test) throws Exception {
      var reactor = clock.reactor();
      var listener = test.result(reactor.listen("tcp:80", Quiet::new));
      test.result(reactor.connect("tcp:127.0.0.1:80", Quiet::new));
      test.result(listener.close());
    }

    @TendrilTest
    void aDelayedCall(Reactor reactor) {
      reactor.callLater(ofSeconds(30), () -> {});
    }

    @TendrilTest
    void aSocket(Reactor reactor, TestRun test) throws Exception {
      test.result(reactor.bindDatagram("udp:0", _ -> (_, _) -> {}));
    }

    @TendrilTest
    void anUnhandledFailure(Reactor reactor) {
      Promise<Void> promise = reactor.promise();
      promise.fail(new IOException("unnoticed"));
    }

    @TendrilTest
    void aReportedFailure(TestClock clock) {
      clock
          .reactor()
          .execute(() -> {
            throw new IllegalStateException("reported");
          });
    }

    @TendrilTest
    void aFailureThatDidNotCome(TestRun test) {
      test.expectFailure(IOException.class);
    }

    @TendrilTest
    void nothingButAConnectionThatIsClosing(Reactor reactor, TestRun test) throws Exception {
      var listener = test.result(reactor.listen("tcp:0:interface=127.0.0.1", Quiet::new));
      var client = test.result(reactor.connect("tcp:127.0.0.1:" + listener.port(), Quiet::new));
      client.transport().loseConnection();
      var _ = listener.close();
    }
  }

  @Test
  void failsATestThatLeavesSomethingBehind() {
    var run = JUnitRun.of(Leaving.class);
    String here = "TendrilExtensionTest$Leaving.";
    assertThat(run.failure("aListener"))
        .hasMessageContaining("left behind")
        .hasMessageContaining("a listener ")
        .hasMessageContaining("made at io.tendril.testing." + here + "aListener");
    assertThat(run.failure("aConnection"))
        .hasMessageContaining("a connection 127.0.0.1:")
        .hasMessageContaining(here + "aConnection");
    assertThat(run.failure("aDelayedCall"))
        .hasMessageContaining("a delayed call due in ")
        .hasMessageContaining(here + "aDelayedCall");
    assertThat(run.failure("aSocket")).hasMessageContaining(here + "aSocket");
    assertThat(run.failure("anUnhandledFailure"))
        .hasMessageContaining("nobody handled it")
        .hasMessageContaining(here + "anUnhandledFailure")
        .hasRootCauseMessage("unnoticed");
    assertThat(run.failure("aReportedFailure")).hasRootCauseMessage("reported");
    assertThat(run.failure("aFailureThatDidNotCome"))
        .hasMessageContaining("expected a failure of type java.io.IOException");
    assertThat(run.passed("nothingButAConnectionThatIsClosing")).isTrue();
  }

  static class CleaningUp {
    @BeforeEach
    void setUp(Reactor reactor, TestRun test) {
      test.addCleanup(() -> {
        LOG.add("first begins");
        return reactor.after(ofMillis(5)).thenRun(() -> LOG.add("first ends"));
      });
      test.addCleanup(() -> LOG.add("second"));
      if (LOG.contains("fail")) {
        throw new IllegalStateException("the set-up failed");
      }
    }

    @TendrilTest
    void aTest() {
      LOG.add("test");
    }

    @AfterEach
    void tearDown() {
      LOG.add("after");
    }
  }

  @Test
  void cleansUpInReverseOrderAndWaits() {
    LOG.clear();
    var run = JUnitRun.of(CleaningUp.class);
    assertThat(run.passed("aTest")).isTrue();
    assertThat(LOG).containsExactly("test", "after", "second", "first begins", "first ends");
  }

  @Test
  void cleansUpAfterAFailedSetUp() {
    LOG.clear();
    LOG.add("fail");
    var run = JUnitRun.of(CleaningUp.class);
    assertThat(run.failure("aTest")).hasMessage("the set-up failed");
    assertThat(LOG).endsWith("second", "first begins", "first ends");
  }

  static class Failing {
    @TendrilTest
    void aCleanup(Reactor reactor, TestRun test) {
      test.addCleanup(() -> Deferred.failed(new IOException("cannot clean up")));
      test.addCleanup(() -> LOG.add("the other"));
    }

    @TendrilTest
    void itselfAndLeaving(Reactor reactor) {
      reactor.callLater(ofSeconds(30), () -> {});
      throw new IllegalStateException("failed by itself");
    }

    @TendrilTest(seconds = 1)
    void forWantOfAResult(Reactor reactor, TestRun test) throws Exception {
      test.result(reactor.promise().deferred());
    }

    @TendrilTest
    void forWantOfAnythingToHappen(TestClock clock, TestRun test) throws Exception {
      test.result(Promise.create().deferred());
    }

    @TendrilTest
    void whileItWaits(Reactor reactor, TestRun test) throws Exception {
      reactor.execute(() -> {
        throw new IllegalStateException("meanwhile");
      });
      test.result(reactor.after(ofHours(1)));
    }

    @TendrilTest
    void withAFailure(TestRun test) throws Exception {
      test.result(Deferred.failed(new IOException("came back")));
    }
  }

  @Test
  void tellsFailuresApart() {
    LOG.clear();
    var run = JUnitRun.of(Failing.class);
    assertThat(run.failure("aCleanup")).hasRootCauseMessage("cannot clean up");
    assertThat(LOG).containsExactly("the other");
    assertThat(run.failure("itselfAndLeaving"))
        .hasMessage("failed by itself")
        .hasNoSuppressedExceptions();
    assertThat(run.failure("forWantOfAResult")).hasMessageStartingWith("no result after 1 s");
    assertThat(run.failure("forWantOfAnythingToHappen"))
        .hasMessageStartingWith("no result and nothing left to happen");
    assertThat(run.failure("whileItWaits")).hasRootCauseMessage("meanwhile");
    assertThat(run.failure("withAFailure"))
        .isInstanceOf(IOException.class)
        .hasStackTraceContaining("it was waited for here");
  }

  // ---- Assertions on Deferreds ----------------------------------------------------------------

  @TendrilTest
  void saysWhatADeferredHasComeTo() {
    Promise<String> promise = Promise.create();
    Deferred<String> pending = promise.deferred();
    hasNoResult(pending);
    assertThatThrownBy(() -> succeededWith(pending))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no result yet");
    promise.succeed("value");
    assertThatThrownBy(() -> hasNoResult(promise.deferred())).hasMessageContaining("value");
    assertThat(succeededWith(Deferred.succeeded("value"))).isEqualTo("value");
    assertThat(succeededWith(Deferred.done())).isNull();
    assertThatThrownBy(() -> succeededWith(Deferred.failed(new IOException("no"))))
        .hasMessageContaining("has failed")
        .hasCauseInstanceOf(IOException.class);
    assertThatThrownBy(() -> failedWith(Deferred.done(), IOException.class))
        .hasMessageContaining("has succeeded");
    assertThatThrownBy(
            () -> failedWith(Deferred.failed(new IllegalStateException("x")), IOException.class))
        .hasMessageContaining("expected java.io.IOException")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  // ---- Simulations ----------------------------------------------------------------------------

  static class Simulated {
    @SimulationTest(seeds = 3)
    void oneSeed(Simulation net) {
      assertThat(net.seed()).isNotEqualTo(2);
    }
  }

  @Test
  void aSimulationThatFailsSaysItsSeed() {
    var run = JUnitRun.of(Simulated.class);
    assertThat(run.order()).containsExactly("seed 1", "seed 2", "seed 3", "no fault in 3 runs");
    assertThat(run.passed("seed 1")).isTrue();
    assertThat(run.failure("seed 2"))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(
            "with seed 2 (replay: -Dtendril.seed=2, or @SimulationTest(replay = \"2\")): ");
    assertThat(run.passed("seed 3")).isTrue();
  }

  @Test
  void aSimulationRunsTheSeedOfTheProperty() {
    var run = JUnitRun.of(Simulated.class, "tendril.seed", "77");
    assertThat(run.order()).containsExactly("seed 77");
  }
}
