package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Reactor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** T2 and T3: an orderly close, and what it does to a pipe. */
interface CloseCases extends Cases {
  /** The peer closes too, and the connection ends in order. */
  private void done(Link link) {
    link.peer().awaitEnd().close();
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(link.protocol()));
    rig().settle();
    assertEquals("lost Done", link.protocol().calls.getLast());
    assertEquals(0, rig().reactor().stats().connections());
  }

  @ParameterizedTest
  @EnumSource
  default void t2ThePeerSeesTheEnd(Side side) {
    Link link = rig().link(side, new Script());
    link.transport().loseConnection();
    done(link);
    assertFalse(link.peer().isReset());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1_000, 16_384, 65_536, 65_537, 300_000, 5_000_000})
  default void t2WhatWasWrittenBeforeIsSent(int size) {
    Link link = rig().link(new Script());
    byte[] data = Payload.of(size);
    link.transport().write(data);
    link.transport().loseConnection();
    link.peer().awaitEnd().expect(data);
    done(link);
  }

  @Test
  default void t2WhatWasHandedOverBeforeIsSent() {
    Link link = rig().link(new Script());
    byte[] data = Payload.of(2_000_000);
    var sent = rig().outcome(link.transport().writeFully(java.nio.ByteBuffer.wrap(data)));
    link.transport().loseConnection();
    link.peer().awaitEnd().expect(data);
    sent.value();
    done(link);
  }

  @Test
  default void t2WhatIsWrittenAfterIsDropped() {
    Link link = rig().link(new Script());
    link.transport().write("before");
    link.transport().loseConnection();
    link.transport().write("after");
    link.peer().awaitEnd().expect("before");
    done(link);
  }

  @Test
  default void t2WhatIsHandedOverAfterFails() {
    Link link = rig().link(new Script());
    link.transport().loseConnection();
    var owned = rig().outcome(link.transport().writeOwned(java.nio.ByteBuffer.wrap(Payload.of(9))));
    var fully = rig().outcome(link.transport().writeFully(java.nio.ByteBuffer.wrap(Payload.of(9))));
    rig().settle();
    owned.failure(ConnectionClosed.Done.class);
    fully.failure(ConnectionClosed.Done.class);
    done(link);
  }

  @Test
  default void t2ConnectionLostComesLater() {
    Link link = rig().link(new Script());
    link.peer().shutdownOutput();
    link.transport().loseConnection();
    assertFalse(link.protocol().isLost(), "told from inside of loseConnection");
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(link.protocol()));
  }

  @Test
  default void t2NoMoreDataReceived() {
    Link link = rig().link(new Script());
    link.transport().loseConnection();
    link.peer().send("too late");
    done(link);
    assertEquals(List.of("made", "lost Done"), link.protocol().calls);
  }

  @Test
  default void t2NoMoreDataReceivedOfBytesThatWait() {
    Link link = rig().link(new Script());
    link.transport().pauseReading();
    link.peer().send("unseen");
    rig().settle();
    link.transport().loseConnection();
    link.transport().resumeReading();
    done(link);
    assertEquals(0, link.protocol().deliveries);
  }

  @Test
  default void t2NoMoreDataReceivedOfUnreadBytes() {
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.take(data, 1);
              protocol.transport.loseConnection();
            });
    Link link = rig().link(script);
    link.peer().send("xyz");
    done(link);
    assertEquals("x", link.protocol().text());
    assertEquals(1, link.protocol().deliveries);
  }

  @Test
  default void t2NoEndReceivedAfterwards() {
    Link link = rig().link(new Script().halfClosing());
    link.transport().loseConnection();
    link.peer().shutdownOutput();
    done(link);
    assertEquals(List.of("made", "lost Done"), link.protocol().calls);
  }

  @Test
  default void t2TheWriteSideIsShutFirst() {
    Link link = rig().link(new Script());
    link.transport().loseConnection();
    link.peer().awaitEnd();
    rig().settle();
    assertFalse(link.protocol().isLost(), "closed without waiting for the peer");
    done(link);
  }

  @Test
  default void t2ThePeerGetsTheLastBytesAlthoughItsOwnWereNotRead() {
    var script =
        new Script().onMade(protocol -> protocol.transport.pauseReading()).onLost(protocol -> {});
    Link link = rig().link(script);
    link.peer().pause();
    link.peer().send(Payload.of(40_000));
    link.transport().write("goodbye");
    link.transport().loseConnection();
    rig().settle();
    link.peer().resume();
    link.peer().awaitEnd().expect("goodbye");
    done(link);
  }

  @Test
  default void t2InputIsDiscardedUntilThePeersEnd() {
    Link link = rig().link(new Script());
    link.transport().loseConnection();
    link.peer().awaitEnd();
    for (int i = 0; i < 6; i++) {
      link.peer().send(Payload.of(8_000));
      rig().settle();
      assertFalse(link.protocol().isLost());
    }
    done(link);
  }

  @Test
  default void t2InputIsDiscardedFor64KiBAtMost() {
    Link link = rig().link(new Script());
    link.transport().loseConnection();
    link.peer().awaitEnd();
    link.peer().send(Payload.of(66_000));
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(link.protocol()));
  }

  @Test
  default void t2InputIsDiscardedForTwoSecondsAtMost() {
    Link link = rig().link(new Script());
    link.transport().loseConnection();
    link.peer().awaitEnd();
    rig().advance(Duration.ofMillis(1_999));
    assertFalse(link.protocol().isLost());
    rig().advance(Duration.ofMillis(1));
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(link.protocol()));
    assertEquals(0, rig().reactor().stats().delayedCalls());
  }

  @Test
  default void t2TheTwoSecondsBeginWhenAllIsSent() {
    Link link = rig().link(new Script());
    rig().clog(link);
    link.transport().loseConnection();
    rig().advance(Duration.ofSeconds(10));
    assertFalse(link.protocol().isLost());
    link.peer().resume().awaitEnd();
    rig().advance(Duration.ofMillis(1_999));
    assertFalse(link.protocol().isLost());
    rig().advance(Duration.ofMillis(1));
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(link.protocol()));
  }

  @Test
  default void t2WhatASlowPeerHasNotReadByThenIsSentAllTheSame() {
    Link link = rig().link(new Script());
    link.peer().pause();
    byte[] data = Payload.of(100_000); // more than the peer's buffer, less than both
    link.transport().write(data);
    link.transport().loseConnection();
    rig().settle();
    rig().advance(Duration.ofSeconds(2));
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(link.protocol()));
    link.peer().resume().awaitEnd().expect(data);
    assertFalse(link.peer().isReset());
  }

  @Test
  default void t2TheDelayedCallGoesWhenThePeerEndsFirst() {
    Link link = rig().link(new Script());
    link.transport().loseConnection();
    done(link);
    assertEquals(0, rig().reactor().stats().delayedCalls());
  }

  @Test
  default void t2AResetWhileInputIsDiscardedIsAnOrderlyEnd() {
    Link link = rig().link(new Script());
    link.transport().loseConnection();
    link.peer().awaitEnd().reset();
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(link.protocol()));
  }

  @Test
  default void t2AResetBeforeAllIsSentIsALoss() {
    Link link = rig().link(new Script());
    rig().clog(link);
    link.transport().loseConnection();
    link.peer().reset();
    assertInstanceOf(ConnectionClosed.Lost.class, rig().lost(link.protocol()));
  }

  @Test
  default void t2TwiceIsOnce() {
    Link link = rig().link(new Script());
    link.transport().loseConnection();
    link.transport().loseConnection();
    done(link);
    link.transport().loseConnection();
    rig().settle();
    assertEquals(List.of("made", "lost Done"), link.protocol().calls);
  }

  @Test
  default void t2TheReasonGivenIsTheReasonTold() {
    Link link = rig().link(new Script());
    var reason = new ConnectionClosed.LimitExceeded(link.transport().peer(), "patience");
    link.transport().loseConnection(reason);
    link.transport().loseConnection();
    link.peer().awaitEnd().close();
    assertSame(reason, rig().lost(link.protocol()));
  }

  @ParameterizedTest
  @EnumSource
  default void t2FromAnyCallback(Callback callback) {
    var script = new Script();
    callback.does(script, protocol -> protocol.transport.loseConnection());
    Link link = rig().link(script);
    callback.provoke(rig(), link);
    rig().until("the peer is done", link.peer()::isOver);
    link.peer().close();
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(link.protocol()));
    assertFalse(link.peer().isReset());
  }

  @Test
  default void t2WritableAndReadingSayNo() {
    Link link = rig().link(new Script());
    assertTrue(link.transport().writable());
    assertTrue(link.transport().reading());
    link.transport().loseConnection();
    assertFalse(link.transport().writable());
    assertFalse(link.transport().reading());
    done(link);
    assertFalse(link.transport().writable());
    assertFalse(link.transport().reading());
  }

  @Test
  default void t2OnWritableIsNotCalledAnyMore() {
    Link link = rig().link(new Script());
    var called = new ArrayList<String>();
    rig().clog(link);
    link.transport().onWritable(() -> called.add("before"));
    link.transport().loseConnection();
    link.transport().onWritable(() -> called.add("after"));
    link.peer().resume();
    done(link);
    assertEquals(List.of(), called);
  }

  @Test
  default void t2BothEndsAtOnce() {
    Rig.Pair pair = rig().pair(new Script(), new Script());
    pair.server().transport.loseConnection();
    pair.client().transport.loseConnection();
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(pair.server()));
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(pair.client()));
  }

  @Test
  default void t2WhileTheOutputIsShutAlready() {
    Link link = rig().link(new Script());
    link.transport().shutdownOutput();
    link.peer().awaitEnd();
    link.transport().loseConnection();
    done(link);
  }

  @Test
  default void t2WhileTheEndOfInputIsThereAlready() {
    Link link = rig().link(new Script().halfClosing());
    link.peer().shutdownOutput();
    rig().until("the end is told", link.protocol()::isEnded);
    link.transport().write("bye");
    link.transport().loseConnection();
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(link.protocol()));
    link.peer().awaitEnd().expect("bye");
  }

  @Test
  default void t2WhilePausedTheLastBytesAreSent() {
    Link link = rig().link(new Script());
    link.transport().pauseReading();
    link.transport().write("bye");
    link.transport().loseConnection();
    link.peer().awaitEnd().expect("bye");
    done(link);
  }

  // ---- T3 -------------------------------------------------------------------------------------

  @Test
  default void t3LosingTheSourceStopsItsPipe() {
    Link from = rig().link(new Script());
    Link to = rig().link(new Script());
    var pipe = rig().outcome(from.transport().input().pipeTo(to.transport()));
    from.peer().send("some");
    to.peer().expect("some");
    from.transport().loseConnection();
    from.peer().send("more");
    rig().settle();
    assertTrue(pipe.isFailed());
    assertEquals("some", to.peer().text());
    assertTrue(to.transport().writable(), "the sink stays open");
  }

  @Test
  default void t3LosingTheSinkStopsThePipe() {
    Link from = rig().link(new Script());
    Link to = rig().link(new Script());
    var pipe = rig().outcome(from.transport().input().pipeTo(to.transport()));
    to.transport().loseConnection();
    to.peer().awaitEnd().close();
    rig().lost(to.protocol());
    rig().settle();
    pipe.failure(ConnectionClosed.class);
    from.peer().send("nobody takes this");
    rig().settle();
    assertEquals(0, from.protocol().deliveries);
  }

  @Test
  default void t3ClosingInTheMiddleDropsWhatThePipeHasNotWritten() {
    Link from = rig().link(new Script());
    Link to = rig().link(new Script());
    to.peer().pause();
    var pipe = rig().outcome(from.transport().input().pipeTo(to.transport()));
    from.peer().sendSome(Payload.of(1_000_000));
    rig().settle();
    from.transport().loseConnection();
    rig().settle();
    pipe.failure(CancellationException.class);
  }

  @Test
  default void t3ChainingOnThePipeFinishesItFirst() {
    Link from = rig().link(new Script());
    Link to = rig().link(new Script());
    Reactor.Action close = to.transport()::loseConnection;
    var pipe = rig().outcome(from.transport().input().pipeTo(to.transport()).thenRun(close));
    byte[] data = Payload.of(700_000);
    from.peer().send(data).shutdownOutput();
    to.peer().awaitEnd().expect(data);
    assertTrue(pipe.isDone());
    to.peer().close();
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(to.protocol()));
  }
}
