package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.ConnectionClosed;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** T6: one direction ends before the other. */
interface HalfCloseCases extends Cases {
  private void done(Link link) {
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(link.protocol()));
    rig().settle();
    assertEquals("lost Done", link.protocol().calls.getLast());
    assertEquals(0, rig().reactor().stats().connections());
  }

  // ---- The peer ends first --------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource
  default void t6TheEndIsToldAfterTheData(Side side) {
    Link link = rig().link(side, new Script());
    link.peer().send("last words").shutdownOutput();
    done(link);
    assertEquals("last words", link.protocol().text());
    assertEquals(List.of("made", "data", "end", "lost Done"), link.protocol().calls);
  }

  @Test
  default void t6WithoutAskingForItTheConnectionCloses() {
    Link link = rig().link(new Script());
    link.peer().shutdownOutput().awaitEnd();
    done(link);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65_536, 100_000, 5_000_000})
  default void t6WithoutAskingForItWhatWasWrittenIsSentFirst(int size) {
    Link link = rig().link(new Script());
    byte[] data = Payload.of(size);
    link.peer().pause();
    link.transport().write(data);
    link.peer().shutdownOutput();
    rig().settle();
    link.peer().resume().awaitEnd().expect(data);
    done(link);
  }

  @Test
  default void t6WhatIsWrittenInEndReceivedIsSent() {
    var script =
        new Script()
            .onEnd(protocol -> {
              protocol.transport.write("and goodbye");
              return false;
            });
    Link link = rig().link(script);
    link.peer().shutdownOutput().awaitEnd().expect("and goodbye");
    done(link);
  }

  @Test
  default void t6AskingForItLetsWritingGoOn() {
    Link link = rig().link(new Script().halfClosing());
    link.peer().shutdownOutput();
    rig().until("the end is told", link.protocol()::isEnded);
    rig().advance(Duration.ofMinutes(10));
    assertTrue(link.transport().writable());
    link.transport().write("still here");
    link.peer().expect("still here");
    link.transport().loseConnection();
    link.peer().awaitEnd();
    done(link);
  }

  @Test
  default void t6MuchCanBeWrittenAfterTheEnd() {
    Link link = rig().link(new Script().halfClosing());
    link.peer().shutdownOutput();
    rig().until("the end is told", link.protocol()::isEnded);
    byte[] data = Payload.of(3_000_000);
    link.transport().write(data);
    link.peer().awaitSize(data.length).expect(data);
    link.transport().loseConnection();
    done(link);
  }

  @Test
  default void t6AfterBothEndsThereIsNothingLeft() {
    Link link = rig().link(new Script().halfClosing());
    link.peer().shutdownOutput();
    rig().until("the end is told", link.protocol()::isEnded);
    link.transport().write("bye");
    link.transport().shutdownOutput();
    link.peer().awaitEnd().expect("bye");
    done(link);
    assertEquals(List.of("made", "end", "lost Done"), link.protocol().calls);
  }

  @Test
  default void t6AResetAfterTheEndIsALoss() {
    Link link = rig().link(new Script().halfClosing());
    link.peer().shutdownOutput();
    rig().until("the end is told", link.protocol()::isEnded);
    link.peer().reset();
    rig()
        .until(
            "the loss is noticed",
            () -> {
              link.transport().write("anybody there?");
              return link.protocol().isLost();
            });
    assertInstanceOf(ConnectionClosed.Lost.class, link.protocol().reason());
  }

  /** Nobody waits for anything then, so that who is told all the same would be told for ever. */
  @Test
  default void t6AResetAfterTheEndKeepsNoReactorBusy() {
    Link link = rig().link(new Script().halfClosing());
    link.peer().shutdownOutput();
    rig().until("the end is told", link.protocol()::isEnded);
    rig().settle();
    link.peer().reset();
    rig().settle();
    rig().assertQuiet();
    for (int i = 0; i < 3 && !link.protocol().isLost(); i++) {
      link.transport().write("anybody?");
      rig().settle();
    }
    assertInstanceOf(ConnectionClosed.Lost.class, rig().lost(link.protocol()));
  }

  @Test
  default void t6AResetAfterTheEndIsToldWhileOutputWaits() {
    Link link = rig().link(new Script().halfClosing());
    rig().clog(link);
    link.peer().shutdownOutput();
    rig().settle();
    link.peer().reset();
    assertInstanceOf(ConnectionClosed.Lost.class, rig().lost(link.protocol()));
    rig().settle();
    rig().assertQuiet();
  }

  @Test
  default void t6AResetAfterTheEndWhileReadingIsPausedKeepsNoReactorBusy() {
    Link link = rig().link(new Script().halfClosing());
    link.transport().pauseReading();
    link.peer().send("unread").shutdownOutput();
    rig().settle();
    link.peer().reset();
    rig().settle();
    rig().assertQuiet();
    if (!link.protocol().isLost()) {
      link.transport().resumeReading();
      rig().settle();
      rig().assertQuiet();
    }
  }

  @Test
  default void t6AResetAfterBothEndsKeepsNoReactorBusy() {
    Link link = rig().link(new Script().halfClosing());
    link.transport().shutdownOutput();
    link.transport().pauseReading();
    rig().settle();
    link.peer().shutdownOutput();
    rig().settle();
    link.peer().reset();
    rig().settle();
    rig().assertQuiet();
    link.transport().resumeReading();
    rig().lost(link.protocol());
  }

  @Test
  default void t6AbortAfterTheEnd() {
    Link link = rig().link(new Script().halfClosing());
    link.peer().shutdownOutput();
    rig().until("the end is told", link.protocol()::isEnded);
    link.transport().abortConnection();
    link.peer().awaitReset();
    assertInstanceOf(ConnectionClosed.Aborted.class, rig().lost(link.protocol()));
  }

  @Test
  default void t6TheEndIsToldOnce() {
    Link link = rig().link(new Script().halfClosing());
    link.peer().shutdownOutput();
    rig().until("the end is told", link.protocol()::isEnded);
    link.transport().pauseReading();
    rig().settle();
    link.transport().resumeReading();
    rig().advance(Duration.ofMinutes(1));
    assertEquals(List.of("made", "end"), link.protocol().calls);
  }

  @Test
  default void t6TheEndWaitsForResume() {
    Link link = rig().link(new Script());
    link.transport().pauseReading();
    link.peer().send("data").shutdownOutput();
    rig().settle();
    assertEquals(List.of("made"), link.protocol().calls);
    link.transport().resumeReading();
    done(link);
    assertEquals(List.of("made", "data", "end", "lost Done"), link.protocol().calls);
  }

  @Test
  default void t6TheBareEndWaitsForResume() {
    Link link = rig().link(new Script());
    link.transport().pauseReading();
    link.peer().shutdownOutput();
    rig().settle();
    assertEquals(List.of("made"), link.protocol().calls);
    link.transport().resumeReading();
    done(link);
    assertEquals(List.of("made", "end", "lost Done"), link.protocol().calls);
  }

  @Test
  default void t6UnreadBytesAreSeenOnceMoreAtMostBeforeTheEnd() {
    var script = new Script().onData((protocol, data) -> protocol.take(data, 1));
    Link link = rig().link(script);
    link.peer().send("abc").shutdownOutput();
    done(link);
    assertEquals("end", link.protocol().calls.get(2));
  }

  @Test
  default void t6ResumingInEndReceivedTellsNothingTwice() {
    var script =
        new Script()
            .onEnd(protocol -> {
              protocol.transport.pauseReading();
              protocol.transport.resumeReading();
              return true;
            });
    Link link = rig().link(script);
    link.peer().shutdownOutput();
    rig().until("the end is told", link.protocol()::isEnded);
    rig().settle();
    assertEquals(List.of("made", "end"), link.protocol().calls);
  }

  @Test
  default void t6LosingInEndReceivedWhileAskingForMore() {
    var script =
        new Script()
            .onEnd(protocol -> {
              protocol.transport.loseConnection();
              return true;
            });
    Link link = rig().link(script);
    link.peer().shutdownOutput().awaitEnd();
    done(link);
  }

  @Test
  default void t6AnEndThatIsThereKeepsNoReactorBusy() {
    Link link = rig().link(new Script().halfClosing());
    link.peer().shutdownOutput();
    rig().until("the end is told", link.protocol()::isEnded);
    rig().settle();
    rig().assertQuiet();
  }

  @Test
  default void t6AnEndThatWaitsKeepsNoReactorBusy() {
    Link link = rig().link(new Script());
    link.transport().pauseReading();
    link.peer().shutdownOutput();
    rig().settle();
    rig().assertQuiet();
  }

  // ---- This side ends first -------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource
  default void t6ShutdownOutputIsSeenAsTheEnd(Side side) {
    Link link = rig().link(side, new Script());
    link.transport().write("last words");
    link.transport().shutdownOutput();
    link.peer().awaitEnd().expect("last words");
    rig().advance(Duration.ofMinutes(10));
    assertFalse(link.protocol().isLost());
    link.peer().close();
    done(link);
  }

  @Test
  default void t6AfterShutdownOutputDataStillArrives() {
    Link link = rig().link(new Script());
    link.transport().shutdownOutput();
    link.peer().awaitEnd();
    byte[] data = Payload.of(300_000);
    link.peer().send(data);
    rig().until("all has come", () -> link.protocol().size() == data.length);
    assertArrayEquals(data, link.protocol().bytes());
    link.peer().shutdownOutput();
    done(link);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65_537, 5_000_000})
  default void t6ShutdownOutputSendsWhatWaits(int size) {
    Link link = rig().link(new Script());
    byte[] data = Payload.of(size);
    link.peer().pause();
    link.transport().write(data);
    link.transport().shutdownOutput();
    rig().settle();
    link.peer().resume().awaitEnd().expect(data);
    link.peer().close();
    done(link);
  }

  @Test
  default void t6WritesAfterShutdownOutputAreDropped() {
    Link link = rig().link(new Script());
    link.transport().write("before");
    link.transport().shutdownOutput();
    link.transport().write("after");
    assertFalse(link.transport().writable());
    link.peer().awaitEnd().expect("before");
    link.transport().write("much later");
    link.peer().close();
    done(link);
  }

  @Test
  default void t6WhatIsHandedOverAfterShutdownOutputFails() {
    Link link = rig().link(new Script());
    link.transport().shutdownOutput();
    var owned = rig().outcome(link.transport().writeOwned(ByteBuffer.allocate(5)));
    rig().settle();
    owned.failure(ConnectionClosed.class);
    link.peer().close();
    done(link);
  }

  @Test
  default void t6ShutdownOutputTwiceIsOnce() {
    Link link = rig().link(new Script());
    link.transport().shutdownOutput();
    link.transport().shutdownOutput();
    link.peer().awaitEnd();
    link.transport().shutdownOutput();
    link.peer().send("fine");
    rig().until("it arrives", () -> link.protocol().text().equals("fine"));
    link.peer().close();
    done(link);
  }

  @Test
  default void t6BothSidesEndAtOnce() {
    Link link = rig().link(new Script().halfClosing());
    link.transport().shutdownOutput();
    link.peer().shutdownOutput();
    link.peer().awaitEnd();
    done(link);
    assertEquals(List.of("made", "end", "lost Done"), link.protocol().calls);
  }

  @ParameterizedTest
  @EnumSource
  default void t6ShutdownOutputFromAnyCallback(Callback callback) {
    var script = new Script();
    callback.does(
        script,
        protocol -> {
          protocol.transport.write("said ");
          protocol.transport.write("all");
          protocol.transport.shutdownOutput();
        });
    Link link = rig().link(script);
    callback.provoke(rig(), link);
    link.peer().awaitEnd().expect("said all");
    link.peer().close();
    done(link);
  }

  @Test
  default void t6AnOutputThatIsShutKeepsNoReactorBusy() {
    Link link = rig().link(new Script());
    link.transport().shutdownOutput();
    link.peer().awaitEnd();
    rig().settle();
    rig().assertQuiet();
  }

  @Test
  default void t6BothEndsInOneReactorHalfClose() {
    var server = new Script().halfClosing();
    var client = new Script().halfClosing();
    Rig.Pair pair = rig().pair(server, client);
    pair.client().transport.write("question");
    pair.client().transport.shutdownOutput();
    rig().until("the server has it all", pair.server()::isEnded);
    pair.server().transport.write("answer");
    pair.server().transport.shutdownOutput();
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(pair.server()));
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(pair.client()));
    assertEquals("question", pair.server().text());
    assertEquals("answer", pair.client().text());
  }
}
