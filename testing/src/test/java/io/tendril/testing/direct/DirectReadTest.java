package io.tendril.testing.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.framing.FramingViolation;
import io.tendril.core.framing.LineDecoder;
import io.tendril.core.framing.NetstringDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a conversation reads. */
class DirectReadTest extends DirectFixture {

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  private void deliverInPiecesOf(int size, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i += size) {
      peer.deliver(ByteBuffer.wrap(bytes, i, Math.min(size, bytes.length - i)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 100})
  void linesHoweverTheyAreCut(int size) {
    hold(connection -> {
      for (var line : connection.lines()) {
        connection.writeLine(line.toUpperCase(Locale.ROOT));
      }
      log.add("end");
    });
    deliverInPiecesOf(size, "one\r\nzwölf\nthree\r\n\r\n");
    peer.end();
    assertThat(peer.text()).isEqualTo("ONE\r\nZWÖLF\r\nTHREE\r\n\r\n");
    assertThat(log).containsExactly("end");
    assertThat(peer.isOutputShut()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100})
  void unitsOfSeveralKindsInTurn(int size) {
    hold(connection -> {
      log.add(connection.readLine());
      log.add(text(connection.readFully(4)));
      log.add(text(connection.read(new NetstringDecoder())));
      log.add(text(connection.readFully(0)));
      log.add(connection.readLine());
      log.add(connection.readLine());
    });
    deliverInPiecesOf(size, "LENGTH 4\r\nab\r\n5:hello,last\r\n");
    peer.end();
    assertThat(log).containsExactly("LENGTH 4", "ab\r\n", "hello", "", "last", null);
  }

  @Test
  void whateverIsThere() {
    hold(connection -> {
      for (ByteBuffer bytes; (bytes = connection.read()) != null; ) {
        log.add(text(bytes));
      }
    });
    peer.deliver("ab");
    peer.deliver("c");
    peer.end();
    assertThat(log).containsExactly("ab", "c");
  }

  @Test
  void whatItHasReadIsItsOwn() {
    hold(connection -> {
      ByteBuffer first = connection.read();
      ByteBuffer second = connection.readFully(3);
      log.add(text(first) + text(second));
    });
    peer.deliver("abc");
    peer.deliver("def");
    assertThat(log).containsExactly("abcdef");
  }

  @Test
  void muchInOneRead() {
    int size = 1 << 20;
    hold(connection -> {
      ByteBuffer all = connection.readFully(size);
      log.add(all.remaining());
      log.add(all.get(size - 1));
      log.add(connection.readLine());
    });
    byte[] piece = new byte[1 << 14];
    piece[piece.length - 1] = 7;
    for (int i = 0; i < size / piece.length; i++) {
      peer.deliver(piece);
    }
    peer.deliver("done\n");
    assertThat(log).containsExactly(size, (byte) 7, "done");
  }

  @Test
  void severalUnitsOfOneDeliveryWithoutSuspending() {
    hold(connection -> {
      for (int i = 0; i < 3; i++) {
        log.add(connection.readLine());
        peer.reactor().execute(() -> log.add("another call"));
      }
    });
    peer.deliver("a\nb\nc\n");
    assertThat(log).containsExactly("a", "b", "c", "another call", "another call", "another call");
  }

  // ---- The end --------------------------------------------------------------------------------

  @Test
  void theEndIsNullAgainAndAgain() {
    hold(connection -> {
      log.add(connection.readLine());
      log.add(connection.read());
      log.add(connection.read(new LineDecoder()));
    });
    peer.end();
    assertThat(log).containsExactly(null, null, null);
  }

  @Test
  void anEndInTheMiddleOfALineThrows() {
    hold(connection -> connection.lines().forEach(log::add));
    peer.deliver("whole\npart");
    peer.end();
    assertThat(log).containsExactly("whole");
    peer.clock().advance(Duration.ofSeconds(5));
    assertThat(peer.reason())
        .isInstanceOf(ConnectionClosed.Lost.class)
        .hasMessageContaining("the middle of a line");
  }

  @Test
  void anEndInFrontOfWhatMustComeThrows() {
    hold(connection -> {
      try {
        connection.readFully(3);
      } catch (ConnectionClosed.Lost e) {
        log.add(e.getMessage());
        throw e;
      }
    });
    peer.deliver("ab");
    peer.end();
    assertThat(log).singleElement().asString().contains("3 bytes");
  }

  @Test
  void whatCameBeforeTheEndIsReadBeforeIt() {
    hold(connection -> {
      log.add(connection.readLine());
      work.deferred().await();
      log.add(connection.readLine());
      log.add(connection.readLine());
    });
    peer.deliver("one\ntwo\n");
    peer.end();
    finishWork();
    assertThat(log).containsExactly("one", "two", null);
  }

  @Test
  void t6AfterThePeersEndItMayStillAnswer() {
    hold(connection -> {
      while (connection.readLine() != null) {
        continue;
      }
      work.deferred().await();
      connection.writeLine("all heard");
    });
    peer.deliver("x\n");
    peer.end();
    assertThat(peer.isClosing()).isFalse();
    finishWork();
    assertThat(peer.text()).isEqualTo("all heard\r\n");
    assertThat(peer.isClosing()).isTrue();
  }

  // ---- Pausing --------------------------------------------------------------------------------

  @Test
  void readingIsPausedWhileNothingReads() {
    hold(connection -> {
      log.add(connection.readLine());
      work.deferred().await();
      log.add(connection.readLine());
      log.add(connection.readLine());
    });
    peer.deliver("one\ntwo\n");
    assertThat(peer.isPaused()).isTrue();
    peer.deliver("three\n");
    assertThat(log).containsExactly("one");
    finishWork();
    assertThat(log).containsExactly("one", "two", "three");
  }

  @Test
  void readingIsPausedBeforeTheFirstRead() {
    hold(connection -> {
      work.deferred().await();
      log.add(connection.readLine());
    });
    assertThat(peer.isPaused()).isTrue();
    peer.deliver("early\n");
    finishWork();
    assertThat(log).containsExactly("early");
  }

  @Test
  void aPartOfALineIsNotPresentedAgainForNothing() {
    int[] looks = {0};
    hold(connection -> {
      log.add(connection.readLine());
      log.add(
          connection.read(in -> {
            looks[0]++;
            return in.remaining() >= 4 ? in.getInt() : null;
          }));
    });
    peer.deliver("x\nab");
    peer.clock().runCurrent();
    peer.deliver("cd");
    assertThat(log).hasSize(2);
    assertThat(looks[0]).isEqualTo(2);
  }

  @Test
  void aReadThatWasGivenUpLeavesTheNextOneInOrder() {
    hold(connection -> {
      connection.deadline(Duration.ofSeconds(1));
      try {
        connection.readLine();
      } catch (io.tendril.core.Connection.DeadlinePassed e) {
        log.add("late");
      }
      log.add(text(connection.readFully(3)));
      log.add(connection.readLine());
    });
    peer.deliver("abcd");
    peer.clock().advance(Duration.ofSeconds(1));
    peer.deliver("\n");
    assertThat(log).containsExactly("late", "abc", "d");
  }

  // ---- Misuse ---------------------------------------------------------------------------------

  @Test
  void twoCannotReadAtATime() {
    hold(connection -> {
      var other = peer.reactor().async(() -> connection.readLine());
      try {
        connection.readLine();
      } catch (IllegalStateException e) {
        log.add(e.getMessage());
      }
      log.add(other.await());
    });
    peer.deliver("line\n");
    assertThat(log).hasSize(2).last().isEqualTo("line");
    assertThat(log.getFirst()).asString().startsWith("another coroutine reads from connection");
  }

  @Test
  void l1BehindALineThatIsTooLongComesTheNextHoweverTheyAreCut() {
    hold(connection -> {
      try {
        connection.readLine();
      } catch (FramingViolation e) {
        log.add(e.getMessage());
      }
      log.add(connection.readLine());
    });
    deliverInPiecesOf(1_000, "x".repeat(40_000) + "\r\nnext\n");
    assertThat(log).containsExactly("a line of more than 16384 bytes", "next");
  }
}
