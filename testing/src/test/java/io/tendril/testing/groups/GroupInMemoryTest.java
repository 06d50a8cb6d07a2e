package io.tendril.testing.groups;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.Deferred;
import io.tendril.core.ListenFailed;
import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorGroup.Connections;
import io.tendril.core.ReactorGroup.Spreading;
import io.tendril.core.endpoint.TcpServerEndpoint;
import io.tendril.core.policy.ConnectionLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Groups of reactors, on a network in memory. */
class GroupInMemoryTest {

  // ---- Spreading ------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource(Spreading.class)
  void aThousandConnectionsAreSpreadEvenly(Spreading way) {
    var fixture = new GroupFixture(4, way);
    fixture.ask(() -> fixture.group.listen("tcp:80", fixture.visits)).orThrow();
    fixture.call(1000);
    assertThat(fixture.callers).hasSize(1000).allMatch(Caller::answered);
    assertThat(fixture.open()).containsExactly(250, 250, 250, 250);
    assertThat(fixture.group.allConnections()).isEqualTo(new Connections(1000, 1000, 0, 0));
    fixture.hangUp();
    assertThat(fixture.group.allConnections()).isEqualTo(new Connections(0, 1000, 0, 1000));
  }

  @Test
  void whoHasFewestGetsTheNext() {
    var fixture = new GroupFixture(2);
    fixture.ask(() -> fixture.group.listen("tcp:80", fixture.visits)).orThrow();
    fixture.call(20);
    // Those of one shard hang up: the next ones go there.
    fixture
        .client
        .reactor()
        .execute(() -> {
          for (int i = 0; i < 20; i += 2) {
            fixture.callers.get(i).transport.loseConnection();
          }
        });
    fixture.clock.advance(ofSeconds(3));
    assertThat(fixture.open()).containsExactlyInAnyOrder(0, 10);
    fixture.call(10);
    assertThat(fixture.open()).containsExactly(10, 10);
  }

  @Test
  void inTurnIsInTurnWhoeverHasFewer() {
    var fixture = new GroupFixture(2, Spreading.IN_TURN);
    fixture.ask(() -> fixture.group.listen("tcp:80", fixture.visits)).orThrow();
    fixture.call(20);
    fixture
        .client
        .reactor()
        .execute(() -> {
          for (int i = 0; i < 20; i += 2) {
            fixture.callers.get(i).transport.loseConnection();
          }
        });
    fixture.clock.advance(ofSeconds(3));
    fixture.call(10);
    assertThat(fixture.open()).containsExactlyInAnyOrder(5, 15);
  }

  @Test
  void anEndpointThatSharesItsPortIsSpreadByTheKernel() {
    var fixture = new GroupFixture(2);
    var endpoint = TcpServerEndpoint.port(80).with(settings -> settings.reusePort(true));
    fixture.ask(() -> fixture.group.listen(endpoint, fixture.visits)).orThrow();
    Reactor third = fixture.server.reactor();
    fixture.askIn(third, () -> third.listen(endpoint, fixture.visits.of(third))).orThrow();
    fixture.call(30);
    assertThat(fixture.open()).containsExactly(10, 10);
  }

  @ParameterizedTest
  @EnumSource(Spreading.class)
  void onePortForAllWhereTheKernelChoosesIt(Spreading way) {
    var fixture = new GroupFixture(3, way);
    Listener listener = fixture.ask(() -> fixture.group.listen("tcp:0", fixture.visits)).orThrow();
    assertThat(listener.port()).isPositive();
    for (Reactor shard : fixture.group.shards()) {
      assertThat(shard.stats().listeners()).isEqualTo(1);
    }
    fixture
        .askIn(
            fixture.client.reactor(),
            () -> {
              List<Deferred<Caller>> all = new ArrayList<>();
              for (int i = 0; i < 30; i++) {
                all.add(
                    fixture.client.reactor().connect("tcp:server:" + listener.port(), Caller::new));
              }
              return Deferred.gather(all);
            })
        .orThrow();
    assertThat(fixture.open()).containsExactly(10, 10, 10);
  }

  @Test
  void aShardThatIsAtItsLimitGetsNoMore() {
    var fixture = new GroupFixture(2);
    var limited = ConnectionLimit.of(5).wrap(TcpServerEndpoint.port(80));
    fixture.ask(() -> fixture.group.listen(limited, fixture.visits)).orThrow();
    fixture.call(30);
    assertThat(fixture.open()).containsExactly(5, 5);
    assertThat(fixture.callers).hasSize(30).filteredOn(Caller::answered).hasSize(10);
    // Who waits in the kernel or on the way, gets in when others go.
    for (int i = 0; i < 4; i++) {
      fixture
          .client
          .reactor()
          .execute(() ->
              fixture.callers.stream()
                  .filter(Caller::answered)
                  .forEach(each -> each.transport.loseConnection()));
      fixture.clock.advance(ofSeconds(3));
    }
    assertThat(fixture.callers).allMatch(Caller::answered);
    assertThat(fixture.group.allConnections().refused()).isZero();
  }

  // ---- Listening ------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource(Spreading.class)
  void aFactoryThatIsNotMadeClosesAll(Spreading way) {
    var fixture = new GroupFixture(3, way);
    var result =
        fixture.ask(() ->
            fixture.group.listen(
                "tcp:80",
                shard -> {
                  if (shard == fixture.group.shards().get(1)) {
                    throw new IllegalStateException("on purpose");
                  }
                  return fixture.visits.of(shard);
                }));
    assertThat(result.failure).isInstanceOf(IllegalStateException.class).hasMessage("on purpose");
    assertThat(fixture.visits.stopped).hasValue(fixture.visits.started.get());
    fixture.call(1);
    assertThat(fixture.refused).hasSize(1);
    fixture.ask(() -> fixture.group.listen("tcp:80", fixture.visits)).orThrow();
  }

  @ParameterizedTest
  @EnumSource(Spreading.class)
  void listeningThatFailsInTheSecondShardClosesTheFirst(Spreading way) {
    var fixture = new GroupFixture(2, way);
    fixture.group.shards().get(1).stop(); // nothing listens there any more
    var result = fixture.ask(() -> fixture.group.listen("tcp:80", fixture.visits));
    fixture.clock.advance(ofSeconds(1));
    assertThat(result.failure).isNotNull();
    assertThat(fixture.visits.stopped).hasValue(fixture.visits.started.get());
    fixture.call(1);
    assertThat(fixture.refused).hasSize(1);
  }

  @Test
  void aPortThatIsTakenIsAFailure() {
    var fixture = new GroupFixture(2);
    Reactor other = fixture.server.reactor();
    fixture.askIn(other, () -> other.listen("tcp:80", fixture.visits.of(other))).orThrow();
    var result = fixture.ask(() -> fixture.group.listen("tcp:80", fixture.visits));
    assertThat(result.failure).isInstanceOf(ListenFailed.class);
  }

  @ParameterizedTest
  @EnumSource(Spreading.class)
  void acceptingIsPausedAndResumedInAllShards(Spreading way) {
    var fixture = new GroupFixture(2, way);
    Listener listener = fixture.ask(() -> fixture.group.listen("tcp:80", fixture.visits)).orThrow();
    fixture.group.first().execute(listener::pauseAccepting);
    fixture.clock.runCurrent();
    fixture.call(4);
    assertThat(fixture.open()).containsExactly(0, 0);
    fixture.group.first().execute(listener::resumeAccepting);
    fixture.clock.runCurrent();
    assertThat(fixture.open()).containsExactly(2, 2);
    fixture.ask(listener::close).orThrow();
    fixture.call(1);
    assertThat(fixture.refused).hasSize(1);
    assertThat(fixture.visits.stopped).hasValue(2);
    fixture.ask(listener::close).orThrow();
  }

  @Test
  void itIsAskedInTheThreadOfAReactor() throws Exception {
    var fixture = new GroupFixture(2);
    Throwable[] thrown = new Throwable[1];
    var stranger =
        new Thread(() -> {
          try {
            var _ = fixture.group.resize(3);
          } catch (IllegalStateException e) {
            thrown[0] = e;
          }
        });
    stranger.start();
    stranger.join();
    assertThat(thrown[0]).hasMessageContaining("no reactor runs in thread");
    assertThatThrownBy(() -> fixture.group.resize(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anyReactorMayAskAndGetsItsOwnAnswer() {
    var fixture = new GroupFixture(3);
    Reactor last = fixture.group.shards().getLast();
    Listener listener =
        fixture.askIn(last, () -> fixture.group.listen("tcp:80", fixture.visits)).orThrow();
    Reactor outside = fixture.client.reactor();
    assertThat(
            fixture
                .askIn(
                    outside,
                    () -> fixture.group.inEach(shard -> Deferred.succeeded(Reactor.current())))
                .orThrow())
        .isEqualTo(fixture.group.shards());
    fixture.askIn(last, listener::close).orThrow();
  }

  // ---- Growing and shrinking ------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource(Spreading.class)
  void shrinkingWhileClientsConnectLosesNone(Spreading way) {
    var fixture = new GroupFixture(4, way);
    fixture.network.link(fixture.server, fixture.client).latency(ofMillis(1), ofMillis(9));
    fixture.ask(() -> fixture.group.listen("tcp:80", fixture.visits)).orThrow();
    for (int i = 0; i < 20; i++) {
      fixture.call(10);
      fixture.clock.advance(ofMillis(1));
    }
    var shrunk = fixture.ask(() -> fixture.group.resize(2).thenApply(_ -> "done"));
    for (int i = 0; i < 20; i++) {
      fixture.call(10);
      fixture.clock.advance(ofMillis(1));
    }
    assertThat(fixture.group.shards()).hasSize(2);
    fixture.clock.advance(ofSeconds(1));
    assertThat(fixture.refused).isEmpty();
    assertThat(fixture.callers).hasSize(400).allMatch(Caller::answered);
    assertThat(fixture.callers).noneMatch(each -> each.lost != null);
    assertThat(shrunk.isThere()).as("it waits for the connections there").isFalse();
    fixture.hangUp();
    assertThat(shrunk.orThrow()).isEqualTo("done");
    assertThat(fixture.group.allConnections()).isEqualTo(new Connections(0, 400, 0, 400));
  }

  @ParameterizedTest
  @EnumSource(Spreading.class)
  void aShardThatLeavesTakesNoConnectionOfItsQueueAlong(Spreading way) {
    var fixture = new GroupFixture(2, way);
    Listener listener = fixture.ask(() -> fixture.group.listen("tcp:80", fixture.visits)).orThrow();
    fixture.group.first().execute(listener::pauseAccepting);
    fixture.clock.runCurrent();
    fixture.call(10); // in the queues of all sockets there are
    fixture.ask(() -> fixture.group.resize(1).thenApply(_ -> "done")).orThrow();
    fixture.group.first().execute(listener::resumeAccepting);
    fixture.clock.runCurrent();
    assertThat(fixture.callers).hasSize(10).allMatch(Caller::answered);
    assertThat(fixture.open()).containsExactly(10);
  }

  @ParameterizedTest
  @EnumSource(Spreading.class)
  void itGrowsAndShrinksAgainAndAgain(Spreading way) {
    var fixture = new GroupFixture(1, way);
    fixture.ask(() -> fixture.group.listen("tcp:80", fixture.visits)).orThrow();
    for (int size : new int[] {3, 1, 4, 2, 4}) {
      fixture.ask(() -> fixture.group.resize(size).thenApply(_ -> "done")).orThrow();
      assertThat(fixture.group.shards()).hasSize(size);
      fixture.call(12);
      assertThat(fixture.refused).isEmpty();
      assertThat(fixture.callers).hasSize(12).allMatch(Caller::answered);
      int share = 12 / size;
      assertThat(fixture.open()).allMatch(count -> count >= share - 1 && count <= share + 1);
      fixture.hangUp();
      fixture.callers.clear();
    }
  }

  // ---- Giving way to another process ----------------------------------------------------------

  private static void retire(GroupFixture fixture) {
    fixture.group.first().execute(() -> fixture.group.first().network().retire(ofSeconds(30)));
    fixture.clock.runCurrent();
  }

  private static void assertStopped(GroupFixture fixture, List<Reactor> shards) {
    fixture.clock.advance(ofSeconds(1));
    assertThat(shards).allMatch(shard -> shard.state() == Reactor.State.STOPPED);
    assertThat(fixture.group.allConnections().open()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Spreading.class)
  void whereAnotherProcessServesAllShardsFinishAndThenStop(Spreading way) {
    var fixture = new GroupFixture(3, way);
    List<Reactor> shards = fixture.group.shards();
    fixture.ask(() -> fixture.group.listen("tcp:80", fixture.visits)).orThrow();
    fixture.call(12);
    retire(fixture);
    assertThat(shards).allMatch(shard -> shard.stats().listeners() == 0);
    fixture.call(1);
    assertThat(fixture.refused).hasSize(1);
    fixture.clock.advance(ofSeconds(20));
    // Those of the last shard go on, though the others have none any more.
    fixture
        .client
        .reactor()
        .execute(() -> {
          for (int i = 0; i < 12; i++) {
            if (i % 3 != 2) {
              fixture.callers.get(i).transport.loseConnection();
            }
          }
        });
    fixture.clock.advance(ofSeconds(3));
    assertThat(fixture.open()).containsExactlyInAnyOrder(0, 0, 4);
    assertThat(shards).allMatch(shard -> shard.state() == Reactor.State.RUNNING);
    fixture.hangUp();
    assertStopped(fixture, shards);
    assertThat(fixture.callers).allMatch(Caller::answered);
  }

  @Test
  void connectionsMadeAsAClientHoldNoShardUp() {
    var fixture = new GroupFixture(3);
    List<Reactor> shards = fixture.group.shards();
    var other = fixture.network.host("other");
    other
        .reactor()
        .execute(() -> {
          var _ = other.reactor().listen("tcp:81", transport -> data -> {});
        });
    fixture.ask(() -> fixture.group.listen("tcp:80", fixture.visits)).orThrow();
    fixture
        .ask(() ->
            fixture.group.inEach(
                shard -> shard.connect("tcp:other:81", Caller::new).thenApply(_ -> "made")))
        .orThrow();
    fixture.call(6);
    assertThat(fixture.open()).containsExactly(3, 3, 3);
    retire(fixture);
    fixture.clock.advance(ofSeconds(2));
    assertThat(fixture.open()).containsExactly(3, 3, 3);
    fixture.hangUp();
    assertStopped(fixture, shards);
  }

  @Test
  void aGroupThatGivesWayDoesNotGrow() {
    var fixture = new GroupFixture(1);
    fixture.ask(() -> fixture.group.listen("tcp:80", fixture.visits)).orThrow();
    fixture.call(1);
    retire(fixture);
    assertThat(fixture.ask(() -> fixture.group.resize(2)).failure)
        .isInstanceOf(RejectedExecutionException.class);
    fixture.hangUp();
    fixture.clock.advance(ofSeconds(1));
    assertThat(fixture.group.first().state()).isEqualTo(Reactor.State.STOPPED);
  }

  @Test
  void whatDoesNotFinishInTimeIsEnded() {
    var fixture = new GroupFixture(2);
    List<Reactor> shards = fixture.group.shards();
    fixture.ask(() -> fixture.group.listen("tcp:80", fixture.visits)).orThrow();
    fixture.call(4);
    retire(fixture);
    fixture.clock.advance(ofSeconds(29));
    assertThat(shards).allMatch(shard -> shard.state() == Reactor.State.RUNNING);
    fixture.clock.advance(ofSeconds(2));
    assertThat(shards).allMatch(shard -> shard.state() == Reactor.State.DRAINING);
    fixture.hangUp();
    assertStopped(fixture, shards);
  }

  @Test
  void itDoesNotGrowWhereANewShardCannotListen() {
    var fixture = new GroupFixture(1);
    fixture
        .ask(() ->
            fixture.group.listen(
                "tcp:80",
                shard -> {
                  if (shard != fixture.group.first()) {
                    throw new IllegalStateException("not there");
                  }
                  return fixture.visits.of(shard);
                }))
        .orThrow();
    var grown = fixture.ask(() -> fixture.group.resize(2));
    assertThat(grown.failure).hasMessage("not there");
    assertThat(fixture.group.shards()).hasSize(1);
    fixture.call(3);
    assertThat(fixture.callers).allMatch(Caller::answered);
  }

  @Test
  void aShardThatLeavesCutsOffWhoStaysAtTheDeadline() {
    var fixture = new GroupFixture(2);
    fixture.ask(() -> fixture.group.listen("tcp:80", fixture.visits)).orThrow();
    fixture.call(2);
    var shrunk = fixture.ask(() -> fixture.group.resize(1).thenApply(_ -> "done"));
    fixture.clock.advance(ofSeconds(29));
    assertThat(shrunk.isThere()).isFalse();
    assertThat(fixture.visits.open).hasSize(2);
    assertThatThrownBy(() -> fixture.clock.advance(ofSeconds(2)))
        .hasMessageContaining("ShutdownOverdue")
        .hasNoSuppressedExceptions();
    assertThat(shrunk.orThrow()).isEqualTo("done");
    assertThat(fixture.visits.open).hasSize(1);
    fixture.call(1);
    assertThat(fixture.callers).hasSize(3);
  }
}
