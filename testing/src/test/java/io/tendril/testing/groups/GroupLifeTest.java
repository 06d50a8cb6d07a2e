package io.tendril.testing.groups;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectFailed;
import io.tendril.core.Deferred;
import io.tendril.core.Reactor;
import io.tendril.core.Service;
import io.tendril.testing.MemoryHost;
import io.tendril.testing.Simulation;
import io.tendril.testing.SimulationTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How groups of reactors begin and end, and what runs in them. */
class GroupLifeTest {
  private final List<String> events = new ArrayList<>();

  private final class Noted implements Service {
    private final String name;

    Noted(String name) {
      this.name = name;
    }

    @Override
    public Deferred<Void> start(Reactor reactor) {
      events.add(name + " starts in " + reactor.options().name());
      return Deferred.done();
    }

    @Override
    public Deferred<Void> stop() {
      events.add(name + " stops in " + Reactor.current().options().name());
      return Deferred.done();
    }
  }

  private static boolean stopped(GroupFixture fixture, List<Reactor> shards) {
    return shards.stream().allMatch(each -> each.state() == Reactor.State.STOPPED);
  }

  // ---- The end --------------------------------------------------------------------------------

  @Test
  void allDrainAndThenAllStop() {
    var fixture = new GroupFixture(3);
    List<Reactor> shards = fixture.group.shards();
    fixture.ask(() -> fixture.group.listen("tcp:80", fixture.visits)).orThrow();
    fixture.call(6);
    fixture.group.stop();
    fixture.clock.advance(ofSeconds(10));
    assertThat(shards).allMatch(each -> each.state() == Reactor.State.DRAINING);
    fixture.call(1);
    assertThat(fixture.refused).hasSize(1);
    fixture.hangUp();
    assertThat(stopped(fixture, shards)).isTrue();
    assertThat(fixture.visits.stopped).hasValue(3);
  }

  @Test
  void oneDeadlineIsThatOfAll() {
    var fixture = new GroupFixture(3);
    List<Reactor> shards = fixture.group.shards();
    fixture.ask(() -> fixture.group.listen("tcp:80", fixture.visits)).orThrow();
    fixture.call(6);
    fixture.group.stop();
    fixture.clock.advance(ofMillis(29_999));
    assertThat(fixture.visits.open).hasSize(6);
    assertThatThrownBy(() -> fixture.clock.advance(ofMillis(1)))
        .hasMessageContaining("ShutdownOverdue");
    assertThat(fixture.visits.open).isEmpty();
    assertThat(stopped(fixture, shards)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void whenOneStopsAllStop(int which) {
    var fixture = new GroupFixture(3);
    List<Reactor> shards = fixture.group.shards();
    shards.get(which).stop();
    fixture.clock.advance(ofSeconds(1));
    assertThat(stopped(fixture, shards)).isTrue();
  }

  @Test
  void whatFailsInOneKeepsNoOtherFromStopping() {
    var fixture = new GroupFixture(3);
    List<Reactor> shards = fixture.group.shards();
    for (Reactor shard : shards) {
      shard.execute(() ->
          shard.beforeStop(
              "what fails",
              () -> {
                throw new IllegalStateException("on purpose");
              }));
      fixture.clock.expectFailure(IllegalStateException.class);
    }
    fixture.clock.runCurrent();
    fixture.group.stop();
    fixture.clock.advance(ofSeconds(1));
    assertThat(stopped(fixture, shards)).isTrue();
  }

  @Test
  void whoAsksOneThatHasStoppedHearsOfIt() {
    var fixture = new GroupFixture(2);
    fixture.group.stop();
    fixture.clock.advance(ofSeconds(1));
    var result = fixture.askIn(fixture.client.reactor(), () -> fixture.group.resize(3));
    assertThat(result.failure)
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("server-0 has stopped");
  }

  @Test
  void whoWaitsForOneThatStopsHearsOfIt() {
    var fixture = new GroupFixture(2);
    Reactor outside = fixture.client.reactor();
    var result =
        fixture.askIn(
            outside, () -> fixture.group.inEach(shard -> shard.<String>promise().deferred()));
    assertThat(result.isThere()).isFalse();
    fixture.group.stop();
    fixture.clock.advance(ofSeconds(1));
    assertThat(result.failure).isNotNull();
  }

  @Test
  void anAnswerThatNobodyWantsAnyMoreIsCancelledThere() {
    var fixture = new GroupFixture(2);
    Reactor asked = fixture.group.shards().get(1);
    fixture
        .group
        .first()
        .execute(() -> {
          Deferred<List<String>> all =
              fixture.group.inEach(shard -> {
                var promise = shard.<String>promise();
                promise.onCancel(() -> events.add(shard.options().name()));
                return shard == asked ? promise.deferred() : Deferred.succeeded("");
              });
          var _ = fixture.group.first().callLater(ofSeconds(1), all::cancel);
        });
    fixture.clock.advance(ofSeconds(2));
    assertThat(events).containsExactly("server-1");
  }

  // ---- Services -------------------------------------------------------------------------------

  @Test
  void servicesRunInEachShardAndInTheGroup() {
    var fixture = new GroupFixture(2);
    fixture.ask(() -> fixture.group.start(new Noted("group")).thenApply(_ -> "")).orThrow();
    fixture
        .ask(() -> fixture.group.startInEach(_ -> new Noted("each")).thenApply(_ -> ""))
        .orThrow();
    fixture.ask(() -> fixture.group.resize(3).thenApply(_ -> "")).orThrow();
    assertThat(events)
        .containsExactly(
            "group starts in server-0",
            "each starts in server-0",
            "each starts in server-1",
            "each starts in server-2");
    events.clear();
    fixture.ask(() -> fixture.group.resize(1).thenApply(_ -> "")).orThrow();
    assertThat(events)
        .containsExactlyInAnyOrder("each stops in server-1", "each stops in server-2");
    events.clear();
    fixture.ask(() -> fixture.group.resize(2).thenApply(_ -> "")).orThrow();
    events.clear();
    fixture.group.stop();
    fixture.clock.advance(ofSeconds(1));
    assertThat(events)
        .containsExactlyInAnyOrder(
            "each stops in server-0", "each stops in server-3", "group stops in server-0");
    assertThat(events.indexOf("group stops in server-0"))
        .isGreaterThan(events.indexOf("each stops in server-3"));
  }

  @Test
  void aServiceThatCannotStartInOneStopsInAll() {
    var fixture = new GroupFixture(3);
    var result =
        fixture.ask(() ->
            fixture.group.startInEach(shard -> {
              if (shard == fixture.group.shards().get(1)) {
                throw new IllegalStateException("on purpose");
              }
              return new Noted("each");
            }));
    assertThat(result.failure).hasMessage("on purpose");
    assertThat(events).contains("each stops in server-0", "each stops in server-2");
    events.clear();
    fixture.ask(() -> fixture.group.resize(4).thenApply(_ -> "")).orThrow();
    assertThat(events).isEmpty();
  }

  // ---- In simulation --------------------------------------------------------------------------

  @SimulationTest(seeds = 200)
  void nobodyIsLostOnABadNetwork(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    net.link(server, client).latency(ofMillis(1), ofMillis(30)).loss(0.02);
    var visits = new Visits();
    var callers = new ArrayList<Caller>();
    var group = server.group(3);
    var _ = group.toString();
    group
        .first()
        .execute(() -> {
          var _ =
              group
                  .listen("tcp:80", visits)
                  .thenCompose(_ -> group.resize(1))
                  .thenCompose(_ -> group.resize(4))
                  .thenCompose(_ -> group.resize(2));
        });
    net.runFor(ofMillis(10));
    client.run(reactor -> {
      for (int i = 0; i < 40; i++) {
        var _ =
            reactor
                .after(ofMillis(i))
                .thenCompose(_ -> reactor.connect("tcp:server:80", Caller::new))
                .thenAccept(callers::add);
      }
      return Deferred.done();
    });
    net.runUntil(
        () -> callers.size() == 40 && callers.stream().allMatch(Caller::answered), ofSeconds(20));
    assertThat(callers).hasSize(40).allMatch(Caller::answered);
    client.reactor().execute(() -> callers.forEach(each -> each.transport.loseConnection()));
    net.runFor(ofSeconds(20));
    group.stop();
    net.runFor(ofSeconds(20));
    net.assertNothingLeft();
  }

  @SimulationTest(seeds = 50)
  void aHostThatIsKilledTakesAllItsReactorsAlong(Simulation net) {
    var server = net.host("server");
    var client = net.host("client");
    net.link(server, client).latency(ofMillis(1), ofMillis(30));
    var visits = new Visits();
    server.run(_ -> {
      var group = server.group(3);
      return group.listen("tcp:80", visits);
    });
    List<Caller> before = call(net, client, 12);
    assertThat(before).allMatch(Caller::answered).allMatch(each -> each.lost == null);
    assertThat(visits.open).hasSize(12);
    server.kill();
    net.runFor(ofSeconds(10));
    // Nobody there was told, and everybody here was; what comes now is refused.
    assertThat(visits.open).hasSize(12);
    assertThat(before).allMatch(each -> each.lost != null);
    assertThat(call(net, client, 3)).isEmpty();
    visits.made.clear();
    server.restart();
    net.runFor(ofMillis(100));
    assertThat(call(net, client, 12)).hasSize(12).allMatch(Caller::answered);
    assertThat(visits.made.values()).extracting(AtomicInteger::get).containsExactly(4, 4, 4);
    assertThat(visits.open).hasSize(24);
  }

  /** Those of so many callers who have come through. */
  private static List<Caller> call(Simulation net, MemoryHost client, int count) {
    List<Caller> made = new ArrayList<>();
    client
        .reactor()
        .execute(() -> {
          for (int i = 0; i < count; i++) {
            var _ =
                client
                    .reactor()
                    .connect("tcp:server:80", Caller::new)
                    .thenAccept(made::add)
                    .exceptionally(ConnectFailed.class, _ -> null);
          }
        });
    net.runFor(ofSeconds(2));
    return made;
  }

  @Test
  void theSameSeedIsTheSameRun() {
    Map<Long, List<Integer>> runs = new HashMap<>();
    for (int run = 0; run < 2; run++) {
      for (long seed = 1; seed < 10; seed++) {
        List<Integer> made = made(seed);
        assertThat(runs.computeIfAbsent(seed, _ -> made)).isEqualTo(made);
      }
    }
  }

  private static List<Integer> made(long seed) {
    var net = new Simulation(seed);
    var server = net.host("server");
    var client = net.host("client");
    var visits = new Visits();
    var group = server.group(3);
    group
        .first()
        .execute(() -> {
          var _ = group.listen("tcp:80", visits);
        });
    net.runFor(ofSeconds(1));
    client.run(reactor -> {
      for (int i = 0; i < 10; i++) {
        var _ = reactor.connect("tcp:server:80", Caller::new);
      }
      return Deferred.done();
    });
    net.runFor(ofSeconds(5));
    List<Integer> made = new ArrayList<>();
    group.shards().forEach(shard -> made.add(visits.made.get(shard).get()));
    made.add((int) group.first().stats().turns());
    return made;
  }
}
