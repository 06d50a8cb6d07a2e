package io.tendril.testing.direct;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
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
}
