package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Listener;
import io.tendril.core.ReactorEvent;
import io.tendril.spi.Engine;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** T10: connecting. */
interface ConnectCases extends Cases {
  /** An address of this machine where nobody listens. */
  private InetSocketAddress nobody() {
    PeerListener listener = rig().peerListens();
    InetSocketAddress address = listener.address();
    listener.close();
    return address;
  }

  /** An engine whose connections are never answered; it counts those that are still open. */
  final class Silence {
    int open;

    ForwardingEngine over(Engine engine) {
      return new ForwardingEngine(engine) {
        @Override
        public StreamSocket connect(
            java.net.SocketAddress address, SocketSettings options, Ready ready)
            throws IOException {
          open++;
          return new ForwardingStream(super.connect(address, options, (r, w) -> {})) {
            @Override
            public void close() {
              open--;
              super.close();
            }

            @Override
            public void abort() {
              open--;
              super.abort();
            }
          };
        }
      };
    }
  }

  private Silence silence() {
    var silence = new Silence();
    rig().reactor(options -> options, silence::over);
    return silence;
  }

  // ---- Success --------------------------------------------------------------------------------

  @Test
  default void t10TheDeferredFiresAfterConnectionMade() {
    PeerListener listener = rig().peerListens();
    var calls = new ArrayList<String>();
    var script = new Script().onMade(protocol -> calls.add("made"));
    var connected =
        rig()
            .connect(listener.address(), script)
            .thenAccept(protocol -> {
              calls.add("fired");
              assertSame(script.only(), protocol);
            });
    rig().value(connected);
    assertEquals(List.of("made", "fired"), calls);
  }

  @Test
  default void t10NeverSynchronous() {
    PeerListener listener = rig().peerListens();
    var connecting = rig().connect(listener.address(), new Script());
    assertFalse(connecting.isDone());
    rig().value(connecting);
  }

  @Test
  default void t10BothEndsKnowEachOther() {
    PeerListener listener = rig().peerListens();
    var connecting = rig().connect(listener.address(), new Script());
    Peer peer = listener.accept();
    Recorder protocol = rig().value(connecting);
    assertEquals(listener.address(), protocol.transport.peer());
    assertEquals(peer.socket().peer(), protocol.transport.local());
  }

  @Test
  default void t10DataOfTheServerArrivesAfterConnectionMade() {
    PeerListener listener = rig().peerListens();
    var script = new Script();
    var connecting = rig().outcome(rig().connect(listener.address(), script));
    listener.accept().send("banner");
    rig().until("it arrives", () -> connecting.isDone() && script.only().size() == 6);
    assertEquals(List.of("made", "data"), script.only().calls);
  }

  @Test
  default void t10ManyAtOnce() {
    var server = new Script();
    Listener listener = rig().listen(server);
    var client = new Script();
    List<Fate<Recorder>> fates = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      fates.add(rig().outcome(rig().connect((InetSocketAddress) listener.address(), client)));
    }
    rig().until("all are connected", () -> fates.stream().allMatch(Fate::isDone));
    fates.forEach(Fate::value);
    rig().until("all are accepted", () -> server.built.size() == 100);
    assertEquals(200, rig().reactor().stats().connections());
  }

  @Test
  default void t10ConnectingFromInsideOfACallback() {
    PeerListener listener = rig().peerListens();
    var second = new Script();
    var first = new Script().onMade(p -> rig().outcome(rig().connect(listener.address(), second)));
    rig().value(rig().connect(listener.address(), first));
    rig().until("the second is made", () -> second.built.size() == 1 && second.only().isMade());
  }

  @Test
  default void t10NothingIsLeftToTimeAfterSuccess() {
    rig().link(Side.CLIENT, new Script());
    assertEquals(0, rig().reactor().stats().delayedCalls());
    rig().advance(Duration.ofMinutes(1));
    assertEquals(1, rig().reactor().stats().connections());
  }

  @Test
  default void t10FromAnAddressOfChoice() {
    PeerListener listener = rig().peerListens();
    var settings = SocketSettings.defaults().with().bind(rig().anyPort()).build();
    Recorder protocol = rig().value(rig().connect(listener.address(), new Script(), settings));
    assertEquals(
        rig().anyPort().getAddress(),
        ((InetSocketAddress) protocol.transport.local()).getAddress());
  }

  // ---- Failure --------------------------------------------------------------------------------

  @Test
  default void t10RefusedNamesPeerAndPhase() {
    var failed = rig().failure(ConnectFailed.Refused.class, rig().connect(nobody(), new Script()));
    assertEquals("the peer", failed.peer());
    assertEquals(ConnectFailed.Phase.CONNECT, failed.phase());
    assertSays("the peer", failed);
    assertTrue(failed.getCause() instanceof IOException);
    assertEquals(0, rig().reactor().stats().delayedCalls());
  }

  @Test
  default void t10RefusedIsNeverSynchronous() {
    var connecting = rig().connect(nobody(), new Script());
    assertFalse(connecting.isDone());
    rig().failure(ConnectFailed.class, connecting);
  }

  @Test
  default void t10AFailureBuildsNothing() {
    var script = new Script();
    rig().failure(ConnectFailed.class, rig().connect(nobody(), script));
    assertEquals(List.of(), script.built);
    assertEquals(0, rig().reactor().stats().connections());
    assertEquals(0, rig().reactor().stats().connected());
  }

  @Test
  default void t10ALocalAddressThatIsNotOursFails() {
    PeerListener listener = rig().peerListens();
    var elsewhere = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 0);
    var settings = SocketSettings.defaults().with().bind(elsewhere).build();
    var connecting = rig().connect(listener.address(), new Script(), settings);
    assertFalse(connecting.isDone(), "failed from inside of connect");
    var failed = rig().failure(ConnectFailed.BindFailed.class, connecting);
    assertEquals(ConnectFailed.Phase.BIND, failed.phase());
    assertEquals(0, rig().reactor().stats().delayedCalls());
  }

  @Test
  default void t10ANameIsAFailureOfAnAddress() {
    var unresolved = InetSocketAddress.createUnresolved("name.invalid", 80);
    var connecting = rig().connect(unresolved, new Script());
    assertFalse(connecting.isDone());
    rig().failure(ConnectFailed.class, connecting);
  }

  @Test
  default void t10NoAnswerFor30SecondsTimesOut() {
    Silence silence = silence();
    PeerListener listener = rig().peerListens();
    var connecting = rig().outcome(rig().connect(listener.address(), new Script()));
    rig().advance(Duration.ofMillis(29_999));
    assertFalse(connecting.isDone());
    rig().advance(Duration.ofMillis(1));
    var failed = connecting.failure(ConnectFailed.TimedOut.class);
    assertEquals(ConnectFailed.Phase.CONNECT, failed.phase());
    assertSays("30000 ms", failed);
    assertEquals(0, silence.open, "sockets left open");
  }

  @Test
  default void t10TheLimitCanBeSet() {
    silence();
    PeerListener listener = rig().peerListens();
    var connecting =
        rig()
            .outcome(
                rig()
                    .reactor()
                    .network()
                    .connect(
                        listener.address(),
                        "example.org:80",
                        SocketSettings.defaults(),
                        Duration.ofSeconds(5),
                        new Script()));
    rig().advance(Duration.ofSeconds(5));
    var failed = connecting.failure(ConnectFailed.TimedOut.class);
    assertEquals("example.org:80", failed.peer());
  }

  @Test
  default void t10AFailureLeavesTheListenerAlone() {
    PeerListener listener = rig().peerListens();
    rig().failure(ConnectFailed.class, rig().connect(nobody(), new Script()));
    rig().value(rig().connect(listener.address(), new Script()));
  }

  @Test
  default void t10ConnectionMadeThatThrowsClosesAndIsReported() {
    PeerListener listener = rig().peerListens();
    var script =
        new Script()
            .onMade(protocol -> {
              throw new IllegalStateException("on purpose");
            });
    rig().outcome(rig().connect(listener.address(), script));
    Peer peer = listener.accept();
    rig().until("the peer is told", peer::isOver);
    peer.close();
    rig().lost(script.only());
    rig().reported(ReactorEvent.ProtocolFailed.class);
  }

  // ---- Giving up ------------------------------------------------------------------------------

  @Test
  default void t10CancellingGivesUp() {
    Silence silence = silence();
    PeerListener listener = rig().peerListens();
    var script = new Script();
    Deferred<Recorder> connecting = rig().connect(listener.address(), script);
    var fate = rig().outcome(connecting);
    rig().settle();
    connecting.cancel();
    fate.failure(CancellationException.class);
    assertEquals(0, silence.open, "sockets left open");
    assertEquals(0, rig().reactor().stats().delayedCalls());
    rig().advance(Duration.ofMinutes(1));
    assertEquals(List.of(), script.built);
    assertEquals(1, fate.times());
  }

  @Test
  default void t10CancellingAtOnceGivesUp() {
    PeerListener listener = rig().peerListens();
    var script = new Script();
    Deferred<Recorder> connecting = rig().connect(listener.address(), script);
    var fate = rig().outcome(connecting);
    connecting.cancel();
    fate.failure(CancellationException.class);
    rig().settle();
    assertEquals(List.of(), script.built);
    assertEquals(0, rig().reactor().stats().connections());
  }

  @Test
  default void t10CancellingARefusedOneGivesUp() {
    Deferred<Recorder> connecting = rig().connect(nobody(), new Script());
    var fate = rig().outcome(connecting);
    connecting.cancel();
    rig().settle();
    fate.failure(CancellationException.class);
    assertEquals(1, fate.times());
  }

  @Test
  default void t10CancellingInConnectionMadeClosesNothing() {
    PeerListener listener = rig().peerListens();
    List<Deferred<Recorder>> connecting = new ArrayList<>();
    var script = new Script().onMade(protocol -> connecting.getFirst().cancel());
    connecting.add(rig().connect(listener.address(), script));
    var fate = rig().outcome(connecting.getFirst());
    rig().until("it has a result", fate::isDone);
    rig().settle();
    assertEquals(1, fate.times());
    assertEquals(List.of("made"), script.only().calls);
  }

  @Test
  default void t10CancellingAfterSuccessDoesNothing() {
    PeerListener listener = rig().peerListens();
    Deferred<Recorder> connecting = rig().connect(listener.address(), new Script());
    Recorder protocol = rig().value(connecting);
    connecting.cancel();
    rig().settle();
    assertFalse(protocol.isLost());
  }

  @Test
  default void t10ATimeoutOfTheCallersGivesUp() {
    Silence silence = silence();
    PeerListener listener = rig().peerListens();
    var fate =
        rig()
            .outcome(
                rig()
                    .connect(listener.address(), new Script())
                    .orTimeout(Duration.ofSeconds(3), "the peer's answer"));
    rig().advance(Duration.ofSeconds(3));
    fate.failure(java.util.concurrent.TimeoutException.class);
    assertEquals(0, silence.open, "sockets left open");
    assertEquals(0, rig().reactor().stats().delayedCalls());
  }

  @Test
  default void t10TheReactorsEndFailsWhatIsUnderWay() {
    Silence silence = silence();
    PeerListener listener = rig().peerListens();
    var fate = rig().outcome(rig().connect(listener.address(), new Script()));
    rig().settle();
    rig().reactor().stop();
    rig().settle();
    assertTrue(fate.isFailed(), "left without a result");
    fate.failure(ConnectFailed.class);
    assertEquals(0, silence.open, "sockets left open");
    assertEquals(io.tendril.core.Reactor.State.STOPPED, rig().reactor().state());
  }

  @Test
  default void t10ALossRightAfterSuccessIsALoss() {
    PeerListener listener = rig().peerListens();
    var connecting = rig().connect(listener.address(), new Script());
    Peer peer = listener.accept();
    Recorder protocol = rig().value(connecting);
    peer.reset();
    assertTrue(rig().lost(protocol) instanceof ConnectionClosed.Lost);
  }
}
