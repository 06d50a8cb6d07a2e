package io.tendril.testing.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Connection;
import io.tendril.core.ConnectionClosed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a conversation writes, and when it waits in doing so. */
class DirectWriteTest extends DirectFixture {

  @Test
  void writesOfOneStretchGoOutInOrder() {
    hold(connection -> {
      connection.write("a");
      connection.write(ByteBuffer.wrap(new byte[] {'b'}));
      connection.writeLine("c");
      work.deferred().await();
    });
    assertThat(peer.text()).isEqualTo("abc\r\n");
    finishWork();
  }

  @Test
  void aLineWithAnEndInItIsRefused() {
    hold(connection -> {
      try {
        connection.writeLine("one\nQUIT");
      } catch (IllegalArgumentException e) {
        log.add("refused");
      }
    });
    assertThat(log).containsExactly("refused");
    assertThat(peer.text()).isEmpty();
  }

  @Test
  void p1AWritePastTheHighMarkSuspendsUntilTheLowMark() {
    hold(connection -> {
      connection.readLine();
      for (int i = 0; i < 10; i++) {
        connection.write(ByteBuffer.allocate(20_000));
        log.add(i);
      }
    });
    peer.stall();
    peer.deliver("go\n");
    assertThat(log).hasSize(3);
    assertThat(peer.transport().outboundBytes()).isEqualTo(80_000);
    peer.drain();
    assertThat(log).hasSize(10);
    assertThat(peer.bytes()).hasSize(200_000);
  }

  @Test
  void muchInOneWriteIsNeverInMemoryTwice() {
    int size = 32 << 20;
    hold(connection -> {
      connection.readLine();
      connection.write(ByteBuffer.allocate(size));
      log.add("written");
    });
    peer.stall();
    peer.deliver("go\n");
    assertThat(log).isEmpty();
    assertThat(peer.isClosing()).isFalse();
    peer.drain();
    assertThat(log).containsExactly("written");
    assertThat(peer.bytes()).hasSize(size);
  }

  @Test
  void afterShutdownOutputItGoesOnReadingAndRefusesToWrite() {
    hold(connection -> {
      connection.writeLine("my last");
      connection.shutdownOutput();
      log.add(connection.readLine());
      try {
        connection.write("more");
      } catch (IllegalStateException e) {
        log.add("refused");
      }
    });
    assertThat(peer.isOutputShut()).isTrue();
    peer.deliver("yours\n");
    assertThat(log).containsExactly("yours", "refused");
    assertThat(peer.text()).isEqualTo("my last\r\n");
  }

  @Test
  void aCharacterThatTheCharsetDoesNotHaveIsRefused() {
    hold(connection -> {
      connection.charset(StandardCharsets.US_ASCII);
      try {
        connection.writeLine("caf\u00e9");
      } catch (IllegalArgumentException e) {
        log.add(e.getMessage());
      }
      connection.writeLine("coffee");
    });
    assertThat(log).containsExactly("text with a character that is not in US-ASCII");
    assertThat(peer.text()).isEqualTo("coffee\r\n");
  }

  @Test
  void severalMayWaitForRoomAtATime() {
    hold(connection -> {
      connection.readLine();
      var other =
          peer.reactor()
              .async(() -> {
                connection.write(ByteBuffer.allocate(60_000));
                log.add("other");
                return null;
              });
      connection.write(ByteBuffer.allocate(60_000));
      log.add("one");
      other.await();
    });
    peer.stall();
    peer.deliver("go\n");
    assertThat(log).containsExactly("other");
    peer.drain();
    assertThat(log).containsExactly("other", "one");
    assertThat(peer.bytes()).hasSize(120_000);
  }

  @Test
  void flushEndsWhenAllIsSentOrTheConnectionIsGone() {
    hold(connection -> {
      connection.write("a");
      connection.flush();
      log.add("sent");
      connection.readLine();
      connection.write("b");
      connection.flush();
      log.add("never");
    });
    assertThat(log).containsExactly("sent");
    peer.stall();
    peer.deliver("go\n");
    peer.reset();
    peer.clock().runCurrent();
    assertThat(log).containsExactly("sent");
    assertThat(peer.reason()).isInstanceOf(ConnectionClosed.Lost.class);
  }

  @Test
  void aDeadlineBoundsTheFlush() {
    hold(connection -> {
      connection.readLine();
      connection.deadline(Duration.ofSeconds(1));
      connection.write("a");
      try {
        connection.flush();
      } catch (Connection.DeadlinePassed e) {
        log.add(e.what());
      }
      connection.write("b");
    });
    peer.stall();
    peer.deliver("go\n");
    peer.clock().advance(Duration.ofSeconds(1));
    assertThat(log).containsExactly("the output to be sent");
    peer.drain();
    assertThat(peer.text()).isEqualTo("ab");
  }
}
