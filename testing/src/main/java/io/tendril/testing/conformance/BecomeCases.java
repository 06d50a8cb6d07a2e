package io.tendril.testing.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.ReactorEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** F6: a connection is handed over to another protocol. */
interface BecomeCases extends Cases {
  /** A script whose protocol takes so many bytes, and hands the connection over to the next. */
  private static Script handingOverAfter(int bytes, Script next) {
    return new Script()
        .onData((protocol, data) -> {
          protocol.take(data, bytes);
          protocol.transport.become(next);
        });
  }

  private void awaitText(Script script, String text) {
    rig()
        .until(
            () -> "the next has '" + text + "'",
            () -> !script.built.isEmpty() && script.built.getLast().text().equals(text));
    rig().settle();
    assertEquals(text, script.built.getLast().text());
  }

  @Test
  default void f6UnreadBytesGoToTheNextFirst() {
    var next = new Script();
    Link link = rig().link(handingOverAfter(3, next));
    link.peer().send("oldnew");
    awaitText(next, "new");
    link.peer().send(" and more");
    awaitText(next, "new and more");
    assertEquals("old", link.protocol().text());
    assertEquals(List.of("made", "data"), link.protocol().calls);
    assertEquals(List.of("made", "data"), next.only().calls);
  }

  @Test
  default void f6NeverFromInsideOfTheCurrentCall() {
    var next = new Script();
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.take(data, 1);
              Recorder successor = protocol.transport.become(next);
              assertEquals(List.of(), successor.calls, "begun inside of become");
              protocol.calls.add("still here");
            });
    Link link = rig().link(script);
    link.peer().send("ab");
    awaitText(next, "b");
    assertEquals(List.of("made", "data", "still here"), link.protocol().calls);
  }

  @ParameterizedTest
  @EnumSource
  default void f6FromAnyCallback(Callback callback) {
    var next = new Script();
    var script = new Script();
    callback.does(script, protocol -> protocol.transport.become(next));
    Link link = rig().link(script);
    callback.provoke(rig(), link);
    rig().until("the next is made", () -> !next.built.isEmpty() && next.only().isMade());
    rig().settle();
    assertEquals(1, next.built.size());
    if (callback == Callback.END_RECEIVED) {
      assertEquals(List.of("made", "end", "lost Done"), next.only().calls);
      return;
    }
    String rest = callback == Callback.DATA_RECEIVED_LEAVING_SOME ? "yz" : "";
    link.peer().send("more");
    awaitText(next, rest + "more");
    link.peer().close();
    rig().lost(next.only());
    assertFalse(link.protocol().isLost());
  }

  @Test
  default void f6OutsideOfAnyCallTheNextBeginsLater() {
    var next = new Script();
    Link link = rig().link(new Script());
    Recorder successor = link.transport().become(next);
    assertEquals(List.of(), successor.calls);
    rig().turn();
    assertEquals(List.of("made"), successor.calls);
    link.peer().send("x");
    awaitText(next, "x");
    assertEquals(0, link.protocol().deliveries);
  }

  @Test
  default void f6KeptBytesAreNotLostOutsideOfAnyCall() {
    var next = new Script();
    Link link = rig().link(new Script().onData((protocol, data) -> protocol.take(data, 1)));
    link.peer().send("abc");
    rig().settle();
    link.transport().become(next);
    awaitText(next, "bc");
  }

  @Test
  default void f6BytesThatComeBeforeTheNextBeginsAreItsOwn() {
    var next = new Script();
    Link link = rig().link(new Script());
    link.peer().sendSome("early".getBytes(UTF_8));
    link.transport().become(next);
    awaitText(next, "early");
    assertEquals(0, link.protocol().deliveries);
    assertEquals(List.of("made", "data"), next.only().calls);
  }

  @Test
  default void f6APausedConnectionReadsAgain() {
    var next = new Script();
    Link link = rig().link(new Script());
    link.transport().pauseReading();
    link.peer().send("waiting");
    rig().settle();
    link.transport().become(next);
    awaitText(next, "waiting");
  }

  @Test
  default void f6TheNextMayPauseInConnectionMade() {
    var next = new Script().onMade(protocol -> protocol.transport.pauseReading());
    Link link = rig().link(handingOverAfter(1, next));
    link.peer().send("abc");
    rig().settle();
    assertEquals(0, next.only().deliveries);
    next.only().transport.resumeReading();
    awaitText(next, "bc");
  }

  @Test
  default void f6ReadingSaysNoToTheOldOne() {
    var seen = new ArrayList<Boolean>();
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.take(data);
              seen.add(protocol.transport.reading());
              protocol.transport.become(new Script());
              seen.add(protocol.transport.reading());
            });
    Link link = rig().link(script);
    link.peer().send("x");
    rig().until("it is handed over", () -> seen.size() == 2);
    assertEquals(List.of(true, false), seen);
    rig().settle();
    assertTrue(link.transport().reading());
  }

  @Test
  default void f6ConnectionLostGoesToTheNextOnly() {
    var next = new Script();
    Link link = rig().link(new Script());
    link.transport().become(next);
    rig().turn();
    link.peer().reset();
    assertInstanceOf(ConnectionClosed.Lost.class, rig().lost(next.only()));
    assertEquals(List.of("made"), link.protocol().calls);
  }

  @Test
  default void f6EndReceivedGoesToTheNextOnly() {
    var next = new Script();
    Link link = rig().link(new Script());
    link.transport().become(next);
    link.peer().shutdownOutput();
    rig().lost(next.only());
    assertEquals(List.of("made", "end", "lost Done"), next.only().calls);
    assertEquals(List.of("made"), link.protocol().calls);
  }

  @Test
  default void f6AnEndThatWaitsIsToldToTheNext() {
    var next = new Script().halfClosing();
    Link link = rig().link(new Script());
    link.transport().pauseReading();
    link.peer().send("last").shutdownOutput();
    rig().settle();
    link.transport().become(next);
    rig().until("the end is told", next.only()::isEnded);
    assertEquals(List.of("made", "data", "end"), next.only().calls);
    next.only().transport.loseConnection();
    rig().lost(next.only());
  }

  @Test
  default void f6DelayedCallsOfTheOldOneAreDropped() {
    var ran = new ArrayList<String>();
    Link link = rig().link(new Script());
    var call = link.transport().callLater(Duration.ofSeconds(1), () -> ran.add("old"));
    rig().reactor().callLater(Duration.ofSeconds(1), () -> ran.add("the reactor's"));
    link.transport().become(new Script());
    assertFalse(call.active());
    link.transport().callLater(Duration.ofSeconds(1), () -> ran.add("new"));
    rig().advance(Duration.ofSeconds(2));
    assertEquals(List.of("the reactor's", "new"), ran);
  }

  @Test
  default void f6PipesOfTheOldOneAreStopped() {
    var next = new Script();
    Link link = rig().link(new Script());
    Link sink = rig().link(new Script());
    var pipe = rig().outcome(link.transport().input().pipeTo(sink.transport()));
    link.peer().send("old");
    sink.peer().expect("old");
    link.transport().become(next);
    assertTrue(pipe.isFailed());
    link.peer().send("new");
    awaitText(next, "new");
    sink.peer().expect("old");
  }

  @Test
  default void f6TheNextMayLetTheInputFlowAnew() {
    Link link = rig().link(new Script());
    Link sink = rig().link(new Script());
    rig().outcome(link.transport().input().forEach(data -> {}));
    var next =
        new Script()
            .onMade(protocol -> rig().outcome(protocol.transport.input().pipeTo(sink.transport())));
    link.transport().become(next);
    link.peer().send("flowing");
    sink.peer().expect("flowing");
  }

  @Test
  default void f6WritableActionsOfTheOldOneAreDropped() {
    var called = new ArrayList<String>();
    Link link = rig().link(new Script());
    rig().clog(link);
    link.transport().onWritable(() -> called.add("old"));
    link.transport().become(new Script());
    link.transport().onWritable(() -> called.add("new"));
    link.peer().resume();
    rig().until("there is room", () -> link.transport().writable());
    rig().settle();
    assertEquals(List.of("new"), called);
  }

  @Test
  default void f6WhatWasWrittenIsStillSent() {
    var next = new Script().onMade(protocol -> protocol.transport.write(" and new"));
    Link link = rig().link(new Script());
    link.transport().write("old");
    link.transport().become(next);
    link.peer().expect("old and new");
  }

  @Test
  default void f6SeveralInARowPassTheBytesOn() {
    var last = new Script();
    Script script = last;
    for (int i = 0; i < 50; i++) {
      script = handingOverAfter(1, script);
    }
    Link link = rig().link(script);
    link.peer().send("x".repeat(50) + "rest");
    awaitText(last, "rest");
  }

  @Test
  default void f6ThousandsInARowNeedNoStack() {
    var count = new int[1];
    var script = new Script();
    script.onMade(protocol -> {
      if (++count[0] < 20_000) {
        protocol.transport.become(script);
      }
    });
    Link link = rig().link(script);
    rig().until("the last has begun", () -> count[0] == 20_000);
    link.peer().send("x");
    rig().until("it has the byte", () -> script.built.getLast().size() == 1);
  }

  @Test
  default void f6TwiceInOneCallTheLastOneStays() {
    var first = new Script();
    var second = new Script();
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.take(data, 1);
              protocol.transport.become(first);
              protocol.transport.become(second);
            });
    Link link = rig().link(script);
    link.peer().send("abc");
    awaitText(second, "bc");
    assertEquals(List.of(), first.only().calls);
  }

  @Test
  default void f6AFactoryThatThrowsLeavesTheOldOne() {
    Link link = rig().link(new Script());
    var broken =
        new Script()
            .onBuild(transport -> {
              throw new IllegalArgumentException("on purpose");
            });
    assertThrows(IllegalArgumentException.class, () -> link.transport().become(broken));
    link.peer().send("x");
    rig().until("the old one has it", () -> link.protocol().size() == 1);
  }

  @Test
  default void f6ANextThatThrowsInConnectionMadeCloses() {
    var failure = new IllegalStateException("on purpose");
    var next =
        new Script()
            .onMade(protocol -> {
              throw failure;
            });
    Link link = rig().link(handingOverAfter(1, next));
    link.peer().send("abc").awaitEnd().close();
    var reason = assertInstanceOf(ConnectionClosed.ProtocolThrew.class, rig().lost(next.only()));
    assertSame(failure, reason.getCause());
    assertEquals(0, next.only().deliveries);
    rig().reported(ReactorEvent.ProtocolFailed.class);
  }

  @Test
  default void f6AThrowAfterHandingOverIsReportedAndCloses() {
    var next = new Script();
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.transport.become(next);
              throw new IllegalStateException("on purpose");
            });
    Link link = rig().link(script);
    link.peer().send("abc").awaitEnd().close();
    rig().settle();
    rig().reported(ReactorEvent.ProtocolFailed.class);
    assertEquals(0, rig().reactor().stats().connections());
    assertFalse(link.protocol().isLost());
    assertTrue(
        next.only().calls.isEmpty() || next.only().isLost(), () -> next.only().calls.toString());
  }

  @Test
  default void f6AConnectionThatIsGoneCannotBeHandedOver() {
    Link link = rig().link(new Script());
    link.peer().close();
    rig().lost(link.protocol());
    assertThrows(ConnectionClosed.class, () -> link.transport().become(new Script()));
    rig().settle();
    assertEquals(List.of("made", "end", "lost Done"), link.protocol().calls);
  }

  @Test
  default void f6AbortingInTheNextsFactory() {
    var next = new Script().onBuild(transport -> transport.abortConnection());
    Link link = rig().link(new Script());
    assertThrows(ConnectionClosed.class, () -> link.transport().become(next));
    assertInstanceOf(ConnectionClosed.Aborted.class, rig().lost(link.protocol()));
  }

  @Test
  default void f6LosingRightAfterHandingOver() {
    var next = new Script();
    Link link = rig().link(new Script());
    link.transport().become(next);
    link.transport().loseConnection();
    link.peer().awaitEnd().close();
    rig().settle();
    assertEquals(0, rig().reactor().stats().connections());
    assertEquals(List.of("made"), link.protocol().calls);
    List<String> calls = next.only().calls;
    assertTrue(calls.isEmpty() || calls.equals(List.of("made", "lost Done")), calls::toString);
  }

  @Test
  default void f6MuchUnreadIsPassedOnWhole() {
    var next = new Script();
    var script =
        new Script()
            .unreadLimit(2_000_000)
            .onData((protocol, data) -> {
              if (data.remaining() >= 1_000_000) {
                protocol.transport.become(next);
              }
            });
    Link link = rig().link(script);
    byte[] data = Payload.of(3_000_000);
    link.peer().send(data);
    rig().until("all has come", () -> !next.built.isEmpty() && next.only().size() == data.length);
    assertArrayEquals(data, next.only().bytes());
  }

  @Test
  default void f6DrainAsksTheNextOnly() {
    var next = new Script();
    Link link = rig().link(new Script());
    link.transport().become(next);
    rig().turn();
    rig().reactor().stop();
    link.peer().awaitEnd().close();
    rig().lost(next.only());
    assertEquals(List.of("made", "drain", "lost ReactorStopped"), next.only().calls);
    assertEquals(List.of("made"), link.protocol().calls);
  }
}
