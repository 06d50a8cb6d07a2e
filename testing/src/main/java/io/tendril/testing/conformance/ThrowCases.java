package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** T7: a protocol that throws. */
interface ThrowCases extends Cases {
  /** What can be thrown. */
  @SuppressWarnings("ImmutableEnumChecker") // nobody changes them
  enum Thrown {
    UNCHECKED(new IllegalStateException("on purpose")),
    CHECKED(new IOException("on purpose")),
    ASSERTION(new AssertionError("on purpose")),
    LINKAGE(new NoClassDefFoundError("on purpose")),
    STACK_OVERFLOW(new StackOverflowError("on purpose"));

    final Throwable failure;

    Thrown(Throwable failure) {
      this.failure = failure;
    }

    void now() throws Exception {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    }
  }

  /** The callbacks whose exceptions close the connection. */
  enum From {
    CONNECTION_MADE(Callback.CONNECTION_MADE),
    DATA_RECEIVED(Callback.DATA_RECEIVED),
    DATA_RECEIVED_LEAVING_SOME(Callback.DATA_RECEIVED_LEAVING_SOME),
    END_RECEIVED(Callback.END_RECEIVED);

    final Callback callback;

    From(Callback callback) {
      this.callback = callback;
    }
  }

  /** Waits for the end of a connection whose protocol has thrown, and checks what is told of it. */
  private void threw(Link link, Throwable failure) {
    rig().until("the peer is done", link.peer()::isOver);
    link.peer().close();
    var reason =
        assertInstanceOf(ConnectionClosed.ProtocolThrew.class, rig().lost(link.protocol()));
    assertSame(failure, reason.getCause());
    var reported = rig().reported(ReactorEvent.ProtocolFailed.class);
    assertSame(failure, reported.failure());
    assertEquals(link.transport().peer(), reported.peer());
  }

  @ParameterizedTest
  @EnumSource
  default void t7OnServersAnyCallbackThatThrowsCloses(From from) {
    var script = new Script();
    from.callback.does(script, protocol -> Thrown.UNCHECKED.now());
    Link link = rig().link(Side.SERVER, script);
    from.callback.provoke(rig(), link);
    threw(link, Thrown.UNCHECKED.failure);
  }

  @ParameterizedTest
  @EnumSource
  default void t7OnClientsAnyCallbackThatThrowsCloses(From from) {
    var script = new Script();
    from.callback.does(script, protocol -> Thrown.UNCHECKED.now());
    Link link = rig().link(Side.CLIENT, script);
    from.callback.provoke(rig(), link);
    threw(link, Thrown.UNCHECKED.failure);
  }

  @ParameterizedTest
  @EnumSource
  default void t7WhateverIsThrown(Thrown thrown) {
    Link link = rig().link(new Script().onData((protocol, data) -> thrown.now()));
    link.peer().send("x");
    threw(link, thrown.failure);
  }

  @Test
  default void t7WhatWasWrittenBeforeIsSent() {
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.transport.write("before");
              Thrown.UNCHECKED.now();
            });
    Link link = rig().link(script);
    link.peer().send("x").awaitEnd().expect("before");
    threw(link, Thrown.UNCHECKED.failure);
  }

  @Test
  default void t7NothingMoreIsDelivered() {
    Link link =
        rig()
            .link(
                new Script()
                    .onData((protocol, data) -> {
                      protocol.take(data, 1);
                      Thrown.UNCHECKED.now();
                    }));
    link.peer().send("abc");
    link.peer().awaitEnd();
    link.peer().send("def");
    threw(link, Thrown.UNCHECKED.failure);
    assertEquals(1, link.protocol().deliveries);
  }

  @Test
  default void t7OtherConnectionsGoOn() {
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.take(data);
              if (protocol.text().equals("throw")) {
                Thrown.UNCHECKED.now();
              }
              protocol.transport.write("fine");
            });
    Link bad = rig().link(script);
    Link good = rig().link(script);
    bad.peer().send("throw");
    good.peer().send("hello").expect("fine");
    threw(bad, Thrown.UNCHECKED.failure);
    good.peer().send("again").expect("finefine");
  }

  @Test
  default void t7TheListenerGoesOn() {
    var script = new Script().onMade(protocol -> Thrown.UNCHECKED.now());
    var listener = rig().listen(script);
    Peer first = rig().dial(listener);
    rig().until("the peer is done", first::isOver);
    script.onMade(protocol -> protocol.transport.write("welcome"));
    rig().dial(listener).expect("welcome");
    rig().reported(ReactorEvent.ProtocolFailed.class);
  }

  @Test
  default void t7ConnectionLostThatThrowsIsReported() {
    Link link = rig().link(new Script().onLost(protocol -> Thrown.CHECKED.now()));
    link.peer().close();
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(link.protocol()));
    rig().settle();
    var reported = rig().reported(ReactorEvent.ProtocolFailed.class);
    assertSame(Thrown.CHECKED.failure, reported.failure());
    assertEquals(List.of("made", "end", "lost Done"), link.protocol().calls);
    assertEquals(0, rig().reactor().stats().connections());
  }

  @Test
  default void t7DrainThatThrowsIsReportedAndTheReactorStops() {
    Link link = rig().link(new Script().onDrain(protocol -> Thrown.UNCHECKED.now()));
    rig().reactor().stop();
    link.peer().awaitEnd().close();
    rig().lost(link.protocol());
    rig().settle();
    assertEquals(Reactor.State.STOPPED, rig().reactor().state());
    assertSame(
        Thrown.UNCHECKED.failure, rig().reported(ReactorEvent.ProtocolFailed.class).failure());
  }

  @Test
  default void t7ADelayedCallThatThrowsIsReportedAndTheConnectionGoesOn() {
    Link link = rig().link(new Script());
    link.transport().callLater(Duration.ofSeconds(1), Thrown.CHECKED::now);
    rig().advance(Duration.ofSeconds(1));
    assertSame(Thrown.CHECKED.failure, rig().reported(ReactorEvent.CallFailed.class).failure());
    link.peer().send("still here?");
    rig().until("it arrives", () -> link.protocol().text().equals("still here?"));
  }

  @Test
  default void t7OneWritableActionThatThrowsDoesNotStopTheOthers() {
    Link link = rig().link(new Script());
    var called = new java.util.ArrayList<String>();
    link.transport().onWritable(() -> called.add("first"));
    link.transport()
        .onWritable(() -> {
          throw new IllegalStateException("on purpose");
        });
    link.transport().onWritable(() -> called.add("last"));
    rig().settle();
    assertEquals(List.of("first", "last"), called);
    rig().reported(ReactorEvent.CallFailed.class);
  }

  @Test
  default void t7AConsumerThatThrowsStopsItsSource() {
    Link link = rig().link(new Script());
    var flow = rig().outcome(link.transport().input().forEach(data -> Thrown.CHECKED.now()));
    link.peer().send("x");
    rig().until("the flow has ended", flow::isDone);
    assertSame(Thrown.CHECKED.failure, flow.failure(IOException.class));
    link.peer().awaitEnd().close();
    rig().lost(link.protocol());
    rig().allReported(ReactorEvent.ProtocolFailed.class);
  }

  @Test
  default void t7AThrowAfterLosingKeepsTheFirstReason() {
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.transport.loseConnection();
              Thrown.UNCHECKED.now();
            });
    Link link = rig().link(script);
    link.peer().send("x").awaitEnd().close();
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(link.protocol()));
    rig().reported(ReactorEvent.ProtocolFailed.class);
  }

  @Test
  default void t7AVirtualMachineErrorStopsTheReactor() {
    var error = new InternalError("on purpose");
    Link link =
        rig()
            .link(
                new Script()
                    .onData((protocol, data) -> {
                      throw error;
                    }));
    link.peer().sendSome("x".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Reactor reactor = rig().reactor();
    var thrown =
        assertThrows(
            InternalError.class,
            () -> {
              for (int i = 0; i < 1_000; i++) {
                rig().turn();
              }
            });
    assertSame(error, thrown);
    assertEquals(Reactor.State.STOPPED, reactor.state());
    rig().allReported(ReactorEvent.ProtocolFailed.class);
  }
}
