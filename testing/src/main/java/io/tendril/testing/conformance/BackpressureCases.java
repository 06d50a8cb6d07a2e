package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.ReactorEvent;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** P1: the marks. */
interface BackpressureCases extends Cases {
  /** Lets the kernel's buffers be full, and exactly so many bytes wait above them. */
  private void waiting(Link link, int bytes) {
    link.transport().pauseReadingWhenFull(false);
    rig().clog(link);
    link.transport().pauseReadingWhenFull(true);
    int more = bytes - (int) link.transport().outboundBytes();
    if (more > 0) {
      link.transport().write(new byte[more]);
    }
    rig().settle();
  }

  /** The peer reads until less than so many bytes wait. */
  private void drainBelow(Link link, int bytes) {
    rig()
        .until(
            () -> "fewer than " + bytes + " bytes wait; " + link.transport().outboundBytes(),
            () -> {
              link.peer().readSome(10_000);
              return link.transport().outboundBytes() <= bytes;
            });
  }

  @Test
  default void p1WritableSaysNoPastTheHighMark() {
    Link link = rig().link(new Script());
    assertTrue(link.transport().writable());
    rig().clog(link);
    assertTrue(link.transport().outboundBytes() > 65_536);
    assertFalse(link.transport().writable());
  }

  @Test
  default void p1UpToTheHighMarkMoreIsWelcome() {
    Link link = rig().link(new Script());
    rig().backUp(link, 10_000);
    int waiting = (int) link.transport().outboundBytes();
    link.transport().write(new byte[65_536 - waiting]);
    assertEquals(65_536, link.transport().outboundBytes());
    assertTrue(link.transport().writable());
    link.transport().write(new byte[1]);
    assertFalse(link.transport().writable());
  }

  @Test
  default void p1WritableSaysYesAgainAtTheLowMark() {
    Link link = rig().link(new Script());
    rig().clog(link);
    drainBelow(link, 20_000);
    if (link.transport().outboundBytes() > 16_384) {
      assertFalse(link.transport().writable());
    }
    drainBelow(link, 16_384);
    assertTrue(link.transport().writable());
  }

  @Test
  default void p1OnWritableIsCalledOnce() {
    Link link = rig().link(new Script());
    rig().clog(link);
    var called = new ArrayList<String>();
    link.transport().onWritable(() -> called.add("1"));
    link.transport().onWritable(() -> called.add("2"));
    rig().settle();
    assertEquals(List.of(), called);
    link.peer().resume();
    rig().until("both are called", () -> called.size() == 2);
    rig().settle();
    assertEquals(List.of("1", "2"), called);
  }

  @Test
  default void p1OnWritableIsCalledAtOnceWhenThereIsRoom() {
    Link link = rig().link(new Script());
    var called = new ArrayList<String>();
    link.transport().onWritable(() -> called.add("now"));
    rig().turn();
    assertEquals(List.of("now"), called);
  }

  @Test
  default void p1OnWritableThatFillsItAgainLetsTheOthersWait() {
    Link link = rig().link(new Script());
    link.peer().pause();
    var called = new ArrayList<String>();
    link.transport()
        .onWritable(() -> {
          called.add("1");
          link.transport().write(new byte[15_000_000]);
        });
    link.transport().onWritable(() -> called.add("2"));
    rig().settle();
    assertEquals(List.of("1"), called);
    link.peer().resume();
    rig().until("the other one is called", () -> called.size() == 2);
  }

  @Test
  default void p1OnWritableMayAskAgainAtOnce() {
    Link link = rig().link(new Script());
    var called = new ArrayList<String>();
    link.transport()
        .onWritable(() -> {
          called.add("1");
          link.transport().onWritable(() -> called.add("2"));
        });
    rig().until("both are called", () -> called.size() == 2);
  }

  @Test
  default void p1OnWritableIsNotCalledAfterTheEnd() {
    Link link = rig().link(new Script());
    rig().clog(link);
    var called = new ArrayList<String>();
    link.transport().onWritable(() -> called.add("late"));
    link.peer().reset();
    rig().lost(link.protocol());
    link.transport().onWritable(() -> called.add("later"));
    rig().settle();
    assertEquals(List.of(), called);
    assertFalse(link.transport().writable());
  }

  @Test
  default void p1OwnReadingPausesWhenFull() {
    Link link = rig().link(new Script());
    rig().clog(link);
    link.peer().sendSome(Payload.of(1_000));
    rig().settle();
    assertEquals(0, link.protocol().deliveries);
    link.peer().resume();
    rig().until("it goes on", () -> link.protocol().size() == 1_000);
  }

  @Test
  default void p1UnitsThatAreHereAlreadyWaitWhenFull() {
    int units = 1_000;
    int answer = 10_000;
    Link link =
        rig()
            .link(
                new Script()
                    .onData((protocol, data) -> {
                      while (data.hasRemaining() && protocol.transport.reading()) {
                        data.get();
                        protocol.transport.write(new byte[answer]);
                      }
                    }));
    link.peer().pause().sendSome(Payload.of(units));
    rig().until("it is full", () -> !link.transport().writable());
    rig().settle();
    assertTrue(link.transport().outboundBytes() <= 65_536 + answer);
    assertFalse(link.transport().reading());
    link.peer().resume();
    rig().until("all are answered", () -> link.peer().size() == units * answer);
  }

  @Test
  default void p1TheObserverIsToldThatReadingPaused() {
    Link link = rig().link(new Script());
    rig().clog(link);
    var paused = rig().reported(ReactorEvent.ReadingPaused.class);
    assertEquals(link.transport().peer(), paused.peer());
    assertTrue(paused.outboundBytes() > 65_536);
  }

  @Test
  default void p1AProtocolMayOptOut() {
    Link link = rig().link(new Script());
    link.transport().pauseReadingWhenFull(false);
    rig().clog(link);
    link.peer().sendSome(Payload.of(1_000));
    rig().until("it arrives", () -> link.protocol().size() == 1_000);
    assertEquals(0, rig().allReported(ReactorEvent.ReadingPaused.class).size());
  }

  @Test
  default void p1OptingOutWhileFullResumes() {
    Link link = rig().link(new Script());
    rig().clog(link);
    link.peer().sendSome(Payload.of(1_000));
    rig().settle();
    link.transport().pauseReadingWhenFull(false);
    rig().until("it arrives", () -> link.protocol().size() == 1_000);
  }

  @Test
  default void p1OptingInWhileFullPauses() {
    Link link = rig().link(new Script());
    link.transport().pauseReadingWhenFull(false);
    rig().clog(link);
    link.transport().pauseReadingWhenFull(true);
    rig().settle();
    link.peer().sendSome(Payload.of(1_000));
    rig().settle();
    assertEquals(0, link.protocol().deliveries);
  }

  @Test
  default void p1ResumingWhileFullWaitsForRoom() {
    Link link = rig().link(new Script());
    rig().clog(link);
    link.transport().pauseReading();
    link.peer().sendSome(Payload.of(10));
    rig().settle();
    link.transport().resumeReading();
    rig().settle();
    assertEquals(0, link.protocol().deliveries);
    link.peer().resume();
    rig().until("it arrives", () -> link.protocol().size() == 10);
  }

  @Test
  default void p1RoomDoesNotResumeWhatTheProtocolPaused() {
    Link link = rig().link(new Script());
    rig().clog(link);
    link.transport().pauseReading();
    link.peer().sendSome(Payload.of(10));
    link.peer().resume();
    rig().until("there is room", () -> link.transport().writable());
    rig().settle();
    assertEquals(0, link.protocol().deliveries);
    link.transport().resumeReading();
    rig().until("it arrives", () -> link.protocol().size() == 10);
  }

  @Test
  default void p1AnEchoOfAPeerThatDoesNotReadTakesLittleMemory() {
    var echo = new Script().onData((protocol, data) -> protocol.transport.write(data));
    Link link = rig().link(echo);
    link.peer().pause();
    long accepted = 0;
    for (int i = 0; i < 60; i++) {
      accepted += link.peer().sendSome(new byte[1 << 20]);
      rig().settle();
    }
    assertTrue(
        link.transport().outboundBytes() < 1 << 20, "queued " + link.transport().outboundBytes());
    long all = accepted;
    rig()
        .until(
            "all comes back",
            () -> {
              link.peer().readSome(1 << 20);
              return link.peer().size() == all;
            });
  }

  @Test
  default void p1MarksCanBeSet() {
    Link link = rig().link(new Script());
    waiting(link, 300_000);
    link.transport().marks(100_000, 1_000_000);
    assertFalse(link.transport().writable(), "between the marks nothing changes");
    link.transport().marks(400_000, 1_000_000);
    assertTrue(link.transport().writable());
    link.transport().marks(100_000, 200_000);
    assertFalse(link.transport().writable());
    drainBelow(link, 100_000);
    assertTrue(link.transport().writable());
  }

  @Test
  default void p1RaisingTheMarksResumesReading() {
    Link link = rig().link(new Script());
    waiting(link, 300_000);
    link.peer().sendSome(Payload.of(10));
    rig().settle();
    assertEquals(0, link.protocol().deliveries);
    link.transport().marks(4_000_000, 8_000_000);
    rig().until("it arrives", () -> link.protocol().size() == 10);
  }

  @Test
  default void p1LoweringTheMarksPausesReading() {
    Link link = rig().link(new Script());
    link.transport().marks(0, 50_000_000);
    link.peer().pause();
    link.transport().write(new byte[14_000_000]);
    rig().settle();
    assertTrue(link.transport().writable());
    link.transport().marks(0, 1_000);
    assertFalse(link.transport().writable());
    link.peer().sendSome(Payload.of(10));
    rig().settle();
    assertEquals(0, link.protocol().deliveries);
  }

  @Test
  default void p1MarksThatMakeNoSenseAreRefused() {
    Link link = rig().link(new Script());
    assertThrows(IllegalArgumentException.class, () -> link.transport().marks(-1, 10));
    assertThrows(IllegalArgumentException.class, () -> link.transport().marks(10, 9));
    link.transport().marks(0, 0);
  }

  @Test
  default void p1OutboundBytesCountWhatTheKernelHasNotTaken() {
    Link link = rig().link(new Script());
    assertEquals(0, link.transport().outboundBytes());
    waiting(link, 400_000);
    long before = link.transport().outboundBytes();
    link.transport().write(new byte[123]);
    rig().outcome(link.transport().writeOwned(ByteBuffer.allocate(1_000)));
    assertEquals(before + 1_123, link.transport().outboundBytes());
    assertEquals(before + 1_123, rig().reactor().stats().outboundBytes());
    link.peer().resume();
    rig().until("all is sent", () -> link.transport().outboundBytes() == 0);
    assertEquals(0, rig().reactor().stats().outboundBytes());
  }

  @Test
  default void p1AFullConnectionKeepsNoReactorBusy() {
    Link link = rig().link(new Script());
    rig().clog(link);
    link.peer().sendSome(Payload.of(1_000));
    rig().settle();
    rig().assertQuiet();
    rig().advance(Duration.ofSeconds(1));
    rig().assertQuiet();
  }
}
