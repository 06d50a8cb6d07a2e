package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.ConnectionClosed;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** P4: memory for what is to be sent is bounded. */
interface LimitCases extends Cases {
  private void assertTimedOut(Link link) {
    var reason = assertInstanceOf(ConnectionClosed.TimedOut.class, rig().lost(link.protocol()));
    assertSays("30000 ms", reason);
    link.peer().resume().awaitReset();
    assertEquals(0, rig().reactor().stats().outboundBytes());
    assertEquals(0, rig().reactor().stats().delayedCalls());
  }

  // ---- Time -----------------------------------------------------------------------------------

  @Test
  default void p4APeerThatTakesNothingFor30SecondsIsClosed() {
    Link link = rig().link(new Script());
    rig().clog(link);
    rig().advance(Duration.ofMillis(29_990));
    assertFalse(link.protocol().isLost());
    rig().advance(Duration.ofMillis(20));
    assertTimedOut(link);
  }

  @Test
  default void p4APeerThatTakesSomethingNowAndThenIsNot() {
    Link link = rig().link(new Script());
    link.transport().marks(0, 1_000);
    link.transport().pauseReadingWhenFull(false);
    rig().clog(link);
    link.transport().write(new byte[10_000_000]);
    for (int i = 0; i < 8; i++) {
      rig().advance(Duration.ofSeconds(20));
      long before = link.transport().outboundBytes();
      rig()
          .until(
              "something is taken",
              () -> {
                link.peer().readSome(100_000);
                return link.transport().outboundBytes() < before;
              });
      assertFalse(link.protocol().isLost(), "after " + i + " times 20 s");
    }
    rig().advance(Duration.ofSeconds(31));
    assertTimedOut(link);
  }

  @Test
  default void p4BelowTheHighMarkThereIsNoHurry() {
    Link link = rig().link(new Script());
    link.transport().marks(20_000_000, 20_000_000);
    rig().backUp(link, 100_000);
    rig().advance(Duration.ofMinutes(10), 10);
    assertFalse(link.protocol().isLost());
  }

  @Test
  default void p4ComingBelowTheMarksInTimeIsForgiven() {
    Link link = rig().link(new Script());
    int written = rig().clog(link);
    rig().advance(Duration.ofSeconds(29));
    link.peer().resume().awaitSize(written);
    rig().advance(Duration.ofMinutes(10), 10);
    assertFalse(link.protocol().isLost());
    assertEquals(0, rig().reactor().stats().delayedCalls());
  }

  @Test
  default void p4TheSecondTimeCountsFromItsOwnBeginning() {
    Link link = rig().link(new Script());
    int written = rig().clog(link);
    rig().advance(Duration.ofSeconds(25));
    link.peer().resume().awaitSize(written);
    rig().advance(Duration.ofSeconds(60));
    rig().clog(link);
    rig().advance(Duration.ofSeconds(29));
    assertFalse(link.protocol().isLost());
    rig().advance(Duration.ofSeconds(2));
    assertTimedOut(link);
  }

  @Test
  default void p4AnOrderlyCloseDoesNotWaitForEver() {
    Link link = rig().link(new Script());
    link.transport().marks(20_000_000, 20_000_000);
    rig().backUp(link, 100_000);
    link.transport().loseConnection();
    rig().advance(Duration.ofSeconds(29));
    assertFalse(link.protocol().isLost());
    rig().advance(Duration.ofSeconds(2));
    assertTimedOut(link);
  }

  @Test
  default void p4AnOutputToBeShutDoesNotWaitForEver() {
    Link link = rig().link(new Script());
    link.transport().marks(20_000_000, 20_000_000);
    rig().backUp(link, 100_000);
    link.transport().shutdownOutput();
    rig().advance(Duration.ofSeconds(31));
    assertTimedOut(link);
  }

  @Test
  default void p4AFileThatNobodyTakesDoesNotWaitForEver() {
    Link link = rig().link(new Script());
    link.peer().pause();
    var fully = rig().outcome(link.transport().writeFully(ByteBuffer.allocate(30_000_000)));
    rig().settle();
    rig().advance(Duration.ofSeconds(31));
    assertTimedOut(link);
    rig().settle();
    fully.failure(ConnectionClosed.TimedOut.class);
  }

  // ---- Size -----------------------------------------------------------------------------------

  @Test
  default void p4MoreThan16MiBWaitingClose() {
    Link link = rig().link(new Script());
    link.peer().pause();
    for (int i = 0; i < 40; i++) {
      link.transport().write(new byte[1 << 20]);
    }
    var reason =
        assertInstanceOf(ConnectionClosed.LimitExceeded.class, rig().lost(link.protocol()));
    assertSays("16777216", reason);
    assertEquals(0, rig().reactor().stats().outboundBytes());
    link.peer().resume().awaitReset();
  }

  @Test
  default void p4HandedOverBuffersCountToo() {
    Link link = rig().link(new Script());
    link.peer().pause();
    var owned = rig().outcome(link.transport().writeOwned(ByteBuffer.allocate(30_000_000)));
    assertInstanceOf(ConnectionClosed.LimitExceeded.class, rig().lost(link.protocol()));
    rig().settle();
    owned.failure(ConnectionClosed.LimitExceeded.class);
  }

  @Test
  default void p4WhatItsWriterWaitsForIsExempt() {
    Link link = rig().link(new Script());
    link.peer().pause();
    var fully = rig().outcome(link.transport().writeFully(ByteBuffer.allocate(60_000_000)));
    rig().settle();
    assertFalse(link.protocol().isLost());
    assertFalse(link.transport().writable());
    assertTrue(link.transport().outboundBytes() > 16 << 20);
    assertFalse(fully.isDone());
    link.peer().resume().awaitSize(60_000_000);
    rig().until("it is sent", fully::isDone);
    fully.value();
  }

  @Test
  default void p4TheConnectionConnectionLostSpeaksOfIsQuiet() {
    Link link = rig().link(new Script());
    link.peer().pause();
    for (int i = 0; i < 40; i++) {
      link.transport().write(new byte[1 << 20]);
      assertFalse(link.protocol().isLost(), "told from inside of write");
    }
    rig().lost(link.protocol());
    rig().settle();
    assertEquals("lost LimitExceeded", link.protocol().calls.getLast());
  }

  // ---- The budget of the reactor --------------------------------------------------------------

  @Test
  default void p4TheLargestGoesWhenTheBudgetIsSpent() {
    rig().reactor(options -> options.withOutboundBudget(3_000_000));
    Link small = rig().link(new Script());
    Link large = rig().link(new Script());
    Link idle = rig().link(new Script());
    rig().clog(small);
    rig().clog(large);
    top(small, 1_200_000);
    top(large, 1_500_000);
    assertFalse(small.protocol().isLost() || large.protocol().isLost());
    top(small, 1_600_000);
    rig().settle();
    var loser = small.protocol().isLost() ? small : large;
    var reason =
        assertInstanceOf(ConnectionClosed.LimitExceeded.class, rig().lost(loser.protocol()));
    assertSays("3000000", reason);
    assertEquals(small, loser, "the smaller one went");
    assertFalse(large.protocol().isLost() || idle.protocol().isLost());
    assertTrue(rig().reactor().stats().outboundBytes() <= 3_000_000);
  }

  /** Lets so many bytes wait. */
  private void top(Link link, int bytes) {
    int more = bytes - (int) link.transport().outboundBytes();
    if (more > 0) {
      link.transport().write(new byte[more]);
    }
    rig().settle();
  }

  @Test
  default void p4TheBudgetIsOneReactors() {
    rig().reactor(options -> options.withOutboundBudget(1_000_000));
    var other = rig().reactor(options -> options.withOutboundBudget(50_000_000));
    var script = new Script();
    var listener = rig().listen(other, script, io.tendril.spi.SocketSettings.defaults());
    Peer peer = rig().dial(listener).pause();
    rig().until("it is built", () -> script.built.size() == 1);
    script.only().transport.write(new byte[10_000_000]);
    rig().settle();
    assertFalse(script.only().isLost());
    peer.resume().awaitSize(10_000_000);
  }

  @Test
  default void p4TheBudgetIsGivenBack() {
    rig().reactor(options -> options.withOutboundBudget(8_000_000));
    for (int i = 0; i < 4; i++) {
      Link link = rig().link(new Script());
      link.peer().pause();
      link.transport().write(new byte[7_000_000]);
      rig().settle();
      assertFalse(link.protocol().isLost());
      link.transport().abortConnection();
      rig().lost(link.protocol());
      assertEquals(0, rig().reactor().stats().outboundBytes());
    }
  }
}
