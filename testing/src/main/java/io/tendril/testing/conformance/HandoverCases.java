package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tendril.core.EngineLacks;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F1 across reactors: sockets that one engine hands over to another one of its kind. */
interface HandoverCases extends Cases {
  /** The engine of one more reactor, which turns it. */
  private Engine engine() {
    List<Engine> made = new ArrayList<>();
    rig()
        .reactor(
            options -> options,
            engine -> {
              made.add(engine);
              return engine;
            });
    return made.getFirst();
  }

  private Engine handingOver() {
    Engine engine = engine();
    assumeTrue(engine.handsOver(), engine.name() + " hands no sockets over");
    return engine;
  }

  private Taken take(Engine engine, Engine.Handover connection) throws IOException {
    Engine.StreamSocket taken = engine.takeOver(connection, SocketSettings.defaults());
    assertFalse(taken == null, "a connection that is up was not taken over");
    return new Taken(rig(), taken);
  }

  @Test
  default void f1AConnectionHandedOverIsServedThere() throws IOException {
    Engine one = handingOver();
    Engine other = handingOver();
    var giver = new Giver(rig(), one);
    Peer peer = rig().dial(giver.socket.local(), SocketSettings.defaults());
    Taken taken = take(other, giver.next(rig()));
    assertEquals(peer.socket().local(), taken.socket.peer());
    assertEquals(peer.socket().peer(), taken.socket.local());
    peer.send("hello").expect("hello");
    peer.send(" again").expect("hello again");
    peer.shutdownOutput();
    rig().until("the end has come", () -> taken.ended);
    taken.socket.interest(false, false);
    taken.socket.close();
    peer.awaitEnd();
  }

  @Test
  default void f1WhatHasComeBeforeIsHandedOverToo() throws IOException {
    Engine one = handingOver();
    Engine other = handingOver();
    var giver = new Giver(rig(), one);
    Peer peer = rig().dial(giver.socket.local(), SocketSettings.defaults());
    Engine.Handover connection = giver.next(rig());
    peer.send("hello");
    rig().settle();
    Taken taken = take(other, connection);
    peer.expect("hello");
    assertEquals("hello", taken.got.toString());
  }

  @Test
  default void f1EachIsHandedOverOnce() throws IOException {
    Engine one = handingOver();
    Engine other = handingOver();
    var giver = new Giver(rig(), one);
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      peers.add(rig().dial(giver.socket.local(), SocketSettings.defaults()));
    }
    List<Taken> taken = new ArrayList<>();
    for (int i = 0; i < peers.size(); i++) {
      taken.add(take(i % 2 == 0 ? other : one, giver.next(rig())));
    }
    rig().settle();
    assertEquals(List.of(), giver.given);
    assertNull(giver.socket.acceptForOther());
    for (int i = 0; i < peers.size(); i++) {
      peers.get(i).send("this is " + i);
    }
    for (int i = 0; i < peers.size(); i++) {
      peers.get(i).expect("this is " + i);
    }
    assertEquals(peers.size(), taken.stream().map(each -> each.got.toString()).distinct().count());
  }

  @Test
  default void f1OneThatNobodyTakesIsClosed() {
    var giver = new Giver(rig(), handingOver());
    Peer peer = rig().dial(giver.socket.local(), SocketSettings.defaults());
    giver.next(rig()).close();
    rig().until("the peer sees that it is over", peer::isOver);
  }

  /** With what waits there, how much that may be. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 20})
  default void f1AListenerIsHandedOverWithItsQueue(int waiting) throws IOException {
    Engine one = handingOver();
    Engine other = handingOver();
    var giver = new Giver(rig(), one);
    giver.socket.interest(false, false);
    var address = giver.socket.local();
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < waiting; i++) {
      peers.add(rig().dial(address, SocketSettings.defaults()));
    }
    giver.socket = other.takeOver(giver.socket.handOver(), giver);
    rig().atEnd(giver.socket::close);
    assertEquals(address, giver.socket.local());
    peers.add(rig().dial(address, SocketSettings.defaults()));
    giver.socket.interest(true, false);
    for (int i = 0; i < peers.size(); i++) {
      take(i % 2 == 0 ? other : one, giver.next(rig()));
    }
    for (Peer peer : peers) {
      peer.send("hello").expect("hello");
    }
  }

  @Test
  default void f1WhetherSocketsAreHandedOverIsSaid() throws IOException {
    Engine engine = engine();
    var socket =
        engine.listen(rig().anyPort(), SocketSettings.defaults(), (readable, writable) -> {});
    rig().atEnd(socket::close);
    if (engine.handsOver()) {
      assertNull(socket.acceptForOther());
      socket.handOver().close();
    } else {
      assertThrows(EngineLacks.class, socket::acceptForOther);
      assertThrows(EngineLacks.class, socket::handOver);
    }
  }
}
