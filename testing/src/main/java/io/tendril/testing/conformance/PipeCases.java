package io.tendril.testing.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Sink;
import io.tendril.core.Source;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P2: sources, and pipes from one connection to another. */
interface PipeCases extends Cases {
  /** Two connections, the input of one flowing into the other. */
  record Flow(Link from, Link to, Fate<Long> fate) {}

  private Flow flow() {
    Link from = rig().link(new Script());
    Link to = rig().link(Side.CLIENT, new Script());
    return new Flow(from, to, rig().outcome(from.transport().input().pipeTo(to.transport())));
  }

  /** A consumer that keeps all bytes. */
  private static Source.Receiver into(ByteArrayOutputStream bytes) {
    return data -> {
      while (data.hasRemaining()) {
        bytes.write(data.get());
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 70_000, 5_000_000})
  default void p2EverythingFlowsAndTheCountIsTold(int size) {
    Flow flow = flow();
    byte[] data = Payload.of(size);
    flow.from().peer().send(data).shutdownOutput();
    flow.to().peer().expect(data);
    rig().until("the pipe ends", flow.fate()::isDone);
    assertEquals(size, flow.fate().value());
    assertTrue(flow.to().transport().writable(), "the sink stays open");
    assertEquals(0, flow.from().protocol().deliveries);
  }

  @Test
  default void p2ASlowSinkSlowsTheSource() {
    Flow flow = flow();
    flow.to().peer().pause();
    int most = 60_000_000;
    int sent = 0;
    for (int i = 0; i < 60; i++) {
      sent += flow.from().peer().sendSome(Payload.of(most / 60, sent));
      rig().settle();
      assertTrue(
          flow.to().transport().outboundBytes() < 1 << 20,
          "queued " + flow.to().transport().outboundBytes());
    }
    assertTrue(sent < most, "took all of it");
    flow.from().peer().shutdownOutput();
    flow.to().peer().resume().expect(Payload.of(sent));
    rig().until("the pipe ends", flow.fate()::isDone);
    assertEquals(sent, flow.fate().value());
  }

  @Test
  default void p2TheEndOfTheSourceIsNotTheProtocols() {
    Flow flow = flow();
    flow.from().peer().shutdownOutput();
    rig().until("the pipe ends", flow.fate()::isDone);
    rig().settle();
    assertFalse(flow.from().protocol().isEnded());
    assertFalse(flow.from().protocol().isLost());
    flow.from().transport().write("still open");
    flow.from().peer().expect("still open");
  }

  @Test
  default void p2LosingTheSourceFailsThePipe() {
    Flow flow = flow();
    flow.from().peer().send("some");
    flow.to().peer().expect("some");
    flow.from().peer().reset();
    rig().until("the pipe ends", flow.fate()::isDone);
    flow.fate().failure(ConnectionClosed.Lost.class);
    assertTrue(flow.to().transport().writable(), "the sink stays open");
  }

  @Test
  default void p2LosingTheSinkStopsTheSource() {
    Flow flow = flow();
    flow.to().peer().reset();
    rig()
        .until(
            "the sink is lost",
            () -> {
              flow.from().peer().sendSome(Payload.of(10));
              return flow.to().protocol().isLost();
            });
    rig().settle();
    flow.fate().failure(ConnectionClosed.Lost.class);
    assertFalse(flow.from().protocol().isLost());
    flow.from().peer().sendSome(Payload.of(1_000));
    rig().settle();
    assertEquals(0, flow.from().protocol().deliveries);
    rig().assertQuiet();
  }

  @Test
  default void p2ASinksEndIsToldOnceToThoseWhoStillWait() {
    Link link = rig().link(new Script());
    var told = new ArrayList<String>();
    Sink.Registration takenBack = link.transport().onClosed(_ -> told.add("taken back"));
    Sink.Registration[] second = new Sink.Registration[1];
    link.transport()
        .onClosed(reason -> {
          told.add("first " + reason.getClass().getSimpleName());
          second[0].cancel();
        });
    second[0] = link.transport().onClosed(_ -> told.add("taken back by the first"));
    link.transport().onClosed(_ -> told.add("last"));
    takenBack.cancel();
    takenBack.cancel();
    link.peer().close();
    rig().lost(link.protocol());
    link.transport().onClosed(_ -> told.add("late")).cancel();
    assertEquals(List.of("first Done", "last", "late"), told);
  }

  @Test
  default void p2ASinkThatIsLostAlreadyFailsAtOnce() {
    Link from = rig().link(new Script());
    Link to = rig().link(new Script());
    to.peer().close();
    rig().lost(to.protocol());
    var fate = rig().outcome(from.transport().input().pipeTo(to.transport()));
    rig().settle();
    fate.failure(ConnectionClosed.Done.class);
  }

  @Test
  default void p2ASourceThatIsLostAlreadyFailsAtOnce() {
    Link from = rig().link(new Script());
    Link to = rig().link(new Script());
    from.peer().close();
    rig().lost(from.protocol());
    var fate = rig().outcome(from.transport().input().pipeTo(to.transport()));
    rig().settle();
    fate.failure(ConnectionClosed.Done.class);
    assertTrue(to.transport().writable());
  }

  @Test
  default void p2CancellingStopsTheSource() {
    Link from = rig().link(new Script());
    Link to = rig().link(new Script());
    var pipe = from.transport().input().pipeTo(to.transport());
    var fate = rig().outcome(pipe);
    from.peer().send("some");
    to.peer().expect("some");
    pipe.cancel();
    fate.failure(CancellationException.class);
    from.peer().send("more");
    rig().settle();
    assertEquals("some", to.peer().text());
    assertTrue(to.transport().writable());
  }

  @Test
  default void p2AProxyPassesBothDirectionsAndBothEnds() {
    Link here = rig().link(new Script());
    Link there = rig().link(Side.CLIENT, new Script());
    rig()
        .outcome(
            here.transport()
                .input()
                .pipeTo(there.transport())
                .thenRun(there.transport()::shutdownOutput));
    rig()
        .outcome(
            there
                .transport()
                .input()
                .pipeTo(here.transport())
                .thenRun(here.transport()::shutdownOutput));
    byte[] question = Payload.of(2_000_000);
    byte[] answer = Payload.of(3_000_000, 77);
    here.peer().send(question).shutdownOutput();
    there.peer().awaitEnd().expect(question);
    there.peer().send(answer).shutdownOutput();
    here.peer().awaitEnd().expect(answer);
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(here.protocol()));
    assertInstanceOf(ConnectionClosed.Done.class, rig().lost(there.protocol()));
  }

  @Test
  default void p2UnreadBytesFlowFirst() {
    var script = new Script().onData((protocol, data) -> protocol.take(data, 1));
    Link link = rig().link(script);
    link.peer().send("abc");
    rig().settle();
    var bytes = new ByteArrayOutputStream();
    rig().outcome(link.transport().input().forEach(into(bytes)));
    rig().settle();
    assertEquals("bc", bytes.toString(java.nio.charset.StandardCharsets.UTF_8));
    link.peer().send("def");
    rig().until("the rest flows", () -> bytes.size() == 5);
    assertEquals(1, link.protocol().deliveries);
  }

  @Test
  default void p2FlowingResumesAPausedConnection() {
    Link link = rig().link(new Script().onMade(protocol -> protocol.transport.pauseReading()));
    link.peer().send("abc");
    rig().settle();
    var bytes = new ByteArrayOutputStream();
    rig().outcome(link.transport().input().forEach(into(bytes)));
    assertEquals(0, bytes.size(), "delivered from inside of forEach");
    rig().until("it flows", () -> bytes.size() == 3);
  }

  @Test
  default void p2FlowingMayBeginInDataReceived() {
    var bytes = new ByteArrayOutputStream();
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.take(data, 4);
              rig().outcome(protocol.transport.input().forEach(into(bytes)));
            });
    Link link = rig().link(script);
    byte[] data = Payload.of(300_000);
    link.peer().send(data);
    rig().until("it flows", () -> bytes.size() == data.length - 4);
    assertArrayEquals(Payload.of(data.length - 4, 4), bytes.toByteArray());
    assertEquals(1, link.protocol().deliveries);
  }

  @Test
  default void p2ASourceFlowsOnce() {
    Link link = rig().link(new Script());
    rig().outcome(link.transport().input().forEach(data -> {}));
    assertThrows(IllegalStateException.class, () -> link.transport().input().forEach(data -> {}));
  }

  @Test
  default void p2PausingTheSourceHolds() {
    Link link = rig().link(new Script());
    var bytes = new ByteArrayOutputStream();
    Source input = link.transport().input();
    var fate = rig().outcome(input.forEach(into(bytes)));
    input.pause();
    link.peer().send("abc").shutdownOutput();
    rig().settle();
    assertEquals(0, bytes.size());
    assertFalse(fate.isDone());
    input.resume();
    rig().until("it flows", fate::isDone);
    assertEquals(3L, fate.value());
  }

  @Test
  default void p2PausingInsideOfTheConsumerHolds() {
    Link link = rig().link(new Script());
    var bytes = new ByteArrayOutputStream();
    Source input = link.transport().input();
    rig()
        .outcome(
            input.forEach(data -> {
              into(bytes).accept(data);
              input.pause();
            }));
    link.peer().send("abc");
    rig().until("the first flows", () -> bytes.size() == 3);
    link.peer().send("def");
    rig().settle();
    assertEquals(3, bytes.size());
    input.resume();
    rig().until("the rest flows", () -> bytes.size() == 6);
  }

  @Test
  default void p2StoppingGivesUp() {
    Link link = rig().link(new Script());
    var bytes = new ByteArrayOutputStream();
    Source input = link.transport().input();
    var fate = rig().outcome(input.forEach(into(bytes)));
    input.stop();
    fate.failure(CancellationException.class);
    input.stop();
    link.peer().send("nobody takes this");
    rig().settle();
    assertEquals(0, bytes.size());
    assertEquals(0, link.protocol().deliveries);
    assertFalse(link.protocol().isLost());
  }

  @Test
  default void p2StoppingInsideOfTheConsumerGivesUp() {
    Link link = rig().link(new Script());
    Source input = link.transport().input();
    var calls = new int[1];
    var fate =
        rig()
            .outcome(
                input.forEach(data -> {
                  calls[0]++;
                  input.stop();
                }));
    link.peer().send("abc");
    rig().until("it ends", fate::isDone);
    fate.failure(CancellationException.class);
    link.peer().sendSome(Payload.of(100));
    rig().settle();
    assertEquals(1, calls[0]);
  }

  @Test
  default void p2AStoppedSourceKeepsNoReactorBusy() {
    Link link = rig().link(new Script());
    Source input = link.transport().input();
    rig().outcome(input.forEach(data -> {}));
    input.stop();
    link.peer().sendSome(new byte[1 << 20]);
    rig().settle();
    rig().assertQuiet();
  }
}
