package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.ReactorEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** T5: connectionLost, once, last, and with a reason that is a type. */
interface LossCases extends Cases {
  /** The ways in which a connection can end. */
  enum Ending {
    PEER_CLOSES(ConnectionClosed.Done.class) {
      @Override
      void happen(Rig rig, Link link) {
        link.peer().close();
      }
    },
    PEER_HALF_CLOSES(ConnectionClosed.Done.class) {
      @Override
      void happen(Rig rig, Link link) {
        link.peer().shutdownOutput();
      }
    },
    PEER_RESETS(ConnectionClosed.Lost.class) {
      @Override
      void happen(Rig rig, Link link) {
        link.peer().reset();
      }
    },
    WE_CLOSE(ConnectionClosed.Done.class) {
      @Override
      void happen(Rig rig, Link link) {
        link.transport().loseConnection();
        link.peer().awaitEnd().close();
      }
    },
    WE_ABORT(ConnectionClosed.Aborted.class) {
      @Override
      void happen(Rig rig, Link link) {
        link.transport().abortConnection();
      }
    },
    LIMIT_PASSED(ConnectionClosed.LimitExceeded.class) {
      @Override
      void happen(Rig rig, Link link) {
        link.peer().pause();
        for (int i = 0; i < 40; i++) {
          link.transport().write(new byte[1 << 20]);
        }
      }
    },
    TIME_PASSED(ConnectionClosed.TimedOut.class) {
      @Override
      void happen(Rig rig, Link link) {
        rig.clog(link);
        rig.advance(Duration.ofSeconds(31));
      }
    },
    PROTOCOL_THROWS(ConnectionClosed.ProtocolThrew.class) {
      @Override
      void happen(Rig rig, Link link) {
        link.protocol()
            .script()
            .onData((protocol, data) -> {
              throw new IllegalStateException("on purpose");
            });
        link.peer().send("x").awaitEnd().close();
        rig.settle();
        rig.reported(ReactorEvent.ProtocolFailed.class);
      }
    },
    REACTOR_STOPS(ConnectionClosed.ReactorStopped.class) {
      @Override
      void happen(Rig rig, Link link) {
        rig.reactor().stop();
        link.peer().awaitEnd().close();
      }
    };

    final Class<? extends ConnectionClosed> reason;

    Ending(Class<? extends ConnectionClosed> reason) {
      this.reason = reason;
    }

    abstract void happen(Rig rig, Link link);
  }

  @ParameterizedTest
  @EnumSource
  default void t5EachReasonIsAType(Ending ending) {
    Link link = rig().link(new Script());
    ending.happen(rig(), link);
    assertInstanceOf(ending.reason, rig().lost(link.protocol()));
  }

  @ParameterizedTest
  @EnumSource
  default void t5ToldOnceAndLast(Ending ending) {
    Link link = rig().link(Side.CLIENT, new Script());
    ending.happen(rig(), link);
    rig().lost(link.protocol());
    link.peer().close();
    rig().advance(Duration.ofMinutes(2));
    List<String> calls = link.protocol().calls;
    assertEquals("lost " + ending.reason.getSimpleName(), calls.getLast());
    assertEquals(1, calls.stream().filter(call -> call.startsWith("lost")).count());
    assertEquals(0, rig().reactor().stats().connections());
  }

  @ParameterizedTest
  @EnumSource
  default void t5ThePeerIsNamed(Ending ending) {
    Link link = rig().link(new Script());
    var peer = link.transport().peer();
    ending.happen(rig(), link);
    assertEquals(peer, rig().lost(link.protocol()).peer());
  }

  @Test
  default void t5ALossHasItsCause() {
    Link link = rig().link(new Script());
    link.peer().reset();
    assertInstanceOf(IOException.class, rig().lost(link.protocol()).getCause());
  }

  @Test
  default void t5AResetIsNoEndOfInput() {
    Link link = rig().link(new Script());
    link.peer().reset();
    rig().lost(link.protocol());
    assertEquals(List.of("made", "lost Lost"), link.protocol().calls);
  }

  @Test
  default void t5OnlyAnEndInOrderIsClean() {
    Link done = rig().link(new Script());
    Link lost = rig().link(new Script());
    done.peer().close();
    lost.peer().reset();
    assertTrue(rig().lost(done.protocol()).isClean());
    assertFalse(rig().lost(lost.protocol()).isClean());
  }

  @Test
  default void t5BothEndsAreTold() {
    assumeTrue(rig().candidate().resets(), "these sockets have no resets");
    Rig.Pair pair = rig().pair(new Script(), new Script());
    pair.client().transport.abortConnection();
    assertInstanceOf(ConnectionClosed.Aborted.class, rig().lost(pair.client()));
    assertInstanceOf(ConnectionClosed.Lost.class, rig().lost(pair.server()));
  }

  @Test
  default void t5NothingIsToldOfAConnectionThatWasNotMade() {
    var script =
        new Script()
            .onBuild(transport -> {
              throw new IllegalStateException("on purpose");
            });
    rig().dial(rig().listen(script));
    rig().settle();
    rig().reported(ReactorEvent.ProtocolFailed.class);
    assertEquals(List.of(), script.built);
  }

  @Test
  default void t5OnClosedIsToldOnceWithTheReason() {
    Link link = rig().link(new Script());
    var told = new ArrayList<Throwable>();
    link.transport().onClosed(told::add);
    link.transport().onClosed(told::add);
    link.peer().reset();
    ConnectionClosed reason = rig().lost(link.protocol());
    rig().settle();
    assertEquals(List.<Throwable>of(reason, reason), told);
  }

  @Test
  default void t5OnClosedAfterTheEndIsToldAtOnce() {
    Link link = rig().link(new Script());
    link.peer().close();
    ConnectionClosed reason = rig().lost(link.protocol());
    var told = new ArrayList<Throwable>();
    link.transport().onClosed(told::add);
    assertEquals(List.<Throwable>of(reason), told);
  }

  @Test
  default void t5OnClosedThatThrowsKeepsNobodyFromBeingTold() {
    Link link = rig().link(new Script());
    var told = new ArrayList<Throwable>();
    link.transport()
        .onClosed(reason -> {
          throw new IllegalStateException("on purpose");
        });
    link.transport().onClosed(told::add);
    link.peer().close();
    rig().lost(link.protocol());
    assertEquals(1, told.size());
    rig().reported(ReactorEvent.CallFailed.class);
  }

  @Test
  default void t5TheObserverIsToldTheSameReason() {
    Link link = rig().link(new Script());
    link.peer().reset();
    ConnectionClosed reason = rig().lost(link.protocol());
    var ended = rig().reported(ReactorEvent.ConnectionEnded.class);
    assertSame(reason, ended.reason());
    assertEquals(link.transport().peer(), ended.peer());
    assertEquals(link.transport().local(), ended.local());
  }

  @Test
  default void t5AddressesOutliveTheConnection() {
    Link link = rig().link(new Script());
    var peer = link.transport().peer();
    var local = link.transport().local();
    link.peer().reset();
    rig().lost(link.protocol());
    assertEquals(peer, link.transport().peer());
    assertEquals(local, link.transport().local());
  }

  @Test
  default void t5DelayedCallsOfTheConnectionAreDropped() {
    Link link = rig().link(new Script());
    var ran = new ArrayList<String>();
    var call = link.transport().callLater(Duration.ofSeconds(1), () -> ran.add("late"));
    link.peer().close();
    rig().lost(link.protocol());
    assertFalse(call.active());
    rig().advance(Duration.ofSeconds(2));
    assertEquals(List.of(), ran);
    assertEquals(0, rig().reactor().stats().delayedCalls());
  }

  @Test
  default void t5ADelayedCallMadeAfterTheEndIsDroppedAtOnce() {
    Link link = rig().link(new Script());
    link.peer().close();
    rig().lost(link.protocol());
    var ran = new ArrayList<String>();
    var call = link.transport().callLater(Duration.ofSeconds(1), () -> ran.add("late"));
    assertFalse(call.active());
    rig().advance(Duration.ofSeconds(2));
    assertEquals(List.of(), ran);
  }

  @Test
  default void t5EverythingIsQuietInConnectionLost() {
    var script =
        new Script()
            .onLost(protocol -> {
              protocol.transport.write("nobody is there");
              protocol.transport.pauseReading();
              protocol.transport.resumeReading();
              protocol.transport.shutdownOutput();
              protocol.transport.loseConnection();
              protocol.transport.abortConnection();
              protocol.transport.onWritable(() -> protocol.wrongs.add("writable"));
              protocol.transport.marks(1, 2);
              protocol.transport.pauseReadingWhenFull(false);
            });
    Link link = rig().link(script);
    link.peer().close();
    rig().lost(link.protocol());
    rig().settle();
    assertEquals(List.of("made", "end", "lost Done"), link.protocol().calls);
  }

  @Test
  default void t5AllOfTheDataComesBeforeTheEnd() {
    Link link = rig().link(new Script());
    byte[] data = Payload.of(500_000);
    link.peer().send(data).close();
    rig().lost(link.protocol());
    org.junit.jupiter.api.Assertions.assertArrayEquals(data, link.protocol().bytes());
    assertEquals(List.of("made", "data", "end", "lost Done"), link.protocol().calls);
  }

  @Test
  default void t5AWriteToAPeerThatIsGoneIsALoss() {
    Link link = rig().link(new Script().halfClosing());
    link.peer().close();
    rig().until("the end is told", link.protocol()::isEnded);
    rig()
        .until(
            "the loss is noticed",
            () -> {
              link.transport().write("anybody there?");
              return link.protocol().isLost();
            });
    assertInstanceOf(ConnectionClosed.Lost.class, link.protocol().reason());
  }
}
