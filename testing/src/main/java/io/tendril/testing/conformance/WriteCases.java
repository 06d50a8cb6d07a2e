package io.tendril.testing.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tendril.core.ConnectionClosed;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** T1: writing. */
interface WriteCases extends Cases {
  /** The kinds of buffers that can be written. */
  enum Kind {
    HEAP {
      @Override
      ByteBuffer of(byte[] bytes) {
        return ByteBuffer.wrap(bytes.clone());
      }
    },
    DIRECT {
      @Override
      ByteBuffer of(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
      }
    },
    READ_ONLY_HEAP {
      @Override
      ByteBuffer of(byte[] bytes) {
        return HEAP.of(bytes).asReadOnlyBuffer();
      }
    },
    READ_ONLY_DIRECT {
      @Override
      ByteBuffer of(byte[] bytes) {
        return DIRECT.of(bytes).asReadOnlyBuffer();
      }
    },
    PART_OF_A_HEAP_BUFFER {
      @Override
      ByteBuffer of(byte[] bytes) {
        return ByteBuffer.allocate(bytes.length + 20)
            .put(7, bytes)
            .position(7)
            .limit(7 + bytes.length);
      }
    },
    SLICE_OF_A_DIRECT_BUFFER {
      @Override
      ByteBuffer of(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length + 20).put(7, bytes).slice(7, bytes.length);
      }
    };

    abstract ByteBuffer of(byte[] bytes);
  }

  // ---- Whole and in order ---------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 1_000, 16_383, 16_384, 16_385, 65_536, 65_537, 131_073, 1_000_000, 9_000_000})
  default void t1EachSizeArrivesWhole(int size) {
    Link link = rig().link(new Script());
    byte[] data = Payload.of(size);
    link.transport().write(data);
    link.transport().write("|");
    byte[] expected = Arrays.copyOf(data, size + 1);
    expected[size] = '|';
    link.peer().expect(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 1_500, 16_384, 50_000})
  default void t1ManyWritesOfOneSizeKeepTheirOrder(int size) {
    Link link = rig().link(Side.CLIENT, new Script());
    int count = Math.max(5, Math.min(5_000, 1_000_000 / size));
    byte[] data = Payload.of(size * count);
    for (int i = 0; i < count; i++) {
      link.transport().write(ByteBuffer.wrap(data, i * size, size));
    }
    link.peer().expect(data);
  }

  @Test
  default void t1WritesOfManySizesKeepTheirOrder() {
    Link link = rig().link(new Script());
    byte[] data = Payload.of(2_000_000);
    for (int from = 0, size = 1; from < data.length; from += size, size = size * 3 % 40_009 + 1) {
      size = Math.min(size, data.length - from);
      link.transport().write(ByteBuffer.wrap(data, from, size));
    }
    link.peer().expect(data);
  }

  @Test
  default void t1WritesKeepTheirOrderPastAPeerThatReadsInSteps() {
    Link link = rig().link(new Script());
    byte[] data = Payload.of(6_000_000);
    link.peer().pause();
    for (int from = 0; from < data.length; from += 100_000) {
      link.transport().write(ByteBuffer.wrap(data, from, 100_000));
      link.peer().readSome(30_000);
      rig().turn();
    }
    link.peer().resume().expect(data);
  }

  @Test
  default void t1WritesOfDifferentCallbacksKeepTheirOrder() {
    var script =
        new Script()
            .onMade(protocol -> {
              protocol.transport.write("1");
              protocol.transport.callLater(
                  Duration.ofSeconds(1), () -> protocol.transport.write("4"));
            })
            .onData((protocol, data) -> {
              protocol.take(data);
              protocol.transport.write("3");
            })
            .onEnd(protocol -> {
              protocol.transport.write("5");
              return false;
            });
    Link link = rig().link(script);
    link.transport().write("2");
    link.peer().expect("12");
    link.peer().send("x").expect("123");
    rig().advance(Duration.ofSeconds(1));
    link.peer().shutdownOutput().expect("12345");
  }

  @Test
  default void t1AllKindsOfWritingKeepTheirOrder() {
    Link link = rig().link(new Script());
    var expected = new ByteArrayOutputStream();
    for (int i = 0; i < 60; i++) {
      byte[] data = Payload.of(1 + i * 997 % 30_000, i * 1_000);
      expected.writeBytes(data);
      switch (i % 4) {
        case 0 -> link.transport().write(data);
        case 1 -> rig().outcome(link.transport().writeOwned(ByteBuffer.wrap(data)));
        case 2 -> rig().outcome(link.transport().writeFully(Kind.DIRECT.of(data)));
        default -> link.transport().write(Kind.READ_ONLY_HEAP.of(data));
      }
    }
    link.peer().expect(expected.toByteArray());
  }

  @Test
  default void t1ALargeWriteGoesOnWhileReadingDoesToo() {
    Link link = rig().link(new Script());
    link.transport().pauseReadingWhenFull(false);
    link.peer().pause();
    byte[] data = Payload.of(8_000_000);
    link.transport().write(data);
    rig().settle();
    link.peer().resume().expect(data);
  }

  @Test
  default void t1WritesGoOutWithoutAnyOtherCall() {
    Link link = rig().link(new Script());
    link.transport().write("now");
    rig().turn();
    link.peer().expect("now");
  }

  @Test
  default void t1EchoesBothWays() {
    var echo =
        new Script()
            .onData((protocol, data) -> {
              int position = data.position();
              protocol.take(data);
              protocol.transport.write(data.position(position));
            });
    Link link = rig().link(echo);
    byte[] data = Payload.of(1_000_000);
    link.peer().send(data).expect(data);
  }

  // ---- Whose buffer it is ---------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource
  default void t1EachKindOfBufferIsSent(Kind kind) {
    Link link = rig().link(new Script());
    byte[] data = Payload.of(40_000);
    link.transport().write(kind.of(data));
    link.peer().expect(data);
  }

  @ParameterizedTest
  @EnumSource
  default void t1ThePositionMovesUnlessTheBufferIsPrepared(Kind kind) {
    Link link = rig().link(new Script());
    ByteBuffer buffer = kind.of(Payload.of(100));
    int limit = buffer.limit();
    int position = buffer.position();
    link.transport().write(buffer);
    assertEquals(limit, buffer.limit());
    assertEquals(buffer.isReadOnly() ? position : limit, buffer.position());
  }

  @Test
  default void t1ThePositionMovesWhenTheConnectionIsGoneToo() {
    Link link = rig().link(new Script());
    link.transport().abortConnection();
    ByteBuffer buffer = ByteBuffer.allocate(10);
    ByteBuffer prepared = ByteBuffer.allocate(10).asReadOnlyBuffer();
    link.transport().write(buffer);
    link.transport().write(prepared);
    assertEquals(0, buffer.remaining());
    assertEquals(10, prepared.remaining());
  }

  @Test
  default void t1APreparedBufferCanBeSentAgainAndAgain() {
    Link link = rig().link(new Script());
    ByteBuffer prepared = ByteBuffer.wrap("again ".getBytes(UTF_8)).asReadOnlyBuffer();
    for (int i = 0; i < 3; i++) {
      link.transport().write(prepared);
    }
    link.peer().expect("again again again ");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20_000, 200_000, 3_000_000})
  default void t1AfterWriteTheBufferIsTheCallersAgain(int size) {
    Link link = rig().link(new Script());
    link.peer().pause();
    byte[] data = Payload.of(size);
    byte[] mine = data.clone();
    link.transport().write(mine);
    Arrays.fill(mine, (byte) 0);
    link.peer().resume().expect(data);
  }

  @Test
  default void t1TheReceivedBufferCanBeWrittenBack() {
    var script =
        new Script()
            .onData((protocol, data) -> {
              protocol.transport.write(data);
              assertFalse(data.hasRemaining());
            });
    Link link = rig().link(script);
    link.peer().send("there and back").expect("there and back");
    assertEquals(java.util.List.of("made", "data"), link.protocol().calls);
  }

  // ---- Never blocks, never throws -------------------------------------------------------------

  @Test
  default void t1NeverBlocksOnAPeerThatDoesNotRead() {
    Link link = rig().link(new Script());
    link.peer().pause();
    byte[] data = Payload.of(15_000_000);
    link.transport().write(data);
    rig().settle();
    assertTrue(link.transport().outboundBytes() > 0);
    link.peer().resume().expect(data);
    assertEquals(0, link.transport().outboundBytes());
  }

  @Test
  default void t1NeverThrowsOnAClosedConnection() {
    Link link = rig().link(new Script());
    link.peer().reset();
    rig().lost(link.protocol());
    link.transport().write("nobody");
    link.transport().write(new byte[100_000]);
    link.transport().write(ByteBuffer.allocate(0));
    rig().settle();
    assertEquals(0, link.transport().outboundBytes());
    assertEquals(0, rig().reactor().stats().outboundBytes());
  }

  @Test
  default void t1NeverThrowsOnAConnectionThatIsBrokenUnnoticed() {
    Link link = rig().link(new Script());
    link.peer().reset();
    link.transport().write(new byte[1_000_000]);
    rig().lost(link.protocol());
  }

  @Test
  default void t1AWriteOfNothingSendsNothing() {
    Link link = rig().link(new Script());
    link.transport().write(ByteBuffer.allocate(0));
    link.transport().write("");
    rig().settle();
    assertEquals(0, link.transport().outboundBytes());
    assertEquals(0, link.peer().size());
  }

  // ---- Handing over ---------------------------------------------------------------------------

  @Test
  default void t1WriteOwnedTellsWhenTheBufferIsFree() {
    Link link = rig().link(new Script());
    rig().clog(link);
    var owned = rig().outcome(link.transport().writeOwned(ByteBuffer.wrap(Payload.of(100_000))));
    rig().settle();
    assertFalse(owned.isDone());
    link.peer().resume();
    rig().until("the buffer is free", owned::isDone);
    owned.value();
  }

  @Test
  default void t1WriteOwnedFiresLater() {
    Link link = rig().link(new Script());
    var owned = rig().outcome(link.transport().writeOwned(ByteBuffer.wrap(Payload.of(10))));
    assertFalse(owned.isDone());
    link.peer().expect(Payload.of(10));
    owned.value();
  }

  @Test
  default void t1WriteOwnedOfNothingIsDone() {
    Link link = rig().link(new Script());
    rig().value(link.transport().writeOwned(ByteBuffer.allocate(0)));
    rig().value(link.transport().writeFully(ByteBuffer.allocate(0)));
  }

  @Test
  default void t1WriteOwnedFailsWithTheConnection() {
    Link link = rig().link(new Script());
    rig().clog(link);
    var owned = rig().outcome(link.transport().writeOwned(ByteBuffer.allocate(100)));
    link.peer().reset();
    rig().lost(link.protocol());
    rig().settle();
    owned.failure(ConnectionClosed.Lost.class);
  }

  @Test
  default void t1WriteOwnedOnAClosedConnectionFails() {
    Link link = rig().link(new Script());
    link.peer().close();
    rig().lost(link.protocol());
    rig()
        .failure(
            ConnectionClosed.Done.class, link.transport().writeOwned(ByteBuffer.allocate(100)));
    rig()
        .failure(
            ConnectionClosed.Done.class, link.transport().writeFully(ByteBuffer.allocate(100)));
  }

  @Test
  default void t1WriteFullySendsDataOfAnySize() {
    Link link = rig().link(new Script());
    byte[] data = Payload.of(40_000_000);
    var sent = rig().outcome(link.transport().writeFully(ByteBuffer.wrap(data)));
    link.peer().expect(data);
    sent.value();
  }

  @Test
  default void t1ACancelledWriteOwnedGivesTheBufferBackAtOnce() {
    Link link = rig().link(new Script());
    int clogged = rig().clog(link);
    byte[] mine = Payload.of(100_000);
    byte[] data = mine.clone();
    var writing = link.transport().writeOwned(ByteBuffer.wrap(mine));
    var owned = rig().outcome(writing);
    writing.cancel();
    owned.failure(CancellationException.class);
    Arrays.fill(mine, (byte) 0);
    link.transport().write("|");
    link.peer().resume().awaitSize(clogged + 1);
    rig().settle();
    byte[] got = Arrays.copyOfRange(link.peer().bytes(), clogged, link.peer().size() - 1);
    assertEquals('|', link.peer().bytes()[link.peer().size() - 1]);
    assertTrue(Arrays.equals(got, Arrays.copyOf(data, got.length)), "bytes changed on their way");
  }

  @Test
  default void t1ACancelledWriteFullyStops() {
    Link link = rig().link(new Script());
    link.peer().pause();
    byte[] mine = Payload.of(30_000_000);
    byte[] data = mine.clone();
    var writing = link.transport().writeFully(ByteBuffer.wrap(mine));
    var fully = rig().outcome(writing);
    rig().settle();
    writing.cancel();
    fully.failure(CancellationException.class);
    Arrays.fill(mine, (byte) 0);
    link.transport().write("the end");
    link.transport().loseConnection();
    link.peer().resume().awaitEnd();
    int sent = link.peer().size() - 7;
    assertTrue(sent < data.length, "went on after the cancellation");
    assertTrue(
        Arrays.equals(Arrays.copyOf(link.peer().bytes(), sent), Arrays.copyOf(data, sent)),
        "bytes changed on their way");
    assertTrue(link.peer().text().endsWith("the end"));
  }
}
