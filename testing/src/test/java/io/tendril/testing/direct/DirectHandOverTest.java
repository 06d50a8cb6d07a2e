package io.tendril.testing.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.Protocol;
import io.tendril.testing.MemoryPair;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Conversations beside other things: protocols that follow, pipes, both ends at once. */
class DirectHandOverTest extends DirectFixture {

  @Test
  void f6TheNextProtocolGetsWhatIsUnreadAndTheConnectionStays() {
    hold(connection -> {
      log.add(connection.readLine());
      connection.become(
          Protocol.onData((transport, data) -> {
            log.add(data.remaining());
            transport.write(data);
          }));
    });
    peer.deliver("UPGRADE\nrest");
    peer.deliver("more");
    assertThat(log).containsExactly("UPGRADE", 4, 4);
    assertThat(peer.text()).isEqualTo("restmore");
    assertThat(peer.isClosing()).isFalse();
    assertThat(peer.isPaused()).isFalse();
  }

  @Test
  void f6AlsoWhenItIsHandedOverOutsideOfADelivery() {
    hold(connection -> {
      log.add(connection.readLine());
      work.deferred().await();
      connection.become(Protocol.direct(next -> log.add("next: " + next.readLine())));
    });
    peer.deliver("UPGRADE\nrest\n");
    finishWork();
    assertThat(log).containsExactly("UPGRADE", "next: rest");
  }

  @Test
  void afterHandingOverItCannotRead() {
    hold(connection -> {
      connection.become(Protocol.onData((transport, data) -> {}));
      try {
        connection.readLine();
      } catch (IllegalStateException e) {
        log.add("refused");
      }
    });
    assertThat(log).containsExactly("refused");
  }

  @Test
  void theRestOfTheInputFlowsIntoASink() {
    hold(connection -> {
      log.add(connection.readLine());
      log.add(connection.transport().input().pipeTo(connection.transport()).await());
    });
    peer.deliver("ECHO\nabc");
    peer.deliver("def");
    peer.end();
    assertThat(peer.text()).isEqualTo("abcdef");
    assertThat(log).containsExactly("ECHO", 6L);
    assertThat(peer.isOutputShut()).isTrue();
  }

  @Test
  void bothEndsAreHeldInDirectStyle() {
    var rounds = new AtomicInteger();
    var pair =
        MemoryPair.connect(
            Protocol.direct(client -> {
              for (int i = 0; i < 10; i++) {
                client.writeLine("line " + i);
                log.add(client.readLine());
              }
            }),
            Protocol.direct(server -> {
              for (var line : server.lines()) {
                rounds.incrementAndGet();
                server.writeLine(line + "!");
              }
            }));
    pair.pump(1);
    pair.clock().advance(Duration.ofSeconds(5));
    pair.pump();
    assertThat(log).hasSize(10).last().isEqualTo("line 9!");
    assertThat(rounds).hasValue(10);
    assertThat(pair.reactor().stats().connections()).isZero();
  }
}
