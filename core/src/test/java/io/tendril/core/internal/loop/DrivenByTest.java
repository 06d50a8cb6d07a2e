package io.tendril.core.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Listener;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.ReactorOptions;
import io.tendril.core.Transport;
import io.tendril.core.doubles.LoneEngine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A reactor whose turns run as tasks of a loop of somebody else's. */
class DrivenByTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final TaskLoop loop = new TaskLoop();
  private final List<ReactorEvent> events = new ArrayList<>();
  private Reactor reactor;

  @BeforeEach
  void open() throws Exception {
    reactor =
        loop.call(() -> {
          Reactor made = Reactor.create(ReactorOptions.defaults().withName("driven"));
          made.observe(events::add);
          return made.drivenBy(loop);
        });
  }

  @AfterEach
  void close() throws Exception {
    reactor.stop();
    reactor.awaitStopped(SOON);
    loop.close();
    assertThat(events).noneMatch(ReactorEvent::isFailure);
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("driven-lookout")) {
        thread.join(20_000);
        assertThat(thread.isAlive()).isFalse();
      }
    }
  }

  private int listen(ProtocolFactory<?> factory) throws Exception {
    Listener listener =
        reactor.blockingCall(() -> reactor.listen("tcp:0:interface=127.0.0.1", factory), SOON);
    return ((InetSocketAddress) listener.address()).getPort();
  }

  private static Socket dial(int port) throws IOException {
    var socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String hear(Socket socket, int count) throws IOException {
    return new String(socket.getInputStream().readNBytes(count), StandardCharsets.US_ASCII);
  }

  private static String text(ByteBuffer data) {
    return StandardCharsets.US_ASCII.decode(data).toString();
  }

  // ---- The network ----------------------------------------------------------------------------

  @Test
  void servesInTheLoopsThread() throws Exception {
    int port =
        listen(
            Protocol.onData((transport, data) -> {
              assertThat(loop.isCurrent()).isTrue();
              assertThat(Reactor.current()).isSameAs(reactor);
              transport.write(data);
            }));
    try (Socket one = dial(port);
        Socket other = dial(port)) {
      for (int i = 0; i < 200; i++) {
        say(one, "ping");
        say(other, "pong");
        assertThat(hear(one, 4)).isEqualTo("ping");
        assertThat(hear(other, 4)).isEqualTo("pong");
      }
    }
  }

  @Test
  void whatIsWrittenBetweenTwoTurnsGoesOut() throws Exception {
    var made = new CompletableFuture<Transport>();
    int port = listen(transport -> new Keeping(transport, made));
    try (Socket socket = dial(port)) {
      Transport transport = made.get(20, TimeUnit.SECONDS);
      settle();
      loop.call(() -> {
        transport.write("from a button");
        return null;
      });
      assertThat(hear(socket, 13)).isEqualTo("from a button");
      loop.call(() -> {
        transport.loseConnection();
        return null;
      });
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  private record Keeping(Transport transport, CompletableFuture<Transport> made)
      implements Protocol {
    @Override
    public void connectionMade() {
      made.complete(transport);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      data.position(data.limit());
    }
  }

  @Test
  void listensAndConnectsBetweenTwoTurns() throws Exception {
    settle();
    var port = new CompletableFuture<Integer>();
    var echoed = new CompletableFuture<String>();
    loop.call(() ->
        reactor
            .listen("tcp:0:interface=127.0.0.1", Protocol.onData(Transport::write))
            .thenAccept(
                listener -> port.complete(((InetSocketAddress) listener.address()).getPort())));
    int at = port.get(20, TimeUnit.SECONDS);
    settle();
    loop.call(() ->
        reactor
            .connect(
                "tcp:127.0.0.1:" + at,
                Protocol.onData((transport, data) -> echoed.complete(text(data))))
            .thenAccept(protocol -> {}));
    // The client says nothing by itself: this is the connection of another.
    try (Socket socket = dial(at)) {
      say(socket, "x");
      assertThat(hear(socket, 1)).isEqualTo("x");
    }
    assertThat(echoed).isNotDone();
  }

  @Test
  void pausedBetweenTwoTurnsAndResumed() throws Exception {
    var made = new CompletableFuture<Transport>();
    int port = listen(transport -> new Echoing(transport, made));
    try (Socket socket = dial(port)) {
      Transport transport = made.get(20, TimeUnit.SECONDS);
      settle();
      loop.call(() -> {
        transport.pauseReading();
        return null;
      });
      say(socket, "later");
      settle();
      loop.call(() -> {
        transport.resumeReading();
        return null;
      });
      assertThat(hear(socket, 5)).isEqualTo("later");
    }
  }

  private record Echoing(Transport transport, CompletableFuture<Transport> made)
      implements Protocol {
    @Override
    public void connectionMade() {
      made.complete(transport);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      transport.write(data);
      data.position(data.limit());
    }
  }

  // ---- Calls and time -------------------------------------------------------------------------

  /** Waits until the helper waits without anything to do. */
  private void settle() throws Exception {
    for (int i = 0; i < 3; i++) {
      reactor.blockingCall(() -> reactor.after(Duration.ofMillis(1)), SOON);
    }
  }

  @Test
  void callsFromOtherThreadsEndTheWait() throws Exception {
    for (int i = 0; i < 500; i++) {
      var ran = new CountDownLatch(1);
      reactor.execute(ran::countDown);
      assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aDelayedCallMadeBetweenTwoTurnsEndsTheWait() throws Exception {
    settle();
    var ran = new CountDownLatch(1);
    loop.call(() -> reactor.callLater(Duration.ofMillis(2), ran::countDown));
    assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aDelayedCallThatIsSoonerThanAnotherEndsTheWait() throws Exception {
    loop.call(() -> reactor.callLater(Duration.ofHours(1), () -> {}));
    settle();
    var ran = new CountDownLatch(1);
    loop.call(() -> reactor.callLater(Duration.ZERO, ran::countDown));
    assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void nothingToDoTakesNoTurns() throws Exception {
    settle();
    long turns = loop.call(() -> reactor.stats().turns());
    int tasks = loop.ran();
    for (int i = 0; i < 100; i++) {
      var ran = new CountDownLatch(1);
      reactor.execute(ran::countDown);
      assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(loop.call(() -> reactor.stats().turns()) - turns).isLessThan(310);
    assertThat(loop.ran() - tasks).isLessThan(640);
  }

  @Test
  void anExceptionIsReportedAndTheLoopGoesOn() throws Exception {
    var failure = new IllegalStateException("on purpose");
    reactor.execute(() -> {
      throw failure;
    });
    settle();
    loop.call(() -> assertThat(events.removeLast().failure()).isSameAs(failure));
  }

  @Test
  void aTurnThatTheLoopMakesByItselfIsWelcome() throws Exception {
    settle();
    var ran = new CountDownLatch(1);
    loop.call(() -> {
      for (int i = 0; i < 50; i++) {
        assertThat(reactor.turn(Duration.ZERO)).isTrue();
      }
      reactor.callLater(Duration.ofMillis(1), ran::countDown);
      while (ran.getCount() > 0) {
        reactor.turn(Duration.ofSeconds(1));
      }
      return null;
    });
    settle();
  }

  // ---- Loops inside of calls ------------------------------------------------------------------

  @Test
  void aModalLoopInsideOfACallKeepsTheReactorTurning() throws Exception {
    int port = listen(Protocol.onData(Transport::write));
    var closed = new CountDownLatch(1);
    var inside = new CountDownLatch(1);
    var behind = new CountDownLatch(1);
    var after = new CountDownLatch(1);
    loop.call(() -> {
      reactor.execute(() -> {
        inside.countDown();
        loop.runInside(closed);
        after.countDown();
      });
      reactor.execute(behind::countDown); // has come with the same turn
      return null;
    });
    assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(behind.await(20, TimeUnit.SECONDS)).isTrue();
    try (Socket socket = dial(port)) {
      for (int i = 0; i < 50; i++) {
        say(socket, "ping");
        assertThat(hear(socket, 4)).isEqualTo("ping");
      }
    }
    reactor.blockingCall(() -> reactor.after(Duration.ofMillis(1)), SOON);
    assertThat(after.getCount()).isOne();
    loop.execute(closed::countDown);
    assertThat(after.await(20, TimeUnit.SECONDS)).isTrue();
    settle();
  }

  @Test
  void theConnectionWhoseCallItIsWaits() throws Exception {
    var closed = new CountDownLatch(1);
    var inside = new CountDownLatch(1);
    var log = new ArrayList<String>();
    var all = new CountDownLatch(2);
    int port =
        listen(
            Protocol.onData((transport, data) -> {
              String text = text(data);
              log.add("in " + text);
              if (text.equals("a")) {
                inside.countDown();
                loop.runInside(closed);
              }
              log.add("out " + text);
              all.countDown();
            }));
    try (Socket socket = dial(port)) {
      say(socket, "a");
      assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
      say(socket, "b");
      settle();
      loop.execute(closed::countDown);
      assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(log).containsExactly("in a", "out a", "in b", "out b");
  }

  @Test
  void modalLoopsInsideOfEachOther() throws Exception {
    var outer = new CountDownLatch(1);
    var inner = new CountDownLatch(1);
    var both = new CountDownLatch(2);
    reactor.execute(() -> {
      reactor.callLater(
          Duration.ZERO,
          () -> {
            loop.runInside(inner);
            both.countDown();
          });
      loop.runInside(outer);
      both.countDown();
    });
    settle();
    loop.execute(outer::countDown); // cannot end before the inner one
    settle();
    loop.execute(inner::countDown);
    assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
    settle();
  }

  @Test
  void stoppedInsideOfAModalLoop() throws Exception {
    int port = listen(Protocol.onData(Transport::write));
    var closed = new CountDownLatch(1);
    var inside = new CountDownLatch(1);
    var after = new CountDownLatch(1);
    try (Socket socket = dial(port)) {
      reactor.execute(() -> {
        inside.countDown();
        loop.runInside(closed);
        after.countDown();
      });
      assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
      reactor.stop();
      socket.close();
      reactor.awaitStopped(SOON);
    }
    assertThat(after.getCount()).isOne();
    loop.execute(closed::countDown);
    assertThat(after.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(loop.call(() -> "the loop goes on")).isEqualTo("the loop goes on");
  }

  // ---- Ends and refusals ----------------------------------------------------------------------

  @Test
  void aLoopThatEndsFirstStopsTheReactor() throws Exception {
    var lost = new CompletableFuture<ConnectionClosed>();
    int port =
        listen(transport ->
            new Protocol() {
              @Override
              public void dataReceived(ByteBuffer data) {}

              @Override
              public void drain(Transport drained) {
                drained.abortConnection();
              }

              @Override
              public void connectionLost(ConnectionClosed reason) {
                lost.complete(reason);
              }
            });
    try (Socket socket = dial(port)) {
      settle();
      loop.end();
      reactor.execute(() -> {}); // makes a turn due, which nobody runs
      reactor.awaitStopped(SOON);
      assertThat(lost).isCompleted();
    }
  }

  @Test
  void whatRunsAlreadyIsNotDriven() throws Exception {
    loop.call(() -> {
      assertThatThrownBy(() -> reactor.drivenBy(loop))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("driven has been run already");
      assertThatThrownBy(() -> reactor.polled(() -> {})).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(reactor::run).isInstanceOf(IllegalStateException.class);
      return null;
    });
  }

  @Test
  void anEngineThatWaitsByItselfOnlyIsRefused() throws Exception {
    loop.call(() -> {
      Reactor other = Reactor.create(ReactorOptions.defaults().withEngine(LoneEngine::open));
      assertThatThrownBy(() -> other.drivenBy(loop))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cannot be driven");
      other.stop();
      while (other.turn(Duration.ZERO)) {}
      return null;
    });
  }

  @Test
  void aLoopThatTakesNothingIsRefusedAtOnce() throws Exception {
    loop.call(() -> {
      Reactor other = Reactor.create();
      assertThatThrownBy(() ->
              other.drivenBy(task -> {
                throw new RejectedExecutionException();
              }))
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessageContaining("takes no turns");
      other.stop();
      while (other.turn(Duration.ZERO)) {}
      return null;
    });
  }
}
