package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.Context;
import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R1, R3 and R9: turns, delayed calls, and calls that take too long. */
interface TimeCases extends Cases {
  private static Duration seconds(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }

  // ---- R1: a turn -----------------------------------------------------------------------------

  @Test
  default void r1TasksThenDelayedCallsThenTheNetwork() {
    var order = new ArrayList<String>();
    Link link =
        rig()
            .link(
                new Script()
                    .onData((protocol, data) -> {
                      protocol.take(data);
                      order.add("network");
                    }));
    Reactor reactor = rig().reactor();
    reactor.callLater(Duration.ZERO, () -> order.add("call"));
    link.peer().sendSome(new byte[1]);
    reactor.execute(() -> order.add("task"));
    rig().until("all has run", () -> order.size() == 3);
    assertEquals(List.of("task", "call", "network"), order);
  }

  @Test
  default void r1DelayedCallsRunInTimeOrder() {
    Reactor reactor = rig().reactor();
    var order = new ArrayList<Integer>();
    int[] seconds = {5, 1, 9, 3, 7, 2, 8, 4, 6};
    for (int second : seconds) {
      reactor.callLater(Duration.ofSeconds(second), () -> order.add(second));
    }
    rig().advance(Duration.ofSeconds(10));
    assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9), order);
  }

  @Test
  default void r1DelayedCallsOfOneTimeRunInTheOrderTheyWereMade() {
    Reactor reactor = rig().reactor();
    var order = new ArrayList<Integer>();
    for (int i = 0; i < 1_000; i++) {
      int number = i;
      reactor.callLater(Duration.ofSeconds(1), () -> order.add(number));
    }
    rig().advance(Duration.ofSeconds(1));
    assertEquals(1_000, order.size());
    for (int i = 0; i < 1_000; i++) {
      assertEquals(i, order.get(i));
    }
  }

  @Test
  default void r1ACallMadeInsideOfACallRunsInTheNextTurn() {
    Reactor reactor = rig().reactor();
    var turns = new ArrayList<Long>();
    reactor.callLater(
        Duration.ZERO,
        () -> {
          turns.add(reactor.stats().turns());
          reactor.callLater(Duration.ZERO, () -> turns.add(reactor.stats().turns()));
        });
    rig().settle();
    assertEquals(2, turns.size());
    assertEquals(turns.get(0) + 1, turns.get(1));
  }

  @Test
  default void r1ACallMadeByATaskRunsInTheNextTurn() {
    Reactor reactor = rig().reactor();
    var turns = new ArrayList<Long>();
    reactor.execute(() -> {
      turns.add(reactor.stats().turns());
      reactor.callLater(Duration.ZERO, () -> turns.add(reactor.stats().turns()));
    });
    rig().settle();
    assertEquals(2, turns.size());
    assertEquals(turns.get(0) + 1, turns.get(1));
  }

  @Test
  default void r1EndlessCallsStarveNobody() {
    Reactor reactor = rig().reactor();
    var count = new int[1];
    Reactor.Action again =
        new Reactor.Action() {
          @Override
          public void run() {
            if (++count[0] < 100_000) {
              reactor.callLater(Duration.ZERO, this);
            }
          }
        };
    reactor.callLater(Duration.ZERO, again);
    Link link = rig().link(new Script());
    link.peer().send("heard");
    rig().until("the network is heard", () -> link.protocol().text().equals("heard"));
    assertTrue(count[0] < 100_000);
    count[0] = 100_000;
  }

  @Test
  default void r1EndlessTasksStarveNobody() {
    Reactor reactor = rig().reactor();
    var count = new int[1];
    Runnable again =
        new Runnable() {
          @Override
          public void run() {
            if (++count[0] < 100_000) {
              reactor.execute(this);
            }
          }
        };
    reactor.execute(again);
    Link link = rig().link(new Script());
    link.peer().send("heard");
    var ran = new ArrayList<String>();
    reactor.callLater(Duration.ZERO, () -> ran.add("call"));
    rig().until("all are heard", () -> link.protocol().size() == 5 && !ran.isEmpty());
    assertTrue(count[0] < 100_000);
    count[0] = 100_000;
  }

  @Test
  default void r1EndlessCoroutinesStarveNobody() {
    Reactor reactor = rig().reactor();
    var going = new boolean[] {true};
    var rounds = new int[1];
    var fate =
        rig()
            .outcome(
                reactor.async(() -> {
                  while (going[0] && rounds[0] < 100_000) {
                    Promise<String> promise = Promise.create();
                    reactor.execute(() -> promise.succeed("on"));
                    promise.deferred().await();
                    rounds[0]++;
                  }
                  return "done";
                }));
    Link link = rig().link(new Script());
    link.peer().send("heard");
    rig().until("the network is heard", () -> link.protocol().size() == 5);
    assertTrue(rounds[0] > 0 && rounds[0] < 100_000, rounds[0] + " rounds");
    going[0] = false;
    rig().until("the coroutine ends", fate::isDone);
    assertEquals("done", fate.value());
  }

  @Test
  default void r1ManyDelayedCallsAtOnce() {
    Reactor reactor = rig().reactor();
    var ran = new int[1];
    for (int i = 0; i < 20_000; i++) {
      reactor.callLater(Duration.ofMillis(i * 7919L % 10_000), () -> ran[0]++);
    }
    assertEquals(20_000, reactor.stats().delayedCalls());
    rig().advance(Duration.ofSeconds(10));
    assertEquals(20_000, ran[0]);
    assertEquals(0, reactor.stats().delayedCalls());
  }

  @Test
  default void r1AResumedCoroutineRunsInTheReactorsThread() {
    Reactor reactor = rig().reactor();
    Thread thread = Thread.currentThread();
    String value =
        rig()
            .value(
                reactor.async(() -> {
                  Deferred<Void> pause = reactor.after(Duration.ZERO);
                  pause.await();
                  assertSame(reactor, Reactor.current());
                  return "in " + (Thread.currentThread() == thread || reactor == Reactor.current());
                }));
    assertEquals("in true", value);
  }

  @Test
  default void r1ANestedTurnServesTheNetwork() {
    Reactor reactor = rig().reactor();
    Link link = rig().link(new Script());
    var seen = new ArrayList<String>();
    reactor.callLater(
        Duration.ZERO,
        () -> {
          link.peer().send("nested");
          rig().until("it arrives", () -> link.protocol().size() == 6);
          seen.add(link.protocol().text());
        });
    rig().settle();
    assertEquals(List.of("nested"), seen);
  }

  @Test
  default void r1ANestedTurnRunsTasksAndCalls() {
    Reactor reactor = rig().reactor();
    var order = new ArrayList<String>();
    reactor.execute(() -> {
      order.add("outer begins");
      reactor.execute(() -> order.add("task"));
      reactor.callLater(Duration.ZERO, () -> order.add("call"));
      rig().settle();
      order.add("outer ends");
    });
    rig().settle();
    assertEquals(List.of("outer begins", "task", "call", "outer ends"), order);
  }

  @Test
  default void r1ANestedTurnFiresDeferreds() {
    Reactor reactor = rig().reactor();
    var order = new ArrayList<String>();
    Promise<String> outer = reactor.promise();
    outer
        .deferred()
        .thenAccept(value -> {
          Promise<String> inner = reactor.promise();
          inner.deferred().thenAccept(order::add);
          reactor.execute(() -> inner.succeed("inner"));
          rig().settle();
          order.add(value);
        });
    outer.succeed("outer");
    assertEquals(List.of("inner", "outer"), order);
  }

  @Test
  default void r1TurnSaysWhetherTheReactorGoesOn() {
    Reactor reactor = rig().unstarted(options -> options, engine -> engine);
    assertEquals(Reactor.State.NEW, reactor.state());
    assertTrue(reactor.turn(Duration.ZERO));
    assertEquals(Reactor.State.RUNNING, reactor.state());
    reactor.stop();
    boolean goesOn = true;
    for (int i = 0; i < 100 && goesOn; i++) {
      goesOn = reactor.turn(Duration.ZERO);
    }
    assertFalse(goesOn);
    assertFalse(reactor.turn(Duration.ZERO));
    assertEquals(Reactor.State.STOPPED, reactor.state());
  }

  @Test
  default void r1TwoReactorsInOneThreadKeepToThemselves() {
    Reactor one = rig().reactor();
    Reactor other = rig().reactor(options -> options);
    var seen = new ArrayList<Reactor>();
    one.execute(() -> seen.add(Reactor.current()));
    other.execute(() -> seen.add(Reactor.current()));
    one.callLater(Duration.ZERO, () -> seen.add(Reactor.current()));
    rig().settle();
    assertEquals(3, seen.size());
    assertEquals(2, seen.stream().filter(one::equals).count());
    assertEquals(1, seen.stream().filter(other::equals).count());
  }

  // ---- R3: delayed calls ----------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(longs = {1, 1_000, 1_000_000, 999_999_999, 3_600_000_000_000L})
  default void r3NotBeforeItsTimeAndNotAfter(long nanos) {
    Reactor reactor = rig().reactor();
    var ran = new ArrayList<Long>();
    DelayedCall call = reactor.callLater(Duration.ofNanos(nanos), () -> ran.add(nanos));
    assertTrue(call.active());
    rig().advance(Duration.ofNanos(nanos - 1));
    assertEquals(List.of(), ran);
    rig().advance(Duration.ofNanos(1));
    assertEquals(List.of(nanos), ran);
    assertFalse(call.active());
  }

  @Test
  default void r3TheTimeIsOnTheReactorsClock() {
    Reactor reactor = rig().reactor();
    DelayedCall call = reactor.callLater(Duration.ofSeconds(5), () -> {});
    assertEquals(reactor.clock().nanoTime() + 5_000_000_000L, call.time());
    call.cancel();
  }

  @Test
  default void r3ACancelledCallDoesNotRun() {
    Reactor reactor = rig().reactor();
    var ran = new ArrayList<String>();
    DelayedCall call = reactor.callLater(Duration.ofSeconds(1), () -> ran.add("call"));
    call.cancel();
    assertFalse(call.active());
    assertEquals(0, reactor.stats().delayedCalls());
    rig().advance(Duration.ofSeconds(2));
    assertEquals(List.of(), ran);
  }

  @Test
  default void r3ACancelledCallCannotBeUsed() {
    DelayedCall call = rig().reactor().callLater(Duration.ofSeconds(1), () -> {});
    call.cancel();
    assertSays("cancelled", assertThrows(IllegalStateException.class, call::cancel));
    assertThrows(IllegalStateException.class, () -> call.reset(Duration.ofSeconds(1)));
    assertThrows(IllegalStateException.class, () -> call.delay(Duration.ofSeconds(1)));
    assertFalse(call.active());
  }

  @Test
  default void r3ACallThatHasRunCannotBeUsed() {
    DelayedCall call = rig().reactor().callLater(Duration.ofSeconds(1), () -> {});
    rig().advance(Duration.ofSeconds(1));
    assertSays("has run", assertThrows(IllegalStateException.class, call::cancel));
    assertThrows(IllegalStateException.class, () -> call.reset(Duration.ofSeconds(1)));
    assertThrows(IllegalStateException.class, () -> call.delay(Duration.ofSeconds(1)));
    assertFalse(call.active());
  }

  @Test
  default void r3ACallThatRunsCannotBeUsed() {
    var calls = new DelayedCall[1];
    var thrown = new ArrayList<Throwable>();
    calls[0] =
        rig()
            .reactor()
            .callLater(
                Duration.ZERO,
                () -> {
                  assertFalse(calls[0].active());
                  thrown.add(assertThrows(IllegalStateException.class, calls[0]::cancel));
                });
    rig().settle();
    assertEquals(1, thrown.size());
  }

  @Test
  default void r3ResetCountsFromNow() {
    Reactor reactor = rig().reactor();
    var ran = new ArrayList<String>();
    DelayedCall call = reactor.callLater(Duration.ofSeconds(10), () -> ran.add("call"));
    rig().advance(Duration.ofSeconds(8));
    call.reset(Duration.ofSeconds(10));
    rig().advance(Duration.ofSeconds(9));
    assertEquals(List.of(), ran);
    call.reset(Duration.ofSeconds(0));
    rig().settle();
    assertEquals(List.of("call"), ran);
  }

  @Test
  default void r3DelayCountsFromItsTime() {
    Reactor reactor = rig().reactor();
    var ran = new ArrayList<String>();
    DelayedCall call = reactor.callLater(Duration.ofSeconds(10), () -> ran.add("call"));
    rig().advance(Duration.ofSeconds(8));
    call.delay(Duration.ofSeconds(5));
    rig().advance(seconds(6.9));
    assertEquals(List.of(), ran);
    call.delay(Duration.ofSeconds(-1));
    rig().settle();
    assertEquals(List.of("call"), ran);
  }

  @Test
  default void r3ManyMovesKeepTheTimeOrder() {
    Reactor reactor = rig().reactor();
    var order = new ArrayList<Integer>();
    List<DelayedCall> calls = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      int number = i;
      calls.add(reactor.callLater(Duration.ofSeconds(1_000), () -> order.add(number)));
    }
    for (int i = 0; i < 500; i++) {
      calls.get(i * 7 % 500).reset(Duration.ofSeconds(1 + i * 7 % 500));
    }
    for (int i = 0; i < 500; i += 5) {
      calls.get(i).cancel();
    }
    rig().advance(Duration.ofSeconds(1_000));
    assertEquals(400, order.size());
    for (int i = 1; i < order.size(); i++) {
      assertTrue(order.get(i - 1) < order.get(i), order::toString);
    }
  }

  @Test
  default void r3CancellingAnotherThatIsDueInThisTurn() {
    Reactor reactor = rig().reactor();
    var ran = new ArrayList<String>();
    var second = new DelayedCall[1];
    reactor.callLater(Duration.ofSeconds(1), () -> second[0].cancel());
    second[0] = reactor.callLater(Duration.ofSeconds(1), () -> ran.add("second"));
    reactor.callLater(Duration.ofSeconds(1), () -> ran.add("third"));
    rig().advance(Duration.ofSeconds(1));
    assertEquals(List.of("third"), ran);
  }

  @Test
  default void r3MovingAnotherThatIsDueInThisTurn() {
    Reactor reactor = rig().reactor();
    var ran = new ArrayList<String>();
    var second = new DelayedCall[1];
    reactor.callLater(Duration.ofSeconds(1), () -> second[0].reset(Duration.ofSeconds(1)));
    second[0] = reactor.callLater(Duration.ofSeconds(1), () -> ran.add("second"));
    rig().advance(Duration.ofSeconds(1));
    assertEquals(List.of(), ran);
    rig().advance(Duration.ofSeconds(1));
    assertEquals(List.of("second"), ran);
  }

  @Test
  default void r3ANegativeDelayIsRefused() {
    Reactor reactor = rig().reactor();
    assertThrows(
        IllegalArgumentException.class, () -> reactor.callLater(Duration.ofNanos(-1), () -> {}));
    DelayedCall call = reactor.callLater(Duration.ofSeconds(1), () -> {});
    assertThrows(IllegalArgumentException.class, () -> call.reset(Duration.ofNanos(-1)));
    assertTrue(call.active());
    call.cancel();
  }

  @Test
  default void r3VeryLongDelaysAreOnlyLong() {
    Reactor reactor = rig().reactor();
    var ran = new ArrayList<String>();
    DelayedCall forever =
        reactor.callLater(Duration.ofSeconds(Long.MAX_VALUE), () -> ran.add("never"));
    DelayedCall moved = reactor.callLater(Duration.ofDays(100_000), () -> ran.add("never"));
    moved.delay(Duration.ofDays(100_000));
    reactor.callLater(Duration.ofSeconds(1), () -> ran.add("soon"));
    rig().advance(Duration.ofDays(1));
    assertEquals(List.of("soon"), ran);
    forever.cancel();
    moved.cancel();
  }

  @Test
  default void r3AThrowIsReportedAndTheOthersRun() {
    Reactor reactor = rig().reactor();
    var failure = new Exception("on purpose");
    var ran = new ArrayList<String>();
    reactor.callLater(
        Duration.ofSeconds(1),
        () -> {
          throw failure;
        });
    reactor.callLater(Duration.ofSeconds(1), () -> ran.add("next"));
    rig().advance(Duration.ofSeconds(1));
    assertEquals(List.of("next"), ran);
    assertSame(failure, rig().reported(ReactorEvent.CallFailed.class).failure());
  }

  @Test
  default void r3AfterSucceedsInTime() {
    var fate = rig().outcome(rig().reactor().after(Duration.ofSeconds(3)));
    rig().advance(seconds(2.9));
    assertFalse(fate.isDone());
    rig().advance(seconds(0.1));
    assertTrue(fate.isDone());
  }

  @Test
  default void r3CancellingAfterRemovesTheCall() {
    Deferred<Void> after = rig().reactor().after(Duration.ofSeconds(3));
    var fate = rig().outcome(after);
    after.cancel();
    fate.failure(CancellationException.class);
    assertEquals(0, rig().reactor().stats().delayedCalls());
  }

  @Test
  default void r3TheContextTravelsAlong() {
    Context.Key<String> user = Context.key("user", "nobody");
    var seen = new ArrayList<String>();
    Reactor reactor = rig().reactor();
    Context.current()
        .with(user, "ada")
        .run(() ->
            reactor.callLater(
                Duration.ofSeconds(1), () -> seen.add(Context.current().value(user))));
    rig().advance(Duration.ofSeconds(1));
    assertEquals(List.of("ada"), seen);
    assertEquals("nobody", Context.current().value(user));
  }

  @Test
  default void r3WhatACallWritesGoesOutWithIt() {
    Link link = rig().link(new Script());
    rig().reactor().callLater(Duration.ofSeconds(1), () -> link.transport().write("in time"));
    rig().advance(Duration.ofSeconds(1));
    link.peer().expect("in time");
  }

  @Test
  default void r3ADelayedCallEndsTheWaitOfARunningLoop() throws Exception {
    Running running = rig().running(options -> options);
    for (int i = 1; i <= 5; i++) {
      Duration delay = Duration.ofMillis(i);
      long elapsed =
          running.call(() -> {
            long begin = running.reactor().clock().nanoTime();
            return running
                .reactor()
                .after(delay)
                .thenApply(nothing -> running.reactor().clock().nanoTime() - begin);
          });
      assertTrue(elapsed >= delay.toNanos(), elapsed + " ns instead of " + delay);
    }
  }

  @Test
  default void r3ANearerDelayedCallShortensTheWait() throws Exception {
    Running running = rig().running(options -> options);
    running.run(() -> running.reactor().callLater(Duration.ofDays(1), () -> {}));
    running.call(() -> running.reactor().after(Duration.ofMillis(2)));
  }

  // ---- R9 -------------------------------------------------------------------------------------

  @Test
  default void r9ACallThatHoldsTheLoopIsNamedWithItsStack() throws Exception {
    Running running = rig().running(options -> options.withSlowCall(Duration.ofMillis(30)));
    var told = new CountDownLatch(1);
    running.run(() ->
        running
            .reactor()
            .observe(event -> {
              if (event instanceof ReactorEvent.CallTooSlow) {
                told.countDown();
              }
            }));
    for (int i = 0; i < 50 && told.getCount() > 0; i++) {
      running.run(TimeCases::dawdle);
    }
    running.await(told);
    var slow = running.reported(ReactorEvent.CallTooSlow.class).getFirst();
    assertTrue(slow.soFar().compareTo(Duration.ofMillis(30)) >= 0, slow.soFar()::toString);
    assertTrue(
        slow.stack().stream().anyMatch(frame -> frame.getMethodName().equals("dawdle")),
        () -> slow.stack().toString());
  }

  /** Holds the loop for a while. */
  private static void dawdle() throws InterruptedException {
    assertFalse(new CountDownLatch(1).await(200, TimeUnit.MILLISECONDS));
  }

  @Test
  default void r9AnIdleLoopIsNotNamed() throws Exception {
    Running running = rig().running(options -> options.withSlowCall(Duration.ofMillis(30)));
    running.call(() -> running.reactor().after(Duration.ofMillis(200)));
    assertEquals(List.of(), running.reported(ReactorEvent.CallTooSlow.class));
  }
}
