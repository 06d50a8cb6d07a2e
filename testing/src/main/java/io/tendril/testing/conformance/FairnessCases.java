package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.Listener;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.spi.SocketSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** T8 and T9: no connection starves another, and a shortage of descriptors passes. */
interface FairnessCases extends Cases {
  /** An endless stream of bytes on the first connections, and how much of it is read. */
  final class Flood {
    private final int connections;
    private int seen;
    private int readsInARow;
    private int most;

    Flood(int connections) {
      this.connections = connections;
    }

    ForwardingEngine over(io.tendril.spi.Engine engine) {
      return new ForwardingEngine(engine) {
        @Override
        public void await(long nanos) throws IOException {
          readsInARow = 0;
          super.await(nanos);
        }

        @Override
        protected StreamSocket stream(StreamSocket socket) {
          if (seen++ >= connections) {
            return socket;
          }
          return new ForwardingStream(socket) {
            @Override
            public int read(ByteBuffer into) throws IOException {
              most = Math.max(most, ++readsInARow);
              if (readsInARow > 10_000) {
                throw new IOException("read for ever");
              }
              int count = into.remaining();
              into.position(into.limit());
              return count;
            }
          };
        }
      };
    }
  }

  @Test
  default void t8ReadsOfOneConnectionAreBounded() {
    var flood = new Flood(1);
    rig().reactor(options -> options, flood::over);
    Link link = rig().link(new Script().onData((protocol, data) -> data.position(data.limit())));
    link.peer().send("drops of a flood");
    for (int i = 0; i < 20; i++) {
      rig().turn();
    }
    assertTrue(link.protocol().deliveries > 0);
    assertTrue(flood.most < 100, "read " + flood.most + " times in a row");
  }

  @Test
  default void t8AFloodWithoutEndStarvesNobody() {
    var flood = new Flood(3);
    rig().reactor(options -> options, flood::over);
    var script = new Script().onData((protocol, data) -> data.position(data.limit()));
    for (int i = 0; i < 3; i++) {
      rig().link(script).peer().send("drops of a flood");
    }
    Link quiet = rig().link(new Script());
    quiet.peer().send("x");
    rig().until("the quiet one is heard", () -> quiet.protocol().size() == 1);
    rig()
        .until(
            "each flood is read",
            () -> script.built.stream().allMatch(protocol -> protocol.deliveries > 2));
  }

  @Test
  default void t8AFloodStarvesNobody() {
    Link flood = rig().link(new Script());
    Link quiet = rig().link(new Script());
    int sent = 0;
    for (int i = 0; i < 20; i++) {
      sent += flood.peer().sendSome(new byte[1 << 20]);
      quiet.peer().send("x");
      int expected = i + 1;
      rig().until("the quiet one is heard", () -> quiet.protocol().size() == expected);
      assertTrue(quiet.protocol().deliveries == expected);
    }
    int all = sent;
    rig().until("the flood is over", () -> flood.protocol().size() == all);
  }

  @Test
  default void t8AFloodStarvesNoDelayedCall() {
    var flood = new Flood(1);
    Reactor reactor = rig().reactor(options -> options, flood::over);
    Link link = rig().link(new Script().onData((protocol, data) -> data.position(data.limit())));
    link.peer().send("drops of a flood");
    var ran = new ArrayList<String>();
    reactor.callLater(Duration.ofSeconds(1), () -> ran.add("call"));
    reactor.execute(() -> ran.add("task"));
    rig().advance(Duration.ofSeconds(1));
    assertEquals(List.of("task", "call"), ran);
  }

  @Test
  default void t8AFloodOfWritesStarvesNobody() {
    var script = new Script();
    Link flood = rig().link(script);
    Link quiet = rig().link(new Script());
    var fully = rig().outcome(flood.transport().writeFully(ByteBuffer.allocate(100_000_000)));
    quiet.peer().send("x");
    rig().until("the quiet one is heard", () -> quiet.protocol().size() == 1);
    assertTrue(!fully.isDone(), "the quiet one had to wait for a hundred megabytes");
    flood.transport().abortConnection();
    rig().lost(flood.protocol());
  }

  @Test
  default void t8AcceptsAreBoundedPerWakeUp() {
    var script = new Script();
    var perWait = new ArrayList<Integer>();
    rig()
        .reactor(
            options -> options,
            engine ->
                new ForwardingEngine(engine) {
                  @Override
                  public void await(long nanos) throws IOException {
                    int before = script.built.size();
                    super.await(nanos);
                    perWait.add(script.built.size() - before);
                  }
                });
    Listener listener = rig().listen(script);
    listener.pauseAccepting();
    for (int i = 0; i < 300; i++) {
      rig().dial(listener);
    }
    perWait.clear();
    listener.resumeAccepting();
    rig().until("all are accepted", () -> script.built.size() == 300);
    int most = perWait.stream().mapToInt(Integer::intValue).max().orElse(0);
    assertTrue(most <= 100, "accepted " + most + " in a row");
  }

  @Test
  default void t8PausedListenersLeaveConnectionsWaiting() {
    var script = new Script();
    Listener listener = rig().listen(script);
    listener.pauseAccepting();
    Peer peer = rig().dial(listener);
    rig().settle();
    assertEquals(0, script.built.size());
    rig().assertQuiet();
    listener.resumeAccepting();
    rig().until("it is accepted", () -> script.built.size() == 1);
    peer.send("x");
    rig().until("it works", () -> script.only().size() == 1);
  }

  @Test
  default void t8AListenerPausedByItsFactoryStopsAtOnce() {
    var script = new Script();
    Listener listener = rig().listen(script);
    script.onBuild(transport -> listener.pauseAccepting());
    listener.pauseAccepting();
    for (int i = 0; i < 5; i++) {
      rig().dial(listener);
    }
    for (int i = 1; i <= 5; i++) {
      listener.resumeAccepting();
      rig().settle();
      assertEquals(i, script.built.size());
    }
  }

  @Test
  default void t8AListenerClosedByItsFactoryStopsAtOnce() {
    var script = new Script();
    Listener listener = rig().listen(script);
    listener.pauseAccepting();
    script.onBuild(transport -> rig().outcome(listener.close()));
    for (int i = 0; i < 5; i++) {
      rig().dial(listener);
    }
    listener.resumeAccepting();
    rig().settle();
    assertEquals(1, script.built.size());
  }

  // ---- T9 -------------------------------------------------------------------------------------

  /** A shortage of descriptors that begins and ends when the case says so. */
  final class Shortage {
    private boolean on;
    private int refused;

    ForwardingEngine over(io.tendril.spi.Engine engine) {
      return new ForwardingEngine(engine) {
        @Override
        protected ListenSocket listener(ListenSocket socket) {
          return new ForwardingListener(socket) {
            @Override
            public @org.jspecify.annotations.Nullable StreamSocket accept(SocketSettings options)
                throws IOException {
              if (on) {
                refused++;
                throw new IOException("Too many open files");
              }
              return super.accept(options);
            }
          };
        }
      };
    }
  }

  /** A listener in want of descriptors, with a connection in its backlog. */
  private Listener inWant(Shortage shortage, Script script) {
    rig().reactor(options -> options, shortage::over);
    Listener listener = rig().listen(script);
    shortage.on = true;
    rig().dial(listener);
    rig().settle();
    return listener;
  }

  @Test
  default void t9TheListenerSurvivesAndRecoversByItself() {
    var shortage = new Shortage();
    var script = new Script();
    inWant(shortage, script);
    assertEquals(0, script.built.size());
    shortage.on = false;
    rig().advance(Duration.ofSeconds(2), 20);
    assertEquals(1, script.built.size());
    rig().reported(ReactorEvent.DescriptorsExhausted.class);
  }

  @Test
  default void t9AShortageKeepsNoReactorBusy() {
    var shortage = new Shortage();
    inWant(shortage, new Script());
    int refused = shortage.refused;
    rig().settle();
    assertEquals(refused, shortage.refused, "goes on asking in vain");
    rig().assertQuiet();
  }

  @Test
  default void t9AShortageIsReportedOnceInAWhile() {
    var shortage = new Shortage();
    inWant(shortage, new Script());
    rig().advance(Duration.ofSeconds(5), 50);
    assertEquals(1, rig().allReported(ReactorEvent.DescriptorsExhausted.class).size());
    rig().advance(Duration.ofSeconds(20), 200);
    int more = rig().allReported(ReactorEvent.DescriptorsExhausted.class).size();
    assertTrue(more >= 1 && more <= 4, more + " more reports in 20 s");
  }

  @Test
  default void t9OtherConnectionsGoOn() {
    var shortage = new Shortage();
    rig().reactor(options -> options, shortage::over);
    Link link = rig().link(new Script());
    Listener listener = rig().listen(new Script());
    shortage.on = true;
    rig().dial(listener);
    rig().settle();
    link.peer().send("hello");
    rig().until("it arrives", () -> link.protocol().text().equals("hello"));
    rig().reported(ReactorEvent.DescriptorsExhausted.class);
  }

  @Test
  default void t9PausingDuringAShortageHolds() {
    var shortage = new Shortage();
    var script = new Script();
    Listener listener = inWant(shortage, script);
    listener.pauseAccepting();
    shortage.on = false;
    rig().advance(Duration.ofSeconds(2), 20);
    assertEquals(0, script.built.size());
    listener.resumeAccepting();
    rig().advance(Duration.ofSeconds(2), 20);
    assertEquals(1, script.built.size());
    rig().reported(ReactorEvent.DescriptorsExhausted.class);
  }

  @Test
  default void t9ClosingDuringAShortageEndsIt() {
    var shortage = new Shortage();
    Listener listener = inWant(shortage, new Script());
    rig().value(listener.close());
    rig().advance(Duration.ofSeconds(2), 20);
    assertEquals(0, rig().reactor().stats().delayedCalls());
    rig().reported(ReactorEvent.DescriptorsExhausted.class);
  }
}
