package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.ListenFailed;
import io.tendril.core.Listener;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.spi.SocketSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R6: the beginning and the end of a reactor. */
interface ShutdownCases extends Cases {
  private Reactor.State state() {
    return rig().reactor().state();
  }

  private void stopped() {
    rig().until(() -> "it has stopped; it is " + state(), () -> state() == Reactor.State.STOPPED);
  }

  // ---- The beginning --------------------------------------------------------------------------

  @Test
  default void r6StartTriggersRunInTheFirstTurn() {
    Reactor reactor = rig().unstarted(options -> options, engine -> engine);
    var ran = new ArrayList<String>();
    reactor.onStart(() -> {
      ran.add("one in " + reactor.state());
      return Deferred.done();
    });
    reactor.onStart(() -> {
      ran.add("two");
      return Deferred.done();
    });
    assertEquals(List.of(), ran);
    reactor.turn(Duration.ZERO);
    assertEquals(List.of("one in RUNNING", "two"), ran);
  }

  @Test
  default void r6AStartTriggerOfARunningReactorRunsAtOnce() {
    var ran = new ArrayList<String>();
    rig()
        .reactor()
        .onStart(() -> {
          ran.add("now");
          return Deferred.done();
        });
    rig().turn();
    assertEquals(List.of("now"), ran);
  }

  @Test
  default void r6AFailingStartTriggerStopsTheReactor() {
    Reactor reactor = rig().unstarted(options -> options, engine -> engine);
    var failure = new IllegalStateException("on purpose");
    reactor.onStart(() -> Deferred.failed(failure));
    rig().until("it has stopped", () -> reactor.state() == Reactor.State.STOPPED);
    assertSame(failure, rig().reported(ReactorEvent.CallFailed.class).failure());
  }

  @Test
  default void r6AStartTriggerThatFailsLaterStopsTheReactor() {
    Reactor reactor = rig().unstarted(options -> options, engine -> engine);
    Promise<Void> starting = reactor.promise();
    reactor.onStart(starting::deferred);
    rig().settle();
    assertEquals(Reactor.State.RUNNING, reactor.state());
    starting.fail(new IllegalStateException("on purpose"));
    rig().until("it has stopped", () -> reactor.state() == Reactor.State.STOPPED);
    rig().reported(ReactorEvent.CallFailed.class);
  }

  @Test
  default void r6AThrowingStartTriggerStopsTheReactor() {
    Reactor reactor = rig().unstarted(options -> options, engine -> engine);
    reactor.onStart(() -> {
      throw new IllegalStateException("on purpose");
    });
    rig().until("it has stopped", () -> reactor.state() == Reactor.State.STOPPED);
    rig().reported(ReactorEvent.CallFailed.class);
  }

  @Test
  default void r6StoppingInsideOfAStartTrigger() {
    Reactor reactor = rig().unstarted(options -> options, engine -> engine);
    var ran = new ArrayList<String>();
    reactor.onStart(() -> {
      reactor.stop();
      return Deferred.done();
    });
    reactor.beforeStop(
        "last",
        () -> {
          ran.add("before");
          return Deferred.done();
        });
    rig().until("it has stopped", () -> reactor.state() == Reactor.State.STOPPED);
    assertEquals(List.of("before"), ran);
  }

  @Test
  default void r6StoppingBeforeItRuns() {
    Reactor reactor = rig().unstarted(options -> options, engine -> engine);
    reactor.stop();
    rig().until("it has stopped", () -> reactor.state() == Reactor.State.STOPPED);
  }

  @Test
  default void r6ItRunsOnce() throws Exception {
    Running running = rig().running(options -> options);
    running.run(() -> {});
    assertInstanceOf(IllegalStateException.class, rig().elsewhere(() -> running.reactor().run()));
    running.stop();
    assertInstanceOf(IllegalStateException.class, rig().elsewhere(() -> running.reactor().run()));
  }

  // ---- Draining -------------------------------------------------------------------------------

  @Test
  default void r6TheStatesComeInOrder() {
    Reactor reactor = rig().reactor();
    var states = new ArrayList<Reactor.State>();
    reactor.beforeStop(
        "before",
        () -> {
          states.add(state());
          return Deferred.done();
        });
    Link link = rig().link(new Script().onDrain(p -> {}).onLost(protocol -> states.add(state())));
    reactor.afterStop(
        "after",
        () -> {
          states.add(state());
          return Deferred.done();
        });
    states.add(state());
    reactor.stop();
    rig().settle();
    assertFalse(link.protocol().isLost());
    rig().advance(Duration.ofSeconds(30));
    stopped();
    states.add(state());
    assertEquals(
        List.of(
            Reactor.State.RUNNING,
            Reactor.State.DRAINING,
            Reactor.State.CLOSING,
            Reactor.State.CLOSING,
            Reactor.State.STOPPED),
        states);
    rig().reported(ReactorEvent.ShutdownOverdue.class);
  }

  @Test
  default void r6ListenersCloseFirst() {
    var script = new Script();
    Listener listener = rig().listen(script);
    var closed = new ArrayList<Integer>();
    rig()
        .reactor()
        .beforeStop(
            "before",
            () -> {
              closed.add(rig().reactor().stats().listeners());
              return Deferred.done();
            });
    rig().reactor().stop();
    stopped();
    assertEquals(List.of(0), closed);
    assertEquals(1, script.stopped);
    rig().value(listener.close());
  }

  @Test
  default void r6NothingListensAnyMore() {
    Promise<Void> holding = rig().reactor().promise();
    rig().reactor().beforeStop("holding", holding::deferred);
    rig().reactor().stop();
    rig().settle();
    assertEquals(Reactor.State.DRAINING, state());
    rig()
        .failure(
            ListenFailed.class,
            rig()
                .reactor()
                .network()
                .listen(rig().anyPort(), SocketSettings.defaults(), new Script()));
    holding.succeed();
    stopped();
  }

  @Test
  default void r6ConnectingGoesOnWhileDraining() {
    PeerListener listener = rig().peerListens();
    Promise<Void> holding = rig().reactor().promise();
    rig().reactor().beforeStop("holding", holding::deferred);
    rig().reactor().stop();
    rig().settle();
    Recorder protocol = rig().value(rig().connect(listener.address(), new Script()));
    protocol.transport.write("last report");
    listener.accept().expect("last report");
    holding.succeed();
    protocol.transport.loseConnection();
    rig().advance(Duration.ofSeconds(2));
    stopped();
  }

  @Test
  default void r6ByDefaultConnectionsAreClosedInOrder() {
    Link link = rig().link(new Script());
    link.transport().write("goodbye");
    rig().reactor().stop();
    link.peer().awaitEnd().expect("goodbye");
    link.peer().close();
    assertInstanceOf(ConnectionClosed.ReactorStopped.class, rig().lost(link.protocol()));
    stopped();
    assertEquals(List.of("made", "drain", "lost ReactorStopped"), link.protocol().calls);
  }

  @Test
  default void r6AProtocolMayFinishWhatIsUnderWay() {
    Link link = rig().link(new Script().onDrain(protocol -> {}));
    rig().reactor().stop();
    rig().advance(Duration.ofSeconds(10));
    assertEquals(Reactor.State.DRAINING, state());
    link.peer().send("more");
    rig().until("it still reads", () -> link.protocol().size() == 4);
    link.transport().write("the rest");
    link.transport().loseConnection();
    link.peer().awaitEnd().expect("the rest");
    link.peer().close();
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(link.protocol()));
    stopped();
  }

  @Test
  default void r6EveryProtocolIsAsked() {
    var script = new Script();
    Listener listener = rig().listen(script);
    for (int i = 0; i < 20; i++) {
      rig().dial(listener);
    }
    rig().until("all are built", () -> script.built.size() == 20);
    rig().reactor().stop();
    rig().advance(Duration.ofSeconds(3));
    stopped();
    script.built.forEach(
        protocol -> assertEquals(List.of("made", "drain", "lost ReactorStopped"), protocol.calls));
  }

  @Test
  default void r6AConnectionThatLingersDelaysForTwoSecondsAtMost() {
    Link link = rig().link(new Script());
    link.transport().loseConnection();
    link.peer().awaitEnd();
    rig().reactor().stop();
    rig().settle();
    assertEquals(Reactor.State.DRAINING, state());
    rig().advance(Duration.ofSeconds(2));
    stopped();
    assertInstanceOf(ConnectionClosed.Done.class, link.protocol().reason());
  }

  @Test
  default void r6BeforeTriggersAreAwaited() {
    Promise<Void> one = rig().reactor().promise();
    Promise<Void> two = rig().reactor().promise();
    rig().reactor().beforeStop("one", one::deferred);
    rig().reactor().beforeStop("two", two::deferred);
    rig().reactor().stop();
    rig().settle();
    one.succeed();
    rig().settle();
    assertEquals(Reactor.State.DRAINING, state());
    two.succeed();
    stopped();
  }

  @Test
  default void r6AFailingTriggerDoesNotStopTheOthers() {
    var ran = new ArrayList<String>();
    var failure = new IllegalStateException("on purpose");
    rig().reactor().beforeStop("failing", () -> Deferred.failed(failure));
    rig()
        .reactor()
        .beforeStop(
            "throwing",
            () -> {
              throw failure;
            });
    rig()
        .reactor()
        .beforeStop(
            "fine",
            () -> {
              ran.add("fine");
              return Deferred.done();
            });
    rig().reactor().stop();
    stopped();
    assertEquals(List.of("fine"), ran);
    List<String> names =
        rig().allReported(ReactorEvent.CallFailed.class).stream()
            .map(ReactorEvent.CallFailed::what)
            .toList();
    assertEquals(2, names.size());
    assertTrue(names.get(0).contains("failing"), names::toString);
    assertTrue(names.get(1).contains("throwing"), names::toString);
  }

  @Test
  default void r6TimeGoesOnWhileDraining() {
    rig().reactor().beforeStop("slow", () -> rig().reactor().after(Duration.ofSeconds(5)));
    rig().reactor().stop();
    rig().advance(Duration.ofSeconds(4));
    assertEquals(Reactor.State.DRAINING, state());
    rig().advance(Duration.ofSeconds(1));
    stopped();
  }

  // ---- Closing --------------------------------------------------------------------------------

  @Test
  default void r6AfterTriggersRunWhenNoConnectionIsLeft() {
    var seen = new ArrayList<Integer>();
    rig().link(new Script());
    rig()
        .reactor()
        .afterStop(
            "after",
            () -> {
              seen.add(rig().reactor().stats().connections());
              return Deferred.done();
            });
    rig().reactor().stop();
    rig().advance(Duration.ofSeconds(3));
    stopped();
    assertEquals(List.of(0), seen);
  }

  @Test
  default void r6AfterTriggersAreAwaited() {
    Promise<Void> promise = rig().reactor().promise();
    rig().reactor().afterStop("after", promise::deferred);
    rig().reactor().stop();
    rig().settle();
    assertEquals(Reactor.State.CLOSING, state());
    promise.succeed();
    stopped();
  }

  @Test
  default void r6CoroutinesAreCancelledAndRunToTheirEnd() {
    var ran = new ArrayList<String>();
    Promise<String> never = rig().reactor().promise();
    var fate =
        rig()
            .outcome(
                rig()
                    .reactor()
                    .async(() -> {
                      try {
                        return never.deferred().await();
                      } catch (CancellationException e) {
                        ran.add("cancelled");
                        throw e;
                      } finally {
                        ran.add("cleaned up");
                      }
                    }));
    rig().settle();
    rig().reactor().stop();
    stopped();
    assertEquals(List.of("cancelled", "cleaned up"), ran);
    assertTrue(fate.isFailed());
  }

  @Test
  default void r6DelayedCallsThatAreLeftNeverRun() {
    var ran = new ArrayList<String>();
    rig().reactor().callLater(Duration.ofSeconds(1), () -> ran.add("late"));
    rig().reactor().stop();
    stopped();
    rig().advance(Duration.ofSeconds(5));
    assertEquals(List.of(), ran);
  }

  @Test
  default void r6ThePoolIsInterruptedAndAwaited() throws Exception {
    // Far off: where time is virtual, it does not wait for the pool's threads, which are real.
    Running running = rig().running(options -> options.withShutdownDeadline(Duration.ofDays(1)));
    var begun = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    running.run(() ->
        running
            .reactor()
            .deferToThread(() -> {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
                return "never";
              } catch (InterruptedException e) {
                interrupted.countDown();
                return "interrupted";
              }
            })
            .exceptionally(failure -> "lost"));
    running.await(begun);
    running.stop();
    assertEquals(0, interrupted.getCount(), "stopped before its pool had");
  }

  // ---- The deadline ---------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {30, 5})
  default void r6AtTheDeadlineTheRestIsAbortedAndNamed(int seconds) {
    Reactor reactor =
        rig()
            .reactor(options ->
                seconds == 30
                    ? options
                    : options.withShutdownDeadline(Duration.ofSeconds(seconds)));
    Link link = rig().link(new Script().onDrain(protocol -> {}));
    reactor.beforeStop("the one that hangs", () -> reactor.<Void>promise().deferred());
    reactor.stop();
    rig().advance(Duration.ofMillis(seconds * 1_000L - 1));
    assertEquals(Reactor.State.DRAINING, state());
    rig().advance(Duration.ofMillis(1));
    stopped();
    List<String> unfinished = rig().reported(ReactorEvent.ShutdownOverdue.class).unfinished();
    assertEquals(2, unfinished.size(), unfinished::toString);
    assertTrue(unfinished.get(0).contains("the one that hangs"), unfinished::toString);
    assertTrue(unfinished.get(1).contains("connection"), unfinished::toString);
    assertInstanceOf(ConnectionClosed.ReactorStopped.class, link.protocol().reason());
    link.peer().awaitReset();
  }

  @Test
  default void r6ThereIsOneDeadlineOverAllPhases() {
    Reactor reactor = rig().reactor();
    reactor.beforeStop("slow", () -> reactor.after(Duration.ofSeconds(20)));
    reactor.afterStop("too slow", () -> reactor.after(Duration.ofSeconds(20)));
    reactor.stop();
    rig().advance(Duration.ofSeconds(20));
    assertEquals(Reactor.State.CLOSING, state());
    rig().advance(Duration.ofSeconds(10));
    stopped();
    assertEquals(
        List.of("too slow"), rig().reported(ReactorEvent.ShutdownOverdue.class).unfinished());
  }

  @Test
  default void r6StoppingInTimeIsNotOverdue() {
    rig().link(new Script());
    rig().reactor().stop();
    rig().advance(Duration.ofSeconds(3));
    stopped();
    rig().advance(Duration.ofMinutes(1));
    assertEquals(List.of(), rig().allReported(ReactorEvent.ShutdownOverdue.class));
  }

  // ---- Around it ------------------------------------------------------------------------------

  @Test
  default void r6StoppingAgainChangesNothing() {
    var ran = new ArrayList<String>();
    Promise<Void> holding = rig().reactor().promise();
    rig()
        .reactor()
        .beforeStop(
            "once",
            () -> {
              ran.add("once");
              return holding.deferred();
            });
    Reactor reactor = rig().reactor();
    reactor.stop();
    reactor.stop();
    rig().settle();
    reactor.stop();
    rig().settle();
    holding.succeed();
    stopped();
    reactor.stop();
    assertEquals(List.of("once"), ran);
  }

  @Test
  default void r6StoppingFromAnotherThread() throws Exception {
    Running running = rig().running(options -> options);
    running.run(() -> {});
    running.stop();
    assertEquals(Reactor.State.STOPPED, running.reactor().state());
  }

  @Test
  default void r6AwaitStoppedIsBounded() {
    Running running = rig().running(options -> options);
    assertThrows(
        TimeoutException.class, () -> running.reactor().awaitStopped(Duration.ofMillis(5)));
  }

  @Test
  default void r6StoppingInsideOfACallback() {
    Link link = rig().link(new Script().onData((p, data) -> p.transport.reactor().stop()));
    link.peer().send("x");
    link.peer().awaitEnd().close();
    assertInstanceOf(ConnectionClosed.ReactorStopped.class, rig().lost(link.protocol()));
    stopped();
  }

  @Test
  default void r6ConnectionLostMayStillUseTheReactor() {
    var ran = new ArrayList<String>();
    var script =
        new Script()
            .onLost(protocol -> {
              protocol.transport.reactor().execute(() -> ran.add("task"));
              protocol.transport.reactor().callLater(Duration.ZERO, () -> ran.add("call"));
            });
    Link link = rig().link(script);
    rig().reactor().afterStop("after", () -> rig().reactor().after(Duration.ZERO));
    rig().reactor().stop();
    link.peer().awaitEnd().close();
    stopped();
    assertTrue(ran.contains("task"), ran::toString);
  }

  @Test
  default void r6ANewOneAfterOneThatStopped() {
    Link first = rig().link(new Script());
    rig().reactor().stop();
    first.peer().awaitEnd().close();
    stopped();
    Reactor second = rig().reactor(options -> options);
    var script = new Script();
    Listener listener = rig().listen(second, script, SocketSettings.defaults());
    rig().dial(listener).send("hello");
    rig().until("it is served", () -> !script.built.isEmpty() && script.only().size() == 5);
  }

  @Test
  default void r6TwoAtOnceEndOneByOne() {
    Link link = rig().link(new Script());
    Reactor other = rig().reactor(options -> options);
    other.stop();
    rig().until("the other has stopped", () -> other.state() == Reactor.State.STOPPED);
    assertEquals(Reactor.State.RUNNING, state());
    link.peer().send("still here");
    rig().until("it arrives", () -> link.protocol().text().equals("still here"));
  }

  @Test
  default void r6AnEngineIsClosedOnceAndLast() {
    var closed = new ArrayList<Reactor.State>();
    var reactors = new ArrayList<Reactor>();
    reactors.add(
        rig()
            .reactor(
                options -> options,
                engine ->
                    new ForwardingEngine(engine) {
                      @Override
                      public void close() {
                        closed.add(reactors.getFirst().state());
                        super.close();
                      }
                    }));
    Link link = rig().link(new Script());
    reactors.getFirst().stop();
    link.peer().awaitEnd().close();
    stopped();
    rig().settle();
    assertEquals(1, closed.size());
    assertTrue(link.protocol().isLost());
  }

  @Test
  default void r6EverySocketIsClosedAtTheEnd() {
    var open = new int[1];
    rig()
        .reactor(
            options -> options,
            engine ->
                new ForwardingEngine(engine) {
                  @Override
                  protected StreamSocket stream(StreamSocket socket) {
                    open[0]++;
                    return new ForwardingStream(socket) {
                      @Override
                      public void close() {
                        open[0]--;
                        super.close();
                      }

                      @Override
                      public void abort() {
                        open[0]--;
                        super.abort();
                      }
                    };
                  }
                });
    rig().link(new Script());
    rig().link(Side.CLIENT, new Script().onDrain(protocol -> {}));
    Link lingering = rig().link(new Script());
    lingering.transport().loseConnection();
    rig().settle();
    assertEquals(3, open[0]);
    rig().reactor().stop();
    rig().advance(Duration.ofSeconds(31));
    stopped();
    assertEquals(0, open[0]);
    rig().reported(ReactorEvent.ShutdownOverdue.class);
  }
}
