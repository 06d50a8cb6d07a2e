package io.tendril.testing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;

/** Blocking calls in a simulation: one moment each, after the time that they take. */
class BlockingInVirtualTimeTest {
  private final List<String> log = new ArrayList<>();

  private static long millis(Simulation net) {
    return net.clock().nanoTime() / 1_000_000;
  }

  private static void tick(Reactor reactor, List<String> log) {
    log.add("tick");
    var _ = reactor.callLater(ofMillis(400), () -> tick(reactor, log));
  }

  @SimulationTest(seeds = 10)
  void aCoroutineWaitsAndTheReactorGoesOn(Simulation net) {
    var host = net.host("one");
    host.blockingTakes(ofSeconds(1), ofSeconds(1));
    host.run(reactor -> {
      tick(reactor, log);
      return reactor.async(() -> {
        String result = reactor.blocking(() -> "read at " + millis(net));
        log.add(result + ", known at " + millis(net));
        return result;
      });
    });
    net.runFor(ofMillis(1_100));
    assertThat(log).containsExactly("tick", "tick", "tick", "read at 1000, known at 1000");
  }

  @SimulationTest(seeds = 10)
  void aPoolOfOneThreadDoesOneThingAfterAnother(Simulation net) {
    var host = net.host("one");
    host.blockingTakes(ofMillis(100), ofMillis(300));
    host.run(reactor -> {
      var pool = reactor.pool("disk", 1, 10);
      for (int i = 0; i < 10; i++) {
        int number = i;
        var _ = reactor.deferToThread(pool, () -> log.add("call " + number));
      }
      return Deferred.done();
    });
    net.runFor(ofMillis(999));
    assertThat(log).hasSizeBetween(3, 9);
    net.runFor(ofMillis(2_001));
    assertThat(log)
        .containsExactly(
            "call 0", "call 1", "call 2", "call 3", "call 4", "call 5", "call 6", "call 7",
            "call 8", "call 9");
  }

  @SimulationTest(seeds = 10)
  void aFullPoolRefuses(Simulation net) {
    var host = net.host("one");
    host.blockingTakes(ofSeconds(1), ofSeconds(2));
    Reactor reactor = host.newReactor(host.options().withBlocking(2, 3));
    reactor.execute(() -> {
      for (int i = 0; i < 7; i++) {
        int number = i;
        var _ =
            reactor
                .deferToThread(() -> number + " runs")
                .exceptionally(RejectedExecutionException.class, _ -> number + " is refused")
                .thenAccept(log::add);
      }
    });
    net.runFor(ofMillis(999));
    assertThat(log).containsExactly("5 is refused", "6 is refused");
    net.runFor(ofSeconds(6));
    assertThat(log).hasSize(7).contains("0 runs", "1 runs", "2 runs", "3 runs", "4 runs");
  }

  @SimulationTest(seeds = 5)
  void whatBelongsToTheReactorsThreadIsRefusedToIt(Simulation net) {
    var promise = new ArrayList<Promise<String>>();
    net.host("one")
        .run(reactor -> {
          promise.add(reactor.promise());
          return reactor
              .deferToThread(() -> {
                promise.getFirst().succeed("from the wrong thread");
                return "nothing was thrown";
              })
              .exceptionally(IllegalStateException.class, Throwable::getMessage)
              .thenAccept(log::add);
        });
    net.runFor(ofSeconds(1));
    assertThat(log).singleElement().asString().contains("was used from thread");
    assertThat(promise.getFirst().isDone()).isFalse();
  }

  @SimulationTest(seeds = 5)
  void aCallThatIsCancelledDoesNotHappen(Simulation net) {
    var host = net.host("one");
    host.blockingTakes(ofSeconds(1), ofSeconds(1));
    host.run(reactor -> {
      var pool = reactor.pool("disk", 1, 1);
      var first = reactor.deferToThread(pool, () -> log.add("first"));
      var second = reactor.deferToThread(pool, () -> log.add("second"));
      var _ = reactor.callLater(ofMillis(500), first::cancel);
      var _ = first.exceptionally(CancellationException.class, _ -> false);
      return second.thenRun(() -> log.add("known at " + millis(net)));
    });
    net.runFor(ofSeconds(5));
    assertThat(log).containsExactly("second", "known at 1500");
  }

  @SimulationTest(
      seeds = 10,
      expect = {Fault.KILL})
  void aCallOfAProgramThatIsKilledDoesNotHappen(Simulation net) {
    var host = net.host("one");
    host.blockingTakes(ofMillis(1), ofSeconds(1));
    host.run(reactor -> {
      var _ = reactor.deferToThread(() -> log.add("done"));
      return Deferred.done();
    });
    Duration before = ofMillis(net.random().nextInt(1_000));
    net.runFor(before);
    host.kill();
    int done = log.size();
    net.runFor(ofSeconds(5));
    assertThat(log).hasSize(done);
    host.restart();
    net.runFor(ofSeconds(5));
    assertThat(log).hasSize(done + 1);
  }
}
