package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.DatagramTransport;
import io.tendril.core.Deferred;
import io.tendril.core.DelayedCall;
import io.tendril.core.Listener;
import io.tendril.core.Promise;
import io.tendril.core.Reactor;
import io.tendril.core.Transport;
import io.tendril.spi.SocketSettings;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** D14: everything of a reactor is used in its thread. */
interface ThreadCases extends Cases {
  /** A use of something that belongs to a reactor. */
  @FunctionalInterface
  interface Use<T> {
    void of(T thing) throws Exception;
  }

  /** Checks that a use from another thread throws, and names the reactor and that thread. */
  private <T> void assertConfined(T thing, Use<T> use) {
    Throwable thrown = rig().elsewhere("a foreign thread", () -> use.of(thing));
    assertNotNull(thrown, "a wrong thread went unnoticed");
    assertInstanceOf(IllegalStateException.class, thrown);
    assertSays("a foreign thread", thrown);
    assertSays("a reactor of this case", thrown);
  }

  private Reactor named() {
    return rig().reactor(options -> options.withName("a reactor of this case"));
  }

  /** What can be done to a promise. */
  @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
  enum PromiseUse {
    SUCCEED(promise -> promise.succeed("x")),
    FAIL(promise -> promise.fail(new IllegalStateException("x"))),
    ON_CANCEL(promise -> promise.onCancel(() -> {})),
    CANCEL(promise -> promise.deferred().cancel()),
    ATTACH(promise -> promise.deferred().thenRun(() -> {})),
    SHARE(promise -> promise.deferred().share()),
    HAND_OVER(promise -> Deferred.gather(java.util.List.of(promise.deferred())).thenRun(() -> {}));

    final Use<Promise<String>> use;

    PromiseUse(Use<Promise<String>> use) {
      this.use = use;
    }
  }

  @ParameterizedTest
  @EnumSource
  default void d14APromiseIsUsedInItsReactorsThread(PromiseUse use) {
    Promise<String> promise = named().promise();
    assertConfined(promise, use.use);
    assertTrue(!promise.isDone());
  }

  /** What can be done to a delayed call. */
  @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
  enum CallUse {
    CANCEL(DelayedCall::cancel),
    RESET(call -> call.reset(Duration.ofSeconds(1))),
    DELAY(call -> call.delay(Duration.ofSeconds(1)));

    final Use<DelayedCall> use;

    CallUse(Use<DelayedCall> use) {
      this.use = use;
    }
  }

  @ParameterizedTest
  @EnumSource
  default void d14ADelayedCallIsUsedInItsReactorsThread(CallUse use) {
    var ran = new int[1];
    DelayedCall call = named().callLater(Duration.ofSeconds(5), () -> ran[0]++);
    assertConfined(call, use.use);
    rig().advance(Duration.ofSeconds(5));
    assertEquals(1, ran[0]);
  }

  /** What can be done to a transport. */
  @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
  enum TransportUse {
    WRITE(transport -> transport.write("x")),
    WRITE_OWNED(transport -> transport.writeOwned(ByteBuffer.allocate(1)).thenRun(() -> {})),
    WRITE_FULLY(transport -> transport.writeFully(ByteBuffer.allocate(1)).thenRun(() -> {})),
    PAUSE(Transport::pauseReading),
    RESUME(Transport::resumeReading),
    INPUT(transport -> transport.input().forEach(data -> {}).thenRun(() -> {})),
    LOSE(Transport::loseConnection),
    ABORT(Transport::abortConnection),
    SHUTDOWN_OUTPUT(Transport::shutdownOutput),
    MARKS(transport -> transport.marks(1, 2)),
    PAUSE_WHEN_FULL(transport -> transport.pauseReadingWhenFull(false)),
    ON_WRITABLE(transport -> transport.onWritable(() -> {})),
    ON_CLOSED(transport -> transport.onClosed(reason -> {})),
    BECOME(transport -> transport.become(new Script())),
    CALL_LATER(transport -> transport.callLater(Duration.ofSeconds(1), () -> {}));

    final Use<Transport> use;

    TransportUse(Use<Transport> use) {
      this.use = use;
    }
  }

  @ParameterizedTest
  @EnumSource
  default void d14ATransportIsUsedInItsReactorsThread(TransportUse use) {
    named();
    Link link = rig().link(new Script());
    assertConfined(link.transport(), use.use);
    link.peer().send("unharmed");
    rig().until("it arrives", () -> link.protocol().text().equals("unharmed"));
    link.transport().write("unharmed");
    link.peer().expect("unharmed");
  }

  /** What can be done to a listener. */
  @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
  enum ListenerUse {
    PAUSE(Listener::pauseAccepting),
    RESUME(Listener::resumeAccepting),
    CLOSE(listener -> listener.close().thenRun(() -> {}));

    final Use<Listener> use;

    ListenerUse(Use<Listener> use) {
      this.use = use;
    }
  }

  @ParameterizedTest
  @EnumSource
  default void d14AListenerIsUsedInItsReactorsThread(ListenerUse use) {
    named();
    var script = new Script();
    Listener listener = rig().listen(script);
    assertConfined(listener, use.use);
    rig().dial(listener);
    rig().until("it accepts", () -> script.built.size() == 1);
  }

  /** What can be done to a datagram socket. */
  @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
  enum DatagramUse {
    SEND(transport -> transport.send(ByteBuffer.allocate(1), transport.local())),
    PAUSE(DatagramTransport::pauseReading),
    RESUME(DatagramTransport::resumeReading),
    CLOSE(DatagramTransport::close),
    CALL_LATER(transport -> transport.callLater(Duration.ofSeconds(1), () -> {}));

    final Use<DatagramTransport> use;

    DatagramUse(Use<DatagramTransport> use) {
      this.use = use;
    }
  }

  @ParameterizedTest
  @EnumSource
  default void d14ADatagramSocketIsUsedInItsReactorsThread(DatagramUse use) {
    var script = new DatagramScript();
    rig()
        .value(
            named().network().datagram(rig().anyPort(), null, SocketSettings.defaults(), script));
    assertConfined(script.transport(), use.use);
    rig().datagramPeer().send("unharmed", script.transport().local());
    rig().until("it arrives", () -> script.received.size() == 1);
  }

  /** What can be asked of a reactor, from its own thread only. */
  @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
  enum ReactorUse {
    CALL_LATER(reactor -> reactor.callLater(Duration.ZERO, () -> {})),
    AFTER(reactor -> reactor.after(Duration.ZERO).thenRun(() -> {})),
    ASYNC(reactor -> reactor.async(() -> "x").thenRun(() -> {})),
    DEFER_TO_THREAD(reactor -> reactor.deferToThread(() -> "x").thenRun(() -> {})),
    ON_START(reactor -> reactor.onStart(Deferred::done)),
    BEFORE_STOP(reactor -> reactor.beforeStop("x", Deferred::done)),
    AFTER_STOP(reactor -> reactor.afterStop("x", Deferred::done)),
    TURN_INSIDE(reactor -> reactor.promise().succeed("x"));

    final Use<Reactor> use;

    ReactorUse(Use<Reactor> use) {
      this.use = use;
    }
  }

  @ParameterizedTest
  @EnumSource
  default void d14AReactorIsUsedInItsThread(ReactorUse use) {
    assertConfined(named(), use.use);
  }

  @Test
  default void d14TheNetworkIsUsedInItsReactorsThread() {
    Reactor reactor = named();
    InetSocketAddress address = rig().anyPort();
    SocketSettings settings = SocketSettings.defaults();
    assertConfined(
        reactor, r -> r.network().listen(address, settings, new Script()).thenRun(() -> {}));
    assertConfined(
        reactor,
        r ->
            r.network()
                .connect(address, "peer", settings, Duration.ofSeconds(1), new Script())
                .thenRun(() -> {}));
    assertConfined(
        reactor,
        r -> r.network().datagram(address, null, settings, new DatagramScript()).thenRun(() -> {}));
  }

  @Test
  default void d14AReactorThatRunsByItselfIsNotItsMakersAnyMore() {
    Running running = rig().running(options -> options.withName("a reactor of this case"));
    Throwable thrown = null;
    try {
      running.reactor().callLater(Duration.ZERO, () -> {});
    } catch (IllegalStateException e) {
      thrown = e;
    }
    assertNotNull(thrown, "the maker's thread went unnoticed");
  }

  // ---- The bridge -----------------------------------------------------------------------------

  @Test
  default void d14OnMovesAValueOver() throws Exception {
    Running here = rig().running(options -> options.withName("here"));
    Running there = rig().running(options -> options.withName("there"));
    var promise = new AtomicReference<@Nullable Promise<String>>();
    var moved = new AtomicReference<@Nullable Deferred<String>>();
    here.run(() -> {
      Promise<String> made = Promise.create();
      promise.set(made);
      moved.set(made.deferred().on(there.reactor()));
    });
    here.reactor().execute(() -> present(promise).succeed("moved"));
    var thread = new AtomicReference<@Nullable Thread>();
    String value =
        there.call(() ->
            present(moved).whenComplete((result, failure) -> thread.set(Thread.currentThread())));
    assertEquals("moved", value);
    there.run(() -> assertSame(Thread.currentThread(), thread.get()));
  }

  private static <T> T present(AtomicReference<@Nullable T> reference) {
    T value = reference.get();
    if (value == null) {
      throw new AssertionError("not set");
    }
    return value;
  }

  @Test
  default void d14OnMovesAFailureOver() {
    Reactor here = rig().reactor();
    Reactor there = rig().reactor(options -> options);
    Promise<String> promise = here.promise();
    var fate = rig().outcome(promise.deferred().on(there));
    var failure = new IllegalStateException("on purpose");
    promise.fail(failure);
    rig().until("it has moved", fate::isDone);
    assertSame(failure, fate.failure(IllegalStateException.class));
  }

  @Test
  default void d14OnMovesACancellationBack() {
    Reactor here = rig().reactor();
    Reactor there = rig().reactor(options -> options);
    var cancelled = new int[1];
    Promise<String> promise = here.promise();
    promise.onCancel(() -> cancelled[0]++);
    Deferred<String> moved = promise.deferred().on(there);
    var fate = rig().outcome(moved);
    moved.cancel();
    fate.failure(CancellationException.class);
    rig().until("the source is cancelled", () -> cancelled[0] == 1);
  }
}
