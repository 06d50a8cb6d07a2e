package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.ReactorEvent;
import io.tendril.core.policy.ConnectionLimit;
import io.tendril.core.policy.IdleTimeout;
import io.tendril.core.policy.PeerLimit;
import io.tendril.core.policy.RateLimit;
import io.tendril.core.policy.Timeout;
import io.tendril.core.policy.TrafficLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** L4 and L5: timeouts, and policies around factories. */
interface PolicyCases extends Cases {
  private static Duration seconds(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }

  // ---- L4: timeouts ---------------------------------------------------------------------------

  /** A connection, and a timeout of its that is off. */
  record Timed(Link link, Timeout timeout) {}

  private Timed timed(Side side) {
    Link link = rig().link(side, new Script());
    return new Timed(link, Timeout.closing(link.transport(), "no command"));
  }

  @ParameterizedTest
  @EnumSource
  default void l4ClosesWhenTheTimeIsUp(Side side) {
    Timed timed = timed(side);
    timed.timeout().set(Duration.ofSeconds(10));
    rig().advance(seconds(9.999));
    assertFalse(timed.link().peer().isOver());
    rig().advance(seconds(0.001));
    timed.link().peer().awaitEnd().close();
    var reason =
        assertInstanceOf(ConnectionClosed.TimedOut.class, rig().lost(timed.link().protocol()));
    assertSays("no command", reason);
    assertSays("10000 ms", reason);
  }

  @Test
  default void l4WhatWasWrittenIsSentFirst() {
    Timed timed = timed(Side.SERVER);
    timed.timeout().set(Duration.ofSeconds(10));
    timed.link().transport().write("goodbye");
    rig().advance(Duration.ofSeconds(10));
    timed.link().peer().awaitEnd().expect("goodbye");
  }

  @Test
  default void l4AResetBeginsTheTimeAgain() {
    Timed timed = timed(Side.SERVER);
    timed.timeout().set(Duration.ofSeconds(10));
    for (int i = 0; i < 5; i++) {
      rig().advance(Duration.ofSeconds(9));
      timed.timeout().reset();
    }
    rig().advance(seconds(9.999));
    assertFalse(timed.link().peer().isOver());
    rig().advance(seconds(0.001));
    timed.link().peer().awaitEnd();
  }

  @Test
  default void l4AResetMakesNoDelayedCall() {
    Timed timed = timed(Side.SERVER);
    timed.timeout().set(Duration.ofSeconds(10));
    for (int i = 0; i < 1_000; i++) {
      timed.timeout().reset();
    }
    assertEquals(1, rig().reactor().stats().delayedCalls());
  }

  @Test
  default void l4AResetOfOneThatIsOffDoesNothing() {
    Timed timed = timed(Side.SERVER);
    timed.timeout().reset();
    rig().advance(Duration.ofDays(1));
    assertFalse(timed.link().peer().isOver());
    assertEquals(0, rig().reactor().stats().delayedCalls());
  }

  @Test
  default void l4SetAndDisableReturnWhatItWas() {
    Timeout timeout = timed(Side.SERVER).timeout();
    assertEquals(Duration.ZERO, timeout.set(Duration.ofSeconds(10)));
    assertEquals(Duration.ofSeconds(10), timeout.set(Duration.ofSeconds(5)));
    assertEquals(Duration.ofSeconds(5), timeout.period());
    assertEquals(Duration.ofSeconds(5), timeout.disable());
    assertEquals(Duration.ZERO, timeout.disable());
    assertThrows(IllegalArgumentException.class, () -> timeout.set(Duration.ofNanos(-1)));
  }

  @Test
  default void l4DisabledItDoesNotClose() {
    Timed timed = timed(Side.SERVER);
    timed.timeout().set(Duration.ofSeconds(10));
    rig().advance(Duration.ofSeconds(9));
    timed.timeout().disable();
    rig().advance(Duration.ofDays(1));
    assertFalse(timed.link().peer().isOver());
    assertEquals(0, rig().reactor().stats().delayedCalls());
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 30})
  default void l4SetAgainTheNewTimeCounts(int period) {
    Timed timed = timed(Side.SERVER);
    timed.timeout().set(Duration.ofSeconds(10));
    rig().advance(Duration.ofSeconds(2));
    timed.timeout().set(Duration.ofSeconds(period));
    rig().advance(seconds(period - 0.001));
    assertFalse(timed.link().peer().isOver());
    rig().advance(seconds(0.001));
    timed.link().peer().awaitEnd();
  }

  @Test
  default void l4ItMayEndInAnotherWay() {
    Link link = rig().link(new Script());
    var expired = new ArrayList<Duration>();
    Timeout timeout = Timeout.of(link.transport(), expired::add);
    timeout.set(Duration.ofSeconds(10));
    rig().advance(Duration.ofSeconds(10));
    assertEquals(List.of(Duration.ofSeconds(10)), expired);
    assertEquals(Duration.ZERO, timeout.period());
    timeout.set(Duration.ofSeconds(1));
    rig().advance(Duration.ofSeconds(1));
    assertEquals(2, expired.size());
    assertFalse(link.peer().isOver());
  }

  @Test
  default void l4ItGoesWithItsConnection() {
    Timed timed = timed(Side.SERVER);
    timed.timeout().set(Duration.ofSeconds(10));
    timed.link().peer().reset();
    rig().lost(timed.link().protocol());
    assertEquals(0, rig().reactor().stats().delayedCalls());
  }

  // ---- L5: policies ---------------------------------------------------------------------------

  private Listener listen(ProtocolFactory<?> wrapped, Script inside) {
    rig().watch(inside);
    return rig().listen(wrapped);
  }

  /** A connection to a factory in a policy. */
  private Link link(ProtocolFactory<?> wrapped, Script inside) {
    Peer peer = rig().dial(listen(wrapped, inside));
    rig().until("it is built", () -> inside.built.size() == 1 && inside.only().isMade());
    return new Link(inside.only(), peer);
  }

  /** One more is taken, beside so many that are there. */
  private void taken(Script script, Peer peer, int before) {
    rig().until("one more is built", () -> script.built.size() == before + 1);
    peer.send("x");
    rig().until("it is served", () -> script.built.getLast().size() == 1);
  }

  private void refused(Script script, Listener listener, int before) {
    Peer peer = rig().dial(listener);
    rig().until("it is refused", peer::isOver);
    assertEquals(before, script.built.size());
    var event = rig().reported(ReactorEvent.ConnectionRefused.class);
    assertEquals(peer.socket().local(), event.peer());
    assertEquals(1, rig().reactor().stats().refused());
  }

  @Test
  default void l5ConnectionsAreLimitedInTotal() {
    var script = new Script();
    Listener listener = listen(ConnectionLimit.of(2).wrap(script), script);
    Peer first = rig().dial(listener);
    taken(script, first, 0);
    taken(script, rig().dial(listener), 1);
    refused(script, listener, 2);
    first.close();
    rig().lost(script.built.getFirst());
    taken(script, rig().dial(listener), 2);
    assertEquals(2, rig().reactor().stats().connections());
  }

  @Test
  default void l5ConnectionsAreLimitedByPeer() {
    var script = new Script();
    Listener listener = listen(PeerLimit.of(1).wrap(script), script);
    Peer first = rig().dial(listener);
    taken(script, first, 0);
    refused(script, listener, 1);
    first.reset();
    rig().lost(script.only());
    taken(script, rig().dial(listener), 1);
  }

  @Test
  default void l5AnotherPeerHasALimitOfItsOwn() {
    var script = new Script();
    Listener listener = listen(PeerLimit.of(1).wrap(script), script);
    taken(script, rig().dial(listener), 0);
    taken(script, rig().dialFromElsewhere(listener), 1);
    refused(script, listener, 2);
  }

  @Test
  default void l5OneThatCannotBeBuiltDoesNotCount() {
    var script = new Script();
    Listener listener = listen(ConnectionLimit.of(1).wrap(script), script);
    script.onBuild(transport -> {
      throw new IllegalStateException("on purpose");
    });
    Peer failed = rig().dial(listener);
    rig().until("the peer is told", failed::isOver);
    rig().settle();
    rig().reported(ReactorEvent.ProtocolFailed.class);
    script.onBuild(transport -> {});
    taken(script, rig().dial(listener), 0);
  }

  /** Lets a second pass, in steps. */
  private void second() {
    rig().advance(Duration.ofSeconds(1), 20);
  }

  @Test
  default void l5WhatArrivesIsLimitedToARate() {
    var script = new Script();
    Link link = link(RateLimit.incoming(10_000).wrap(script), script);
    int sent = 0;
    for (int i = 1; i <= 60; i++) {
      sent += link.peer().sendSome(Payload.of(20_000, sent));
      second();
      int most = 10_000 * (i + 1) + (64 << 10); // what is read at once is paid for afterwards
      assertTrue(link.protocol().size() <= most, link.protocol().size() + " bytes in " + i + " s");
    }
    int all = link.protocol().size();
    assertTrue(all >= 500_000, all + " bytes in a minute");
    assertArrayEquals(Payload.of(all), link.protocol().bytes());
  }

  @Test
  default void l5WhatIsWrittenIsLimitedToARate() {
    var script = new Script();
    Link link = link(RateLimit.outgoing(10_000).wrap(script), script);
    byte[] data = Payload.of(110_000);
    link.transport().write(data);
    for (int i = 1; i <= 9; i++) {
      second();
      int size = link.peer().size();
      assertTrue(
          size >= 10_000 * i && size <= 10_000 * (i + 2), size + " bytes in " + i + " seconds");
    }
    rig().advance(Duration.ofSeconds(3), 60);
    link.peer().expect(data);
  }

  @Test
  default void l5WhatIsHeldBackIsSentBeforeTheClose() {
    var script = new Script();
    Link link = link(RateLimit.outgoing(10_000).wrap(script), script);
    byte[] data = Payload.of(50_000);
    link.transport().write(data);
    link.transport().loseConnection();
    rig().advance(Duration.ofSeconds(6), 120);
    link.peer().awaitEnd().expect(data);
    link.peer().close();
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(link.protocol()));
    assertEquals(0, rig().reactor().stats().delayedCalls());
  }

  @Test
  default void l5WhatIsIdleIsClosed() {
    var script = new Script();
    Link link = link(IdleTimeout.of(Duration.ofSeconds(60)).wrap(script), script);
    rig().advance(seconds(59));
    link.peer().send("busy");
    rig().until("it arrives", () -> link.protocol().size() == 4);
    rig().advance(seconds(59));
    link.transport().write("busy, too");
    rig().advance(seconds(59.9));
    assertFalse(link.peer().isOver());
    rig().advance(seconds(0.1));
    link.peer().awaitEnd().close();
    assertInstanceOf(ConnectionClosed.TimedOut.class, rig().lost(link.protocol()));
    assertEquals(0, rig().reactor().stats().delayedCalls());
  }

  @Test
  default void l5TimeGoesOnWhileReadingIsPaused() {
    var script = new Script().onMade(protocol -> protocol.transport.pauseReading());
    Link link = link(IdleTimeout.of(Duration.ofSeconds(60)).wrap(script), script);
    rig().advance(seconds(30));
    link.peer().send("unseen");
    rig().advance(seconds(30));
    link.peer().awaitEnd().close();
    assertInstanceOf(ConnectionClosed.TimedOut.class, rig().lost(link.protocol()));
  }

  @Test
  default void l5ALogTellsWhatHappenedInOrder() {
    var entries = new ArrayList<String>();
    var script = new Script().onData((protocol, data) -> protocol.transport.write(data));
    TrafficLog log = TrafficLog.to(entry -> entries.add(entry.event() + " " + entry.text()));
    Link link = link(log.wrap(script), script);
    link.peer().send("hello\r\n").expect("hello\r\n");
    link.peer().close();
    rig().lost(link.protocol());
    assertEquals(
        List.of("OPENED ", "RECEIVED hello\\r\\n", "SENT hello\\r\\n", "ENDED "),
        entries.subList(0, 4));
    assertTrue(entries.getLast().startsWith("CLOSED "), entries::toString);
    assertEquals(5, entries.size());
  }

  @Test
  default void l5PoliciesCompose() {
    var logged = new long[1];
    var script = new Script().onData((protocol, data) -> protocol.transport.write(data));
    ProtocolFactory<? extends Protocol> all =
        ConnectionLimit.of(1)
            .wrap(
                TrafficLog.to(entry -> logged[0] += entry.bytes())
                    .wrap(
                        RateLimit.of(10_000_000, 10_000_000)
                            .wrap(IdleTimeout.of(Duration.ofSeconds(60)).wrap(script))));
    Listener listener = listen(all, script);
    Peer peer = rig().dial(listener);
    byte[] data = Payload.of(1_000_000);
    peer.send(data).awaitSize(data.length).expect(data);
    assertEquals(2L * data.length, logged[0]);
    refused(script, listener, 1);
    rig().advance(Duration.ofSeconds(60));
    peer.awaitEnd().close();
    assertInstanceOf(ConnectionClosed.TimedOut.class, rig().lost(script.only()));
    rig().value(listener.close());
    assertEquals(1, script.started);
    assertEquals(1, script.stopped);
  }

  @Test
  default void l5PoliciesStayWhenTheConnectionIsHandedOver() {
    var next = new Script();
    var script = new Script();
    var entries = new ArrayList<TrafficLog.Event>();
    Link link =
        link(
            TrafficLog.to(entry -> entries.add(entry.event()))
                .wrap(IdleTimeout.of(Duration.ofSeconds(60)).wrap(script)),
            script);
    link.transport().become(next);
    link.peer().send("x");
    rig().until("the next has it", () -> next.only().size() == 1);
    rig().advance(Duration.ofSeconds(60));
    link.peer().awaitEnd().close();
    assertInstanceOf(ConnectionClosed.TimedOut.class, rig().lost(next.only()));
    assertEquals(
        List.of(TrafficLog.Event.OPENED, TrafficLog.Event.RECEIVED, TrafficLog.Event.CLOSED),
        entries);
  }
}
