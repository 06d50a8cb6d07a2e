package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.CapabilityMissing;
import io.tendril.core.ConnectFailed;
import io.tendril.core.ListenFailed;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.ReactorEvent;
import io.tendril.core.Refusal;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** F1 to F5 and F7: how protocols are built, and what they can ask their transport for. */
interface FactoryCases extends Cases {
  // ---- F1 -------------------------------------------------------------------------------------

  @Test
  default void f1OneProtocolForEachConnection() {
    var script = new Script();
    Listener listener = rig().listen(script);
    assertEquals(0, script.built.size(), "built before anybody is there");
    for (int i = 1; i <= 3; i++) {
      rig().dial(listener);
      int count = i;
      rig().until("one more is built", () -> script.built.size() == count);
    }
    rig().settle();
    assertEquals(3, script.built.size());
    assertNotSame(script.built.get(0).transport, script.built.get(1).transport);
  }

  @ParameterizedTest
  @EnumSource
  default void f1WhoIsThereIsKnownToTheFactory(Side side) {
    var known = new ArrayList<SocketAddress>();
    var script =
        new Script()
            .onBuild(transport -> {
              known.add(transport.peer());
              known.add(transport.local());
              assertSame(rig().reactor(), transport.reactor());
            });
    Link link = rig().link(side, script);
    assertEquals(List.of(link.peer().socket().local(), link.peer().socket().peer()), known);
  }

  @ParameterizedTest
  @EnumSource
  default void f1NothingIsReadBeforeConnectionMade(Side side) {
    var script = new Script().onMade(protocol -> assertEquals(0, protocol.deliveries));
    Link link = rig().link(side, script);
    link.peer().send("x");
    rig().until("it arrives", () -> link.protocol().size() == 1);
    assertEquals(List.of("made", "data"), link.protocol().calls);
  }

  @ParameterizedTest
  @EnumSource
  default void f1ConnectionMadeMayWrite(Side side) {
    Link link = rig().link(side, new Script().onMade(p -> p.transport.write("welcome")));
    link.peer().expect("welcome");
  }

  @Test
  default void f1TheFactoryMayWrite() {
    Link link = rig().link(new Script().onBuild(transport -> transport.write("first ")));
    link.transport().write("then");
    link.peer().expect("first then");
  }

  @Test
  default void f1TheObserverIsToldOfConnections() {
    Link server = rig().link(Side.SERVER, new Script());
    var opened = rig().reported(ReactorEvent.ConnectionOpened.class);
    assertTrue(opened.server());
    assertEquals(server.transport().peer(), opened.peer());
    assertEquals(server.transport().local(), opened.local());
    rig().link(Side.CLIENT, new Script());
    assertFalse(rig().reported(ReactorEvent.ConnectionOpened.class).server());
  }

  @Test
  default void f1ConnectionsAreCounted() {
    rig().link(Side.SERVER, new Script());
    rig().link(Side.SERVER, new Script());
    Link client = rig().link(Side.CLIENT, new Script());
    var stats = rig().reactor().stats();
    assertEquals(2, stats.accepted());
    assertEquals(1, stats.connected());
    assertEquals(3, stats.connections());
    assertEquals(2, stats.listeners());
    client.peer().close();
    rig().lost(client.protocol());
    assertEquals(2, rig().reactor().stats().connections());
  }

  // ---- F2 -------------------------------------------------------------------------------------

  private static Script refusing() {
    return new Script()
        .onBuild(transport -> {
          throw new Refusal("too many from here");
        });
  }

  @Test
  default void f2ARefusalClosesTheSocketAndIsCounted() {
    Script script = refusing();
    Peer peer = rig().dial(rig().listen(script));
    rig().until("the peer is told", peer::isOver);
    rig().settle();
    var refused = rig().reported(ReactorEvent.ConnectionRefused.class);
    assertEquals("too many from here", refused.reason());
    assertEquals(peer.socket().local(), refused.peer());
    assertEquals(1, rig().reactor().stats().refused());
    assertEquals(0, rig().reactor().stats().connections());
    assertEquals(List.of(), script.built);
  }

  @Test
  default void f2ARefusalIsNoFailure() {
    Peer peer = rig().dial(rig().listen(refusing()));
    rig().until("the peer is told", peer::isOver);
    assertEquals(0, rig().allReported(ReactorEvent.ProtocolFailed.class).size());
  }

  @Test
  default void f2OthersAreTakenAfterwards() {
    Script script = refusing();
    Listener listener = rig().listen(script);
    Peer first = rig().dial(listener);
    rig().until("the peer is told", first::isOver);
    script.onBuild(transport -> {});
    rig().dial(listener).send("x");
    rig().until("it is served", () -> !script.built.isEmpty() && script.only().size() == 1);
  }

  @Test
  default void f2AClientsRefusalFailsItsConnect() {
    PeerListener listener = rig().peerListens();
    var connecting = rig().outcome(rig().connect(listener.address(), refusing()));
    Peer peer = listener.accept();
    rig().until("it has failed", connecting::isDone);
    var failed = connecting.failure(ConnectFailed.class);
    assertTrue(failed.getCause() instanceof Refusal, String.valueOf(failed.getCause()));
    rig().until("the peer is told", peer::isOver);
    assertEquals(0, rig().reactor().stats().connections());
  }

  // ---- F3 -------------------------------------------------------------------------------------

  @Test
  default void f3StartedBeforeTheFirstAndStoppedAfterTheLastListener() {
    var script = new Script();
    Listener first = rig().listen(script);
    assertEquals(1, script.started);
    Listener second = rig().listen(script);
    assertEquals(1, script.started);
    rig().value(first.close());
    assertEquals(0, script.stopped);
    rig().value(second.close());
    assertEquals(1, script.started);
    assertEquals(1, script.stopped);
  }

  @Test
  default void f3StartedAgainAfterItWasStopped() {
    var script = new Script();
    rig().value(rig().listen(script).close());
    rig().value(rig().listen(script).close());
    assertEquals(2, script.started);
    assertEquals(2, script.stopped);
  }

  @Test
  default void f3ClosingTwiceStopsOnce() {
    var script = new Script();
    Listener listener = rig().listen(script);
    rig().value(listener.close());
    rig().value(listener.close());
    assertEquals(1, script.stopped);
    assertEquals(0, rig().reactor().stats().listeners());
  }

  @Test
  default void f3ClientsGetNeither() {
    var script = new Script();
    Link link = rig().link(Side.CLIENT, script);
    link.peer().close();
    rig().lost(link.protocol());
    assertEquals(0, script.started);
    assertEquals(0, script.stopped);
  }

  @Test
  default void f3TheReactorsEndStopsIt() {
    var script = new Script();
    rig().listen(script);
    rig().reactor().stop();
    rig().settle();
    assertEquals(1, script.stopped);
  }

  @Test
  default void f3ConnectionsOutliveTheirListener() {
    var script = new Script();
    Listener listener = rig().listen(script);
    Peer peer = rig().dial(listener);
    rig().until("it is built", () -> script.built.size() == 1);
    rig().value(listener.close());
    assertEquals(1, script.stopped);
    peer.send("still here");
    rig().until("it arrives", () -> script.only().text().equals("still here"));
  }

  @Test
  default void f3APortThatIsTakenFailsAndLeavesNothing() {
    Listener listener = rig().listen(new Script());
    var script = new Script();
    var failed =
        rig()
            .failure(
                ListenFailed.class,
                rig()
                    .reactor()
                    .network()
                    .listen(listener.address(), SocketSettings.defaults(), script));
    assertEquals(listener.address(), failed.address());
    assertSays(String.valueOf(listener.port()), failed);
    assertEquals(script.started, script.stopped);
    assertEquals(1, rig().reactor().stats().listeners());
  }

  @Test
  default void f3AnAddressOfAnotherMachineFails() {
    var elsewhere = new InetSocketAddress(java.net.InetAddress.ofLiteral("192.0.2.1"), 0);
    rig()
        .failure(
            ListenFailed.class,
            rig().reactor().network().listen(elsewhere, SocketSettings.defaults(), new Script()));
  }

  @Test
  default void f3APortIsFreeAfterItsListenerIsClosed() {
    Listener listener = rig().listen(new Script());
    rig().value(listener.close());
    rig().turn();
    Listener again =
        rig()
            .value(
                rig()
                    .reactor()
                    .network()
                    .listen(listener.address(), SocketSettings.defaults(), new Script()));
    assertEquals(listener.address(), again.address());
  }

  @Test
  default void f3ListenersAreReported() {
    Listener listener = rig().listen(new Script());
    assertEquals(listener.address(), rig().reported(ReactorEvent.ListenerOpened.class).address());
    SocketAddress address = listener.address();
    rig().value(listener.close());
    assertEquals(address, rig().reported(ReactorEvent.ListenerClosed.class).address());
  }

  // ---- F4 -------------------------------------------------------------------------------------

  @Test
  default void f4AFactoryThatThrowsClosesThatSocketAndIsReported() {
    var failure = new IllegalStateException("on purpose");
    var script =
        new Script()
            .onBuild(transport -> {
              throw failure;
            });
    Peer peer = rig().dial(rig().listen(script));
    rig().until("the peer is told", peer::isOver);
    rig().settle();
    var reported = rig().reported(ReactorEvent.ProtocolFailed.class);
    assertSame(failure, reported.failure());
    assertEquals(0, rig().reactor().stats().connections());
  }

  @Test
  default void f4AClientsFactoryThatThrowsFailsItsConnect() {
    var failure = new IllegalStateException("on purpose");
    PeerListener listener = rig().peerListens();
    var script =
        new Script()
            .onBuild(transport -> {
              throw failure;
            });
    var connecting = rig().outcome(rig().connect(listener.address(), script));
    Peer peer = listener.accept();
    rig().until("it has failed", connecting::isDone);
    assertSame(failure, connecting.failure(ConnectFailed.class).getCause());
    rig().until("the peer is told", peer::isOver);
    rig().settle();
    assertEquals(0, rig().reactor().stats().connections());
  }

  @Test
  @SuppressWarnings("NullAway") // what a factory must not do
  default void f4AFactoryThatBuildsNothingIsReported() {
    ProtocolFactory<Protocol> nothing = transport -> null;
    Peer peer = rig().dial(rig().listen(nothing));
    rig().until("the peer is told", peer::isOver);
    rig().settle();
    rig().reported(ReactorEvent.ProtocolFailed.class);
    assertEquals(0, rig().reactor().stats().connections());
  }

  @Test
  default void f4AnErrorOfAFactoryIsReportedToo() {
    var script =
        new Script()
            .onBuild(transport -> {
              throw new AssertionError("on purpose");
            });
    Peer peer = rig().dial(rig().listen(script));
    rig().until("the peer is told", peer::isOver);
    rig().reported(ReactorEvent.ProtocolFailed.class);
  }

  @Test
  default void f4AClientsFactoryThatThrowsAnErrorFailsItsConnect() {
    PeerListener listener = rig().peerListens();
    var script =
        new Script()
            .onBuild(transport -> {
              throw new AssertionError("on purpose");
            });
    var connecting = rig().outcome(rig().connect(listener.address(), script));
    Peer peer = listener.accept();
    rig().until("it has failed", connecting::isDone);
    assertTrue(connecting.isFailed());
    rig().until("the peer is told", peer::isOver);
    rig().allReported(ReactorEvent.CallFailed.class);
  }

  // ---- F5 -------------------------------------------------------------------------------------

  @Test
  default void f5APolicyWrapsAFactory() {
    var counted = new ArrayList<String>();
    var inner = new Script().onData((protocol, data) -> protocol.transport.write(data));
    ProtocolFactory<Recorder> policy =
        new ProtocolFactory<>() {
          @Override
          public Recorder build(io.tendril.core.Transport transport) throws Exception {
            counted.add("build");
            return inner.build(transport);
          }

          @Override
          public void started() {
            counted.add("started");
            inner.started();
          }

          @Override
          public void stopped() {
            counted.add("stopped");
            inner.stopped();
          }
        };
    Listener listener = rig().listen(policy);
    rig().dial(listener).send("through").expect("through");
    rig().value(listener.close());
    assertEquals(List.of("started", "build", "stopped"), counted);
    assertEquals(1, inner.started);
    assertEquals(1, inner.stopped);
  }

  // ---- F7 -------------------------------------------------------------------------------------

  /** A capability that a layer can have. */
  record Seal(String colour) {}

  /** An engine whose connections have a layer on top, with a seal. */
  private static Engine sealing(Engine engine) {
    return new ForwardingEngine(engine) {
      @Override
      protected StreamSocket stream(StreamSocket socket) {
        return new ForwardingStream(socket) {
          @Override
          public String layer() {
            return "seal";
          }

          @Override
          public @Nullable StreamSocket lower() {
            return socket;
          }

          @Override
          public @Nullable Object capability(Class<?> wanted) {
            return wanted == Seal.class ? new Seal("red") : null;
          }
        };
      }
    };
  }

  @Test
  default void f7QueryFindsACapability() {
    rig().reactor(options -> options, FactoryCases::sealing);
    Link link = rig().link(new Script());
    assertTrue(link.transport().has(Seal.class));
    assertEquals("red", link.transport().query(Seal.class).colour());
  }

  @Test
  default void f7QueryLooksThroughEveryLayer() {
    rig()
        .reactor(
            options -> options,
            engine ->
                new ForwardingEngine(sealing(engine)) {
                  @Override
                  protected StreamSocket stream(StreamSocket socket) {
                    return new ForwardingStream(socket) {
                      @Override
                      public String layer() {
                        return "wrapping";
                      }

                      @Override
                      public @Nullable StreamSocket lower() {
                        return socket;
                      }

                      @Override
                      public @Nullable Object capability(Class<?> wanted) {
                        return null;
                      }
                    };
                  }
                });
    Link link = rig().link(Side.CLIENT, new Script());
    assertEquals("red", link.transport().query(Seal.class).colour());
    var missing = assertThrows(CapabilityMissing.class, () -> link.transport().query(Thread.class));
    assertEquals(List.of("wrapping", "seal"), missing.layers().subList(0, 2));
  }

  @Test
  default void f7AMissingCapabilityIsNamedWithTheLayers() {
    Link link = rig().link(new Script());
    assertFalse(link.transport().has(Seal.class));
    var missing = assertThrows(CapabilityMissing.class, () -> link.transport().query(Seal.class));
    assertEquals(Seal.class, missing.capability());
    assertFalse(missing.layers().isEmpty());
    assertSays("Seal", missing);
    assertSays(missing.layers().getFirst(), missing);
  }

  @Test
  default void f7QueryWorksAfterTheEnd() {
    rig().reactor(options -> options, FactoryCases::sealing);
    Link link = rig().link(new Script());
    link.peer().close();
    rig().lost(link.protocol());
    assertEquals("red", link.transport().query(Seal.class).colour());
  }
}
