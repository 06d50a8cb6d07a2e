package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.ConnectionClosed;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** T12: reading, pausing, and what is left unread. */
interface ReadCases extends Cases {
  private void awaitSize(Link link, int size) {
    rig()
        .until(
            () -> size + " bytes have come; it has " + link.protocol().size(),
            () -> link.protocol().size() >= size);
  }

  private void assertReceived(Link link, byte[] data) {
    awaitSize(link, data.length);
    rig().settle();
    assertArrayEquals(data, link.protocol().bytes());
  }

  // ---- Arriving -------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {1, 1_000, 65_535, 65_536, 65_537, 1_000_000, 9_000_000})
  default void t12EachSizeIsDeliveredWhole(int size) {
    Link link = rig().link(Side.CLIENT, new Script());
    byte[] data = Payload.of(size);
    link.peer().send(data);
    assertReceived(link, data);
  }

  @Test
  default void t12BytesThatCameWithTheConnectionAreDelivered() {
    Link link = rig().link(new Script().onMade(protocol -> protocol.calls.add("in made")));
    link.peer().send("early");
    awaitSize(link, 5);
    assertEquals(List.of("made", "in made", "data"), link.protocol().calls);
  }

  @Test
  default void t12TheBufferIsNotValidAfterTheCall() {
    var kept = new ArrayList<ByteBuffer>();
    var script =
        new Script()
            .onData((protocol, data) -> {
              kept.add(data.duplicate());
              protocol.take(data);
            });
    Link link = rig().link(script);
    link.peer().send("mine?");
    awaitSize(link, 5);
    rig().settle();
    byte[] seen = new byte[5];
    kept.getFirst().get(seen);
    assertFalse(
        Arrays.equals("mine?".getBytes(java.nio.charset.StandardCharsets.UTF_8), seen),
        "in debug mode the buffer is overwritten after the call");
  }

  @Test
  default void t12TheBufferIsWritableDuringTheCall() {
    var script =
        new Script()
            .onData((protocol, data) -> {
              data.put(data.position(), (byte) 'X');
              protocol.take(data);
            });
    Link link = rig().link(script);
    link.peer().send("abc");
    awaitSize(link, 3);
    assertEquals("Xbc", link.protocol().text());
  }

  /**
   * Resumes a connection from calls of others, in the same wait that brings its end: some of those
   * come before the end, whatever the order in which an engine calls.
   */
  @Test
  default void t12ResumingInTheWaitThatBringsTheEndLosesNothing() {
    byte[] data = Payload.of(1_000);
    Link link = rig().link(new Script().onMade(protocol -> protocol.transport.pauseReading()));
    link.peer().send(data);
    rig().settle();
    List<Link> others = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      var resuming =
          new Script()
              .onData((protocol, bytes) -> {
                protocol.take(bytes);
                link.transport().resumeReading();
              });
      others.add(rig().link(i % 2 == 0 ? Side.SERVER : Side.CLIENT, resuming));
    }
    others.forEach(other -> other.peer().send("go on"));
    link.peer().close();
    rig().lost(link.protocol());
    assertArrayEquals(data, link.protocol().bytes());
  }

  // ---- Unread bytes ---------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10, 1_000, 5_000, 20_000, 60_000})
  default void t12UnreadBytesAreKeptUntilThereIsEnough(int unit) {
    var script =
        new Script()
            .onData((protocol, data) -> {
              while (data.remaining() >= unit) {
                protocol.take(data, unit);
              }
            });
    Link link = rig().link(script);
    byte[] data = Payload.of(unit * Math.max(3, 30_000 / unit));
    for (int from = 0, size = 1; from < data.length; from += size, size = size * 5 % 7_001 + 1) {
      size = Math.min(size, data.length - from);
      link.peer().send(Arrays.copyOfRange(data, from, from + size));
      rig().turn();
    }
    assertReceived(link, data);
  }

  @Test
  default void t12UnreadBytesComeFirstWithTheNext() {
    var seen = new ArrayList<Integer>();
    var script =
        new Script()
            .onData((protocol, data) -> {
              seen.add(data.remaining());
              if (data.remaining() == 6) {
                protocol.take(data);
              }
            });
    Link link = rig().link(script);
    link.peer().send("abc");
    rig().settle();
    link.peer().send("def");
    awaitSize(link, 6);
    assertEquals("abcdef", link.protocol().text());
    assertEquals(List.of(3, 6), seen);
  }

  @Test
  default void t12UnreadBytesAreNotPresentedAgainByThemselves() {
    Link link = rig().link(new Script().onData((protocol, data) -> {}));
    link.peer().send("abc");
    rig().settle();
    rig().advance(Duration.ofMinutes(5));
    assertEquals(1, link.protocol().deliveries);
    rig().assertQuiet();
  }

  @Test
  default void t12PartOfABufferIsKept() {
    var script = new Script().onData((protocol, data) -> protocol.take(data, 1));
    Link link = rig().link(script);
    for (int i = 0; i < 5; i++) {
      link.peer().send(Payload.of(3, i * 3));
      rig().settle();
    }
    assertArrayEquals(Payload.of(5), link.protocol().bytes());
    assertEquals(5, link.protocol().deliveries);
  }

  @ParameterizedTest
  @ValueSource(ints = {65_537, 70_000, 200_000})
  default void t12MoreThan64KiBUnreadCloses(int size) {
    Link link = rig().link(new Script().onData((protocol, data) -> {}));
    link.peer().sendSome(Payload.of(size));
    rig()
        .until(
            "the peer is told",
            () -> {
              link.peer().sendSome(Payload.of(1));
              return link.peer().isOver();
            });
    link.peer().close();
    var reason =
        assertInstanceOf(ConnectionClosed.LimitExceeded.class, rig().lost(link.protocol()));
    assertSays("65536", reason);
  }

  @Test
  default void t12UpTo64KiBUnreadAreKept() {
    Link link =
        rig()
            .link(
                new Script()
                    .onData((protocol, data) -> {
                      if (data.remaining() == 65_536) {
                        protocol.take(data);
                      }
                    }));
    byte[] data = Payload.of(65_536);
    link.peer().send(data);
    assertReceived(link, data);
  }

  @Test
  default void t12AProtocolSetsItsOwnLimit() {
    Link small = rig().link(new Script().unreadLimit(10).onData((protocol, data) -> {}));
    Link large = rig().link(new Script().unreadLimit(1_000_000).onData((protocol, data) -> {}));
    small.peer().send(Payload.of(11));
    large.peer().send(Payload.of(900_000));
    small.peer().awaitEnd().close();
    assertInstanceOf(ConnectionClosed.LimitExceeded.class, rig().lost(small.protocol()));
    rig().settle();
    assertFalse(large.protocol().isLost());
  }

  @Test
  default void t12BytesTakenInTimeNeverCountAsUnread() {
    Link link = rig().link(new Script().unreadLimit(0));
    byte[] data = Payload.of(500_000);
    link.peer().send(data);
    assertReceived(link, data);
  }

  // ---- Pausing --------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource
  default void t12NothingIsDeliveredUntilResume(Side side) {
    Link link = rig().link(side, new Script());
    link.transport().pauseReading();
    link.peer().send("wait for it");
    rig().advance(Duration.ofMinutes(1));
    assertEquals(0, link.protocol().deliveries);
    assertFalse(link.transport().reading());
    link.transport().resumeReading();
    assertEquals(0, link.protocol().deliveries, "delivered from inside of resumeReading");
    awaitSize(link, 11);
    assertEquals("wait for it", link.protocol().text());
    assertTrue(link.transport().reading());
  }

  @Test
  default void t12PausingInConnectionMadeHolds() {
    Link link = rig().link(new Script().onMade(protocol -> protocol.transport.pauseReading()));
    link.peer().send("x");
    rig().settle();
    assertEquals(0, link.protocol().deliveries);
    link.transport().resumeReading();
    awaitSize(link, 1);
  }

  @Test
  default void t12PausingInDataReceivedKeepsTheRest() {
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.take(data, 1);
              protocol.transport.pauseReading();
            });
    Link link = rig().link(script);
    link.peer().send("abc");
    for (int i = 1; i <= 3; i++) {
      int count = i;
      rig().until("one more", () -> link.protocol().size() == count);
      rig().settle();
      assertEquals(count, link.protocol().deliveries);
      link.transport().resumeReading();
    }
    assertEquals("abc", link.protocol().text());
  }

  @Test
  default void t12BytesReadAlreadyWaitForResumeWithoutMoreFromThePeer() {
    var script = new Script().onData((protocol, data) -> protocol.transport.pauseReading());
    Link link = rig().link(script);
    link.peer().send("abc");
    rig().settle();
    link.protocol().script().onData((protocol, data) -> protocol.take(data));
    link.transport().resumeReading();
    awaitSize(link, 3);
    assertEquals("abc", link.protocol().text());
  }

  @Test
  default void t12PausedAndUnreadIsWithoutTheLimit() {
    var script = new Script().unreadLimit(10).onMade(protocol -> protocol.transport.pauseReading());
    Link link = rig().link(script);
    byte[] data = Payload.of(100_000);
    link.peer().sendSome(data);
    rig().settle();
    assertFalse(link.protocol().isLost());
  }

  @Test
  default void t12APausedConnectionTakesLittleMemory() {
    Link link = rig().link(new Script().onMade(protocol -> protocol.transport.pauseReading()));
    long accepted = 0;
    for (int i = 0; i < 50; i++) {
      accepted += link.peer().sendSome(new byte[1 << 20]);
      rig().settle();
    }
    assertTrue(accepted < 30 << 20, "a paused connection took " + accepted + " bytes");
    rig().assertQuiet();
  }

  @Test
  default void t12MuchIsDeliveredAfterAPause() {
    Link link = rig().link(new Script().onMade(protocol -> protocol.transport.pauseReading()));
    byte[] data = Payload.of(5_000_000);
    int sent = link.peer().sendSome(data);
    rig().settle();
    link.transport().resumeReading();
    link.peer().send(Arrays.copyOfRange(data, sent, data.length));
    assertReceived(link, data);
  }

  @Test
  default void t12ResumingInsideOfDataReceivedDeliversLater() {
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.take(data, 1);
              protocol.transport.pauseReading();
              protocol.transport.resumeReading();
            });
    Link link = rig().link(script);
    link.peer().send("abcde");
    rig().until("all has come", () -> link.protocol().size() == 5);
    assertEquals("abcde", link.protocol().text());
    assertEquals(5, link.protocol().deliveries);
  }

  @Test
  default void t12ResumingWithoutAPauseChangesNothing() {
    Link link = rig().link(new Script().onData((protocol, data) -> {}));
    link.peer().send("abc");
    rig().settle();
    link.transport().resumeReading();
    rig().settle();
    assertEquals(1, link.protocol().deliveries);
  }

  @Test
  default void t12PausingTwiceNeedsOneResume() {
    Link link = rig().link(new Script());
    link.transport().pauseReading();
    link.transport().pauseReading();
    link.peer().send("x");
    rig().settle();
    link.transport().resumeReading();
    awaitSize(link, 1);
  }

  @Test
  default void t12PausingAgainBeforeTheResumeTakesEffect() {
    Link link = rig().link(new Script());
    link.transport().pauseReading();
    link.peer().send("x");
    rig().settle();
    link.transport().resumeReading();
    link.transport().pauseReading();
    rig().settle();
    assertEquals(0, link.protocol().deliveries);
  }

  @Test
  default void t12PausingAndResumingManyTimesLosesNothing() {
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.take(data, Math.min(data.remaining(), 999));
              protocol.transport.pauseReading();
              protocol.transport.reactor().execute(protocol.transport::resumeReading);
            });
    Link link = rig().link(script);
    byte[] data = Payload.of(200_000);
    link.peer().send(data);
    assertReceived(link, data);
  }

  @Test
  default void t12AResetIsReportedWhilePaused() {
    Link link = rig().link(new Script().onMade(protocol -> protocol.transport.pauseReading()));
    link.peer().reset();
    assertInstanceOf(ConnectionClosed.Lost.class, rig().lost(link.protocol()));
  }

  @Test
  default void t12AResetIsReportedWhilePausedWithBytesWaiting() {
    Link link = rig().link(new Script().onMade(protocol -> protocol.transport.pauseReading()));
    link.peer().send("unseen");
    rig().settle();
    link.peer().reset();
    assertInstanceOf(ConnectionClosed.Lost.class, rig().lost(link.protocol()));
    assertEquals(0, link.protocol().deliveries);
  }

  @Test
  default void t12WritingGoesOnWhilePaused() {
    Link link = rig().link(new Script().onMade(protocol -> protocol.transport.pauseReading()));
    byte[] data = Payload.of(2_000_000);
    link.transport().write(data);
    link.peer().expect(data);
  }

  @Test
  default void t12AnotherConnectionGoesOn() {
    Link paused = rig().link(new Script().onMade(protocol -> protocol.transport.pauseReading()));
    Link other = rig().link(new Script());
    paused.peer().sendSome(Payload.of(1_000_000));
    other.peer().send("hello");
    awaitSize(other, 5);
    assertEquals(0, paused.protocol().deliveries);
  }

  @Test
  default void t12ANestedTurnHasABufferOfItsOwn() {
    Link inner = rig().link(new Script());
    var script =
        new Script()
            .onData((protocol, data) -> {
              if (protocol.size() == 0) {
                inner.peer().send("inner");
                rig().until("the inner one has it", () -> inner.protocol().size() == 5);
              }
              protocol.take(data);
            });
    Link outer = rig().link(script);
    outer.peer().send("outer");
    awaitSize(outer, 5);
    assertEquals("outer", outer.protocol().text());
    assertEquals("inner", inner.protocol().text());
  }

  @Test
  default void t12InANestedTurnTheConnectionItselfWaits() {
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.take(data);
              rig().settle();
            });
    Link link = rig().link(script);
    link.peer().send("one ");
    link.peer().sendSome("two ".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    link.peer().send("three");
    awaitSize(link, 13);
    assertEquals("one two three", link.protocol().text());
  }

  @Test
  default void t12WhatComesInANestedTurnIsReadAfterTheCall() {
    var link = new Link[1];
    var log = new ArrayList<String>();
    var script =
        new Script()
            .onData((protocol, data) -> {
              log.add("in");
              protocol.take(data);
              if (protocol.size() == 3) {
                link[0].peer().send("two");
                rig().settle();
              }
              log.add("out");
            });
    link[0] = rig().link(script);
    link[0].peer().send("one");
    awaitSize(link[0], 6);
    assertEquals(List.of("in", "out", "in", "out"), log);
  }

  @Test
  default void t12AResumeInFrontOfANestedTurnIsNotLost() {
    var script =
        new Script()
            .onData((protocol, data) -> {
              if (protocol.deliveries == 1) {
                protocol.transport.pauseReading();
                protocol.transport.resumeReading();
                rig().settle();
              } else {
                protocol.take(data);
              }
            });
    Link link = rig().link(script);
    link.peer().send("kept");
    awaitSize(link, 4);
    assertEquals(2, link.protocol().deliveries);
  }
}
