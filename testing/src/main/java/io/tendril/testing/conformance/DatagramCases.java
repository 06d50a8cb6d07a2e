package io.tendril.testing.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.DatagramTransport;
import io.tendril.core.ListenFailed;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.spi.SocketSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** U1: datagrams. */
interface DatagramCases extends Cases {
  private DatagramScript open(@Nullable InetSocketAddress peer, DatagramScript script) {
    return rig()
        .value(
            rig()
                .reactor()
                .network()
                .datagram(rig().anyPort(), peer, SocketSettings.defaults(), script));
  }

  private DatagramScript bound() {
    return open(null, new DatagramScript());
  }

  private void awaitCount(DatagramScript script, int count) {
    rig()
        .until(
            () -> count + " datagrams have come; it has " + script.received.size(),
            () -> script.received.size() >= count);
  }

  private static ByteBuffer buffer(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  // ---- Sending and receiving ------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 1_472, 9_000, 40_000, 65_507})
  default void u1EachSizeArrivesWhole(int size) {
    DatagramScript script = bound();
    DatagramPeer peer = rig().datagramPeer();
    byte[] data = Payload.of(size);
    peer.send(data, script.transport().local());
    awaitCount(script, 1);
    assertArrayEquals(data, script.received.getFirst());
    assertEquals(peer.address(), script.senders.getFirst());
    script.transport().send(ByteBuffer.wrap(data), peer.address());
    assertArrayEquals(data, peer.await(1).getFirst());
    assertEquals(script.transport().local(), peer.senders().getFirst());
  }

  @Test
  default void u1DatagramsKeepTheirBorders() {
    DatagramScript script = bound();
    DatagramPeer peer = rig().datagramPeer();
    for (int i = 0; i < 100; i++) {
      peer.send(Payload.of(i), script.transport().local());
    }
    awaitCount(script, 100);
    for (int i = 0; i < 100; i++) {
      assertArrayEquals(Payload.of(i), script.received.get(i));
    }
  }

  @Test
  default void u1ADatagramIsNotKept() {
    DatagramScript script = bound();
    DatagramPeer peer = rig().datagramPeer();
    peer.send("unread", script.transport().local());
    peer.send("next", script.transport().local());
    awaitCount(script, 2);
    assertEquals("unread", script.text(0));
    assertEquals("next", script.text(1));
  }

  @Test
  default void u1ASendMovesThePosition() {
    DatagramScript script = bound();
    DatagramPeer peer = rig().datagramPeer();
    ByteBuffer data = buffer("--abc--").position(2).limit(5);
    script.transport().send(data, peer.address());
    assertEquals(5, data.position());
    assertEquals(5, data.limit());
    assertEquals("abc", peer.awaitText());
  }

  @Test
  default void u1TheBufferIsTheCallersAgain() {
    DatagramScript script = bound();
    DatagramPeer peer = rig().datagramPeer();
    byte[] mine = "mine".getBytes(UTF_8);
    script.transport().send(ByteBuffer.wrap(mine), peer.address());
    java.util.Arrays.fill(mine, (byte) 0);
    assertEquals("mine", peer.awaitText());
  }

  @Test
  default void u1AnAnswerFromInsideOfDatagramReceived() {
    var script = new DatagramScript();
    script.onData((data, from) -> script.transport().send(data, from));
    open(null, script);
    DatagramPeer peer = rig().datagramPeer();
    peer.send("echo", script.transport().local());
    assertEquals("echo", peer.awaitText());
  }

  @Test
  default void u1WhatComesInANestedTurnIsReceivedAfterTheCall() {
    var log = new java.util.ArrayList<String>();
    var script = new DatagramScript();
    DatagramPeer peer = rig().datagramPeer();
    script.onData((data, from) -> {
      log.add("in");
      if (log.size() == 1) {
        peer.send("two", script.transport().local());
        rig().settle();
      }
      log.add("out");
    });
    open(null, script);
    peer.send("one", script.transport().local());
    rig().until("both have come", () -> log.size() == 4);
    assertEquals(List.of("in", "out", "in", "out"), log);
  }

  @Test
  default void u1OpenedIsToldFirst() {
    DatagramScript script = bound();
    assertEquals(List.of("opened"), script.calls);
    rig().datagramPeer().send("x", script.transport().local());
    awaitCount(script, 1);
    assertEquals(List.of("opened", "datagram"), script.calls);
  }

  @Test
  default void u1ManyPeersAreToldApart() {
    DatagramScript script = bound();
    List<InetSocketAddress> peers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      DatagramPeer peer = rig().datagramPeer();
      peer.send("hello", script.transport().local());
      peers.add(peer.address());
    }
    awaitCount(script, 5);
    assertEquals(peers, script.senders);
  }

  @Test
  default void u1TheBufferIsNotValidAfterTheCall() {
    List<ByteBuffer> kept = new ArrayList<>();
    var script = new DatagramScript();
    script.onData((data, from) -> kept.add(data));
    open(null, script);
    rig().datagramPeer().send("mine?", script.transport().local());
    awaitCount(script, 1);
    rig().settle();
    assertFalse(buffer("mine?").equals(kept.getFirst().clear().limit(5)), "not overwritten");
  }

  // ---- Refused at once ------------------------------------------------------------------------

  @Test
  default void u1TooLongIsATypedFailureAndNothingElse() {
    DatagramScript script = bound();
    DatagramPeer peer = rig().datagramPeer();
    assertThrows(
        DatagramTransport.DatagramTooLong.class,
        () -> script.transport().send(ByteBuffer.allocate(65_508), peer.address()));
    script.transport().send(buffer("fine"), peer.address());
    assertEquals("fine", peer.awaitText());
  }

  @Test
  default void u1NamesAreRefused() {
    DatagramScript script = bound();
    assertThrows(
        IllegalArgumentException.class,
        () ->
            script
                .transport()
                .send(buffer("x"), InetSocketAddress.createUnresolved("name.invalid", 9)));
  }

  @Test
  default void u1WithoutAPeerThereIsNoSendWithoutAddress() {
    DatagramScript script = bound();
    assertThrows(IllegalStateException.class, () -> script.transport().send(buffer("x")));
    assertThrows(IllegalStateException.class, () -> script.transport().peer());
  }

  @Test
  default void u1APortThatIsTakenFails() {
    DatagramScript script = bound();
    var taken = script.transport().local();
    var failed =
        rig()
            .failure(
                ListenFailed.class,
                rig()
                    .reactor()
                    .network()
                    .datagram(taken, null, SocketSettings.defaults(), new DatagramScript()));
    assertEquals(taken, failed.address());
  }

  // ---- Connected ------------------------------------------------------------------------------

  @Test
  default void u1AConnectedSocketSendsToItsPeer() {
    DatagramPeer peer = rig().datagramPeer();
    DatagramScript script = open(peer.address(), new DatagramScript());
    assertEquals(peer.address(), script.transport().peer());
    script.transport().send(buffer("x"));
    assertEquals("x", peer.awaitText());
    script.transport().send(buffer("y"), peer.address());
    assertArrayEquals("y".getBytes(UTF_8), peer.await(2).get(1));
  }

  @Test
  default void u1AConnectedSocketSendsToNobodyElse() {
    DatagramScript script = open(rig().datagramPeer().address(), new DatagramScript());
    DatagramPeer other = rig().datagramPeer();
    assertThrows(
        IllegalStateException.class, () -> script.transport().send(buffer("x"), other.address()));
  }

  @Test
  default void u1AConnectedSocketHearsItsPeerOnly() {
    DatagramPeer peer = rig().datagramPeer();
    DatagramScript script = open(peer.address(), new DatagramScript());
    rig().datagramPeer().send("stranger", script.transport().local());
    peer.send("friend", script.transport().local());
    awaitCount(script, 1);
    rig().settle();
    assertEquals(1, script.received.size());
    assertEquals("friend", script.text(0));
  }

  @Test
  default void u1NobodyThereReachesAConnectedSocket() {
    DatagramPeer peer = rig().datagramPeer();
    DatagramScript script = open(peer.address(), new DatagramScript());
    peer.close();
    script.transport().send(buffer("anybody?"));
    rig().until("it is told", () -> script.calls.contains("refused"));
    rig().settle();
    assertEquals(List.of("opened", "refused"), script.calls);
  }

  @Test
  default void u1AfterARefusalTheSocketGoesOn() {
    DatagramPeer peer = rig().datagramPeer();
    InetSocketAddress address = peer.address();
    DatagramScript script = open(address, new DatagramScript());
    peer.close();
    script.transport().send(buffer("anybody?"));
    rig().until("it is told", () -> script.calls.contains("refused"));
    DatagramPeer again = rig().datagramPeer(address);
    script.transport().send(buffer("hello"));
    assertEquals("hello", again.awaitText());
    again.send("hello yourself", script.transport().local());
    awaitCount(script, 1);
  }

  // ---- Throwing -------------------------------------------------------------------------------

  @Test
  default void u1AThrowIsReportedAndReadingGoesOn() {
    var failure = new IllegalStateException("on purpose");
    var script = new DatagramScript();
    script.onData((data, from) -> {
      if (script.received.size() == 1) {
        throw failure;
      }
    });
    open(null, script);
    DatagramPeer peer = rig().datagramPeer();
    peer.send("one", script.transport().local());
    peer.send("two", script.transport().local());
    awaitCount(script, 2);
    assertSame(failure, rig().reported(ReactorEvent.ProtocolFailed.class).failure());
    assertEquals(List.of("opened", "datagram", "datagram"), script.calls);
  }

  @Test
  default void u1AThrowInOpenedIsReportedAndReadingGoesOn() {
    var script =
        new DatagramScript()
            .onOpened(() -> {
              throw new IllegalStateException("on purpose");
            });
    open(null, script);
    rig().datagramPeer().send("x", script.transport().local());
    awaitCount(script, 1);
    rig().reported(ReactorEvent.ProtocolFailed.class);
  }

  @Test
  default void u1AThrowInConnectionRefusedIsReported() {
    DatagramPeer peer = rig().datagramPeer();
    var script =
        new DatagramScript()
            .onRefused(() -> {
              throw new IllegalStateException("on purpose");
            });
    open(peer.address(), script);
    peer.close();
    script.transport().send(buffer("anybody?"));
    rig().until("it is told", () -> script.calls.contains("refused"));
    rig().settle();
    rig().reported(ReactorEvent.ProtocolFailed.class);
  }

  @Test
  default void u1AFactoryThatThrowsOpensNothing() {
    var failure = new IllegalStateException("on purpose");
    var script =
        new DatagramScript()
            .onBuild(() -> {
              throw failure;
            });
    var thrown =
        rig()
            .failure(
                IllegalStateException.class,
                rig()
                    .reactor()
                    .network()
                    .datagram(rig().anyPort(), null, SocketSettings.defaults(), script));
    assertSame(failure, thrown);
    InetSocketAddress address = script.transport().local();
    rig().settle();
    rig()
        .value(
            rig()
                .reactor()
                .network()
                .datagram(address, null, SocketSettings.defaults(), new DatagramScript()));
  }

  // ---- Pausing and closing --------------------------------------------------------------------

  @Test
  default void u1PausingHoldsAndResumingGoesOn() {
    DatagramScript script = bound();
    script.transport().pauseReading();
    rig().datagramPeer().send("later", script.transport().local());
    rig().settle();
    assertEquals(0, script.received.size());
    rig().assertQuiet();
    script.transport().resumeReading();
    awaitCount(script, 1);
  }

  @Test
  default void u1PausingInDatagramReceivedHolds() {
    var script = new DatagramScript();
    script.onData((data, from) -> script.transport().pauseReading());
    open(null, script);
    DatagramPeer peer = rig().datagramPeer();
    peer.send("one", script.transport().local()).send("two", script.transport().local());
    rig().settle();
    assertEquals(1, script.received.size());
    script.transport().resumeReading();
    awaitCount(script, 2);
  }

  @Test
  default void u1ClosedIsToldLaterAndOnce() {
    DatagramScript script = bound();
    script.transport().close();
    assertEquals(List.of("opened"), script.calls);
    script.transport().close();
    rig().settle();
    script.transport().close();
    rig().settle();
    assertEquals(List.of("opened", "closed"), script.calls);
  }

  @Test
  default void u1ClosingInDatagramReceivedStopsAtOnce() {
    var script = new DatagramScript();
    script.onData((data, from) -> script.transport().close());
    open(null, script);
    DatagramPeer peer = rig().datagramPeer();
    peer.send("one", script.transport().local()).send("two", script.transport().local());
    rig().settle();
    assertEquals(List.of("opened", "datagram", "closed"), script.calls);
  }

  @Test
  default void u1ClosingInOpenedOpensNothingForLong() {
    var script = new DatagramScript();
    script.onOpened(() -> script.transport().close());
    open(null, script);
    rig().settle();
    assertEquals(List.of("opened", "closed"), script.calls);
  }

  @Test
  default void u1SendingAfterTheCloseIsDropped() {
    DatagramScript script = bound();
    DatagramPeer peer = rig().datagramPeer();
    script.transport().close();
    ByteBuffer data = buffer("late");
    script.transport().send(data, peer.address());
    assertFalse(data.hasRemaining());
    rig().settle();
    script.transport().send(buffer("later"), peer.address());
    rig().settle();
    assertEquals(0, peer.count());
  }

  @Test
  default void u1TheAddressOutlivesTheClose() {
    DatagramScript script = bound();
    InetSocketAddress address = script.transport().local();
    assertTrue(address.getPort() > 0);
    script.transport().close();
    rig().settle();
    assertEquals(address, script.transport().local());
  }

  @Test
  default void u1DelayedCallsAreDroppedWithTheSocket() {
    DatagramScript script = bound();
    var ran = new ArrayList<String>();
    script.transport().callLater(Duration.ofSeconds(1), () -> ran.add("in time"));
    script.transport().callLater(Duration.ofSeconds(3), () -> ran.add("late"));
    rig().advance(Duration.ofSeconds(1));
    script.transport().close();
    rig().advance(Duration.ofSeconds(5));
    assertEquals(List.of("in time"), ran);
    assertEquals(0, rig().reactor().stats().delayedCalls());
  }

  @Test
  default void u1TheReactorsEndClosesIt() {
    DatagramScript script = bound();
    rig().reactor().stop();
    rig().settle();
    assertEquals(List.of("opened", "closed"), script.calls);
    assertEquals(Reactor.State.STOPPED, rig().reactor().state());
  }

  // ---- Many at once ---------------------------------------------------------------------------

  /** What a peer sends before the reactor has a turn, or while reading is paused. */
  private DatagramPeer backlog(DatagramScript script, int count) {
    DatagramPeer peer = rig().datagramPeer();
    for (int i = 0; i < count; i++) {
      peer.send("number " + i, script.transport().local());
    }
    return peer;
  }

  private static void assertNumbered(DatagramScript script, int count) {
    for (int i = 0; i < count; i++) {
      assertEquals("number " + i, script.text(i));
    }
  }

  @Test
  default void u1ABacklogIsReceivedInOrder() {
    DatagramScript script = bound();
    script.transport().pauseReading();
    backlog(script, 100);
    rig().settle();
    assertEquals(0, script.received.size());
    script.transport().resumeReading();
    awaitCount(script, 100);
    rig().settle();
    assertEquals(100, script.received.size());
    assertNumbered(script, 100);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 5, 6, 20, 36, 37, 99})
  default void u1PausingInABacklogHoldsTheRest(int at) {
    var script = new DatagramScript();
    script.onData((data, from) -> {
      if (script.received.size() == at) {
        script.transport().pauseReading();
      }
    });
    open(null, script);
    backlog(script, 100);
    rig().until("some have come", () -> script.received.size() == at);
    rig().settle();
    assertEquals(at, script.received.size());
    rig().assertQuiet();
    script.transport().resumeReading();
    assertEquals(at, script.received.size(), "not from inside of this call");
    awaitCount(script, 100);
    assertNumbered(script, 100);
  }

  @Test
  default void u1PausingAndResumingAtEachLosesNone() {
    var script = new DatagramScript();
    script.onData((data, from) -> {
      script.transport().pauseReading();
      if (script.received.size() % 3 == 0) {
        script.transport().resumeReading();
      } else {
        var _ =
            script
                .transport()
                .reactor()
                .callLater(Duration.ZERO, script.transport()::resumeReading);
      }
    });
    open(null, script);
    backlog(script, 100);
    awaitCount(script, 100);
    rig().settle();
    assertEquals(100, script.received.size());
    assertNumbered(script, 100);
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 20, 40})
  default void u1ClosingInABacklogStopsAtOnce(int at) {
    var script = new DatagramScript();
    script.onData((data, from) -> {
      if (script.received.size() == at) {
        script.transport().close();
      }
    });
    open(null, script);
    backlog(script, 100);
    rig().until("it is closed", () -> script.calls.contains("closed"));
    rig().settle();
    assertEquals(at, script.received.size());
  }

  @Test
  default void u1ClosingWhilePausedInABacklogDropsTheRest() {
    var script = new DatagramScript();
    script.onData((data, from) -> {
      if (script.received.size() == 20) {
        script.transport().pauseReading();
      }
    });
    open(null, script);
    backlog(script, 100);
    rig().until("some have come", () -> script.received.size() == 20);
    script.transport().resumeReading();
    script.transport().close();
    rig().settle();
    assertEquals(20, script.received.size());
  }

  @Test
  default void u1AThrowInABacklogLosesNoOther() {
    var script = new DatagramScript();
    script.onData((data, from) -> {
      if (script.received.size() % 10 == 0) {
        throw new IllegalStateException("on purpose");
      }
    });
    open(null, script);
    backlog(script, 100);
    awaitCount(script, 100);
    assertNumbered(script, 100);
    assertEquals(10, rig().allReported(ReactorEvent.ProtocolFailed.class).size());
  }

  @Test
  default void u1TwoBacklogsInNestedTurnsKeepTheirOrder() {
    var outer = new DatagramScript();
    DatagramScript inner = bound();
    outer.onData((data, from) -> {
      if (outer.received.size() % 20 == 0) {
        rig().settle();
      }
    });
    open(null, outer);
    outer.transport().pauseReading();
    inner.transport().pauseReading();
    backlog(outer, 100);
    backlog(inner, 100);
    outer.transport().resumeReading();
    inner.transport().resumeReading();
    awaitCount(outer, 100);
    awaitCount(inner, 100);
    assertNumbered(outer, 100);
    assertNumbered(inner, 100);
  }

  @Test
  default void u1SendsOfOneCallArriveInOrderWhateverTheirSizes() {
    DatagramScript script = bound();
    DatagramPeer peer = rig().datagramPeer();
    int[] sizes = new int[70];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = i % 23 == 7 ? 20_000 : i % 31 == 3 ? 8_192 : i * 7 % 1_400;
      script.transport().send(ByteBuffer.wrap(Payload.of(sizes[i])), peer.address());
      if (i % 10 == 9) {
        peer.await(i + 1); // its buffer is not for all
      }
    }
    List<byte[]> received = peer.await(sizes.length);
    for (int i = 0; i < sizes.length; i++) {
      assertArrayEquals(Payload.of(sizes[i]), received.get(i));
    }
  }

  @Test
  default void u1SendsOfOneCallReachEachTheirReceiver() {
    List<DatagramScript> scripts = List.of(bound(), bound());
    List<DatagramPeer> peers = List.of(rig().datagramPeer(), rig().datagramPeer());
    for (int i = 0; i < 80; i++) {
      DatagramScript script = scripts.get(i / 5 % 2);
      script.transport().send(buffer("number " + i), peers.get(i % 2).address());
    }
    for (int i = 0; i < 80; i++) {
      DatagramPeer peer = peers.get(i % 2);
      assertEquals("number " + i, new String(peer.await(i / 2 + 1).get(i / 2), UTF_8));
      assertEquals(scripts.get(i / 5 % 2).transport().local(), peer.senders().get(i / 2));
    }
  }

  @Test
  default void u1WhatIsSentBeforeTheCloseIsSent() {
    DatagramScript script = bound();
    DatagramPeer peer = rig().datagramPeer();
    for (int i = 0; i < 3; i++) {
      script.transport().send(buffer("number " + i), peer.address());
    }
    script.transport().close();
    assertEquals(3, peer.await(3).size());
  }

  @Test
  default void u1AFailureToSendNamesItsReceiverAndHoldsNobodyUp() {
    DatagramScript script = bound();
    DatagramPeer peer = rig().datagramPeer();
    var everybody = new InetSocketAddress(InetAddress.ofLiteral("255.255.255.255"), 9);
    for (InetSocketAddress to :
        List.of(peer.address(), everybody, peer.address(), everybody, peer.address())) {
      script.transport().send(buffer("x"), to);
    }
    peer.await(3);
    List<ReactorEvent.ProtocolFailed> failed = rig().allReported(ReactorEvent.ProtocolFailed.class);
    assertEquals(2, failed.size());
    failed.forEach(each -> assertTrue(each.toString().contains("255.255.255.255"), each::toString));
  }

  @Test
  default void u1NobodyThereIsToldThoughMuchIsSent() {
    DatagramPeer peer = rig().datagramPeer();
    InetSocketAddress address = peer.address();
    DatagramScript script = open(address, new DatagramScript());
    peer.close();
    for (int i = 0; i < 40; i++) {
      script.transport().send(buffer("anybody?"));
    }
    rig().until("it is told", () -> script.calls.contains("refused"));
    rig().settle();
    DatagramPeer again = rig().datagramPeer(address);
    script.transport().send(buffer("hello"));
    rig().settle();
    script.transport().send(buffer("hello"));
    assertEquals("hello", again.awaitText());
  }

  // ---- Fairness -------------------------------------------------------------------------------

  @Test
  default void u1AFloodStarvesNobody() {
    var script = new DatagramScript();
    DatagramPeer sender = rig().datagramPeer();
    script.onData((data, from) -> {
      if (script.received.size() < 2_000) {
        sender.send("more", script.transport().local());
      }
    });
    open(null, script);
    sender.send("first", script.transport().local());
    Link link = rig().link(new Script());
    link.peer().sendSome("x".getBytes(UTF_8));
    rig().until("the other is heard", () -> link.protocol().size() == 1);
    assertTrue(script.received.size() < 2_000, "all of the flood came first");
    rig().until("the flood is over", () -> script.received.size() == 2_000);
  }
}
