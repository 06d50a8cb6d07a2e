package io.tendril.testing.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.ReactorEvent;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** T4: what abortConnection does, wherever it is called from. */
interface AbortCases extends Cases {
  /** Checks what holds after every abort: one loss, typed, and a peer that saw a reset. */
  private void aborted(Link link) {
    assertInstanceOf(ConnectionClosed.Aborted.class, rig().lost(link.protocol()));
    link.peer().resume().awaitReset();
    rig().settle();
    assertEquals("lost Aborted", link.protocol().calls.getLast());
    assertEquals(0, rig().reactor().stats().connections());
  }

  @ParameterizedTest
  @EnumSource
  default void t4ThePeerSeesAReset(Side side) {
    Link link = rig().link(side, new Script());
    link.transport().abortConnection();
    aborted(link);
  }

  @Test
  default void t4AbortTwiceTellsOnce() {
    Link link = rig().link(new Script());
    link.transport().abortConnection();
    link.transport().abortConnection();
    aborted(link);
    link.transport().abortConnection();
    rig().settle();
    assertEquals(List.of("made", "lost Aborted"), link.protocol().calls);
  }

  @Test
  default void t4AbortThenLoseIsAnAbort() {
    Link link = rig().link(new Script());
    link.transport().abortConnection();
    link.transport().loseConnection();
    aborted(link);
  }

  @Test
  default void t4LoseThenAbortIsAnAbort() {
    Link link = rig().link(new Script());
    link.transport().loseConnection();
    link.transport().abortConnection();
    aborted(link);
  }

  @Test
  default void t4AbortWhileLingering() {
    Link link = rig().link(new Script());
    link.transport().loseConnection();
    link.peer().awaitEnd();
    link.transport().abortConnection();
    assertInstanceOf(ConnectionClosed.Aborted.class, rig().lost(link.protocol()));
  }

  @Test
  default void t4ConnectionLostComesLater() {
    Link link = rig().link(new Script());
    link.transport().abortConnection();
    assertFalse(link.protocol().isLost(), "told from inside of abortConnection");
    aborted(link);
  }

  @Test
  default void t4ConnectionLostComesNextTurn() {
    Link link = rig().link(new Script());
    link.transport().abortConnection();
    rig().turn();
    assertTrue(link.protocol().isLost());
  }

  @Test
  default void t4AbortInsideConnectionMade() {
    var script = new Script().onMade(protocol -> protocol.transport.abortConnection());
    Link link = rig().link(script);
    aborted(link);
    assertEquals(List.of("made", "lost Aborted"), link.protocol().calls);
  }

  @Test
  default void t4AbortInsideDataReceived() {
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.take(data);
              protocol.transport.abortConnection();
            });
    Link link = rig().link(script);
    link.peer().send("x");
    aborted(link);
    assertEquals(List.of("made", "data", "lost Aborted"), link.protocol().calls);
  }

  @Test
  default void t4AbortInsideDataReceivedWithUnreadBytes() {
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.take(data, 1);
              protocol.transport.abortConnection();
            });
    Link link = rig().link(script);
    link.peer().send("xyz");
    aborted(link);
    assertEquals("x", link.protocol().text());
    assertEquals(1, link.protocol().deliveries);
  }

  @Test
  default void t4AbortFollowedByAThrow() {
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.transport.abortConnection();
              throw new IllegalStateException("after the abort");
            });
    Link link = rig().link(script);
    link.peer().send("x");
    aborted(link);
    var failed = rig().reported(ReactorEvent.ProtocolFailed.class);
    assertEquals("after the abort", failed.failure().getMessage());
  }

  @Test
  default void t4AbortInsideEndReceived() {
    var script =
        new Script()
            .onEnd(protocol -> {
              protocol.transport.abortConnection();
              return true;
            });
    Link link = rig().link(script);
    link.peer().shutdownOutput();
    assertInstanceOf(ConnectionClosed.Aborted.class, rig().lost(link.protocol()));
    assertEquals(List.of("made", "end", "lost Aborted"), link.protocol().calls);
  }

  @Test
  default void t4AbortInsideConnectionLostDoesNothing() {
    var script = new Script().onLost(protocol -> protocol.transport.abortConnection());
    Link link = rig().link(script);
    link.peer().close();
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(link.protocol()));
    rig().settle();
    assertEquals(List.of("made", "end", "lost Done"), link.protocol().calls);
  }

  @Test
  default void t4AbortInsideADelayedCall() {
    Link link = rig().link(new Script());
    link.transport().callLater(Duration.ofSeconds(1), link.transport()::abortConnection);
    rig().advance(Duration.ofSeconds(1));
    aborted(link);
  }

  @Test
  default void t4AbortWithAFullBuffer() {
    Link link = rig().link(new Script());
    rig().clog(link);
    link.transport().abortConnection();
    aborted(link);
    assertEquals(0, link.transport().outboundBytes());
    assertEquals(0, rig().reactor().stats().outboundBytes());
  }

  @Test
  default void t4WhatIsNotSentYetIsDropped() {
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.transport.write("never sent");
              protocol.transport.abortConnection();
            });
    Link link = rig().link(script);
    link.peer().send("x");
    aborted(link);
    assertEquals("", link.peer().text());
  }

  @Test
  default void t4WritesAfterTheAbortAreDropped() {
    Link link = rig().link(new Script());
    link.transport().abortConnection();
    link.transport().write("nobody reads this");
    aborted(link);
    link.transport().write("nor this");
    assertEquals("", link.peer().text());
  }

  @Test
  default void t4WaitingBytesArriveNoMore() {
    Link link = rig().link(new Script());
    link.transport().pauseReading();
    link.peer().send("unseen");
    rig().settle();
    link.transport().abortConnection();
    link.transport().resumeReading();
    aborted(link);
    assertEquals(0, link.protocol().deliveries);
  }

  @Test
  default void t4AbortWhileReadingIsPaused() {
    Link link = rig().link(new Script());
    link.transport().pauseReading();
    link.transport().abortConnection();
    aborted(link);
  }

  @Test
  default void t4AbortWithAnOutputThatIsShut() {
    Link link = rig().link(new Script());
    link.transport().shutdownOutput();
    link.peer().awaitEnd();
    link.transport().abortConnection();
    assertInstanceOf(ConnectionClosed.Aborted.class, rig().lost(link.protocol()));
  }

  @Test
  default void t4AbortWhenWritableAgainAtOnce() {
    Link link = rig().link(new Script());
    link.transport().onWritable(link.transport()::abortConnection);
    aborted(link);
  }

  @Test
  default void t4AbortWhenWritableAgainLater() {
    Link link = rig().link(new Script());
    rig().clog(link);
    link.transport().onWritable(link.transport()::abortConnection);
    rig().settle();
    assertFalse(link.protocol().isLost());
    link.peer().resume();
    assertInstanceOf(ConnectionClosed.Aborted.class, rig().lost(link.protocol()));
  }

  @Test
  default void t4AbortInAWritableActionThatThrows() {
    Link link = rig().link(new Script());
    link.transport()
        .onWritable(() -> {
          link.transport().abortConnection();
          throw new IllegalStateException("after the abort");
        });
    aborted(link);
    rig().reported(ReactorEvent.CallFailed.class);
  }

  @Test
  default void t4AbortFromASourcesConsumer() {
    Link link = rig().link(new Script());
    var flow =
        rig().outcome(link.transport().input().forEach(data -> link.transport().abortConnection()));
    link.peer().send("x");
    aborted(link);
    rig().until("the flow ends", flow::isDone);
    flow.failure(Exception.class);
  }

  @Test
  default void t4AbortFailsWhatWasHandedOver() {
    Link link = rig().link(new Script());
    rig().clog(link);
    var owned = rig().outcome(link.transport().writeOwned(ByteBuffer.wrap("x".getBytes(UTF_8))));
    var fully = rig().outcome(link.transport().writeFully(ByteBuffer.allocate(1 << 20)));
    link.transport().abortConnection();
    ConnectionClosed reason = rig().lost(link.protocol());
    rig().settle();
    assertSame(reason, owned.failure(ConnectionClosed.class));
    assertSame(reason, fully.failure(ConnectionClosed.class));
  }

  @Test
  default void t4AbortTellsOnClosed() {
    Link link = rig().link(new Script());
    var told = new ArrayList<Throwable>();
    link.transport().onClosed(told::add);
    link.transport().abortConnection();
    aborted(link);
    assertEquals(List.<Throwable>of(link.protocol().reason()), told);
  }

  @Test
  default void t4AbortInsideOnClosedDoesNothing() {
    Link link = rig().link(new Script());
    link.transport().onClosed(reason -> link.transport().abortConnection());
    link.peer().close();
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(link.protocol()));
  }

  @Test
  default void t4AbortInsideTheFactory() {
    var script = new Script().onBuild(transport -> transport.abortConnection());
    Peer peer = rig().dial(rig().listen(script));
    peer.awaitReset();
    rig().settle();
    assertEquals(0, rig().reactor().stats().connections());
    if (!script.built.isEmpty()) {
      List<String> calls = script.only().calls;
      assertTrue(calls.isEmpty() || calls.equals(List.of("made", "lost Aborted")), calls::toString);
    }
  }

  @Test
  default void t4ManyAtOnce() {
    var script = new Script();
    var listener = rig().listen(script);
    for (int i = 0; i < 50; i++) {
      rig().dial(listener);
    }
    rig().until("all are built", () -> script.built.size() == 50);
    script.built.forEach(protocol -> protocol.transport.abortConnection());
    rig().until("all are lost", () -> script.built.stream().allMatch(Recorder::isLost));
    assertEquals(0, rig().reactor().stats().connections());
  }
}
