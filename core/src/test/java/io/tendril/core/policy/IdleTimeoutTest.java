package io.tendril.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.Source;
import io.tendril.core.Transport;
import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.ManualTransport;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Contract L5: idle time. */
class IdleTimeoutTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration NEARLY = Duration.ofSeconds(59);

  private ManualReactor reactor;
  private ManualTransport below;
  private Transport transport;

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
    below = new ManualTransport(reactor);
  }

  @AfterEach
  void close() {
    reactor.close();
    assertThat(reactor.events).isEmpty();
  }

  private void connect(IdleTimeout policy) throws Exception {
    below.connect(
        policy.wrap(given -> {
          transport = given;
          return data -> data.position(data.limit());
        }));
  }

  @Test
  void closesAConnectionOnWhichNothingHappens() throws Exception {
    connect(IdleTimeout.of(LIMIT));
    reactor.advance(LIMIT.minusNanos(1));
    assertThat(below.closing).isNull();
    reactor.advance(Duration.ofNanos(1));
    assertThat(below.closing)
        .isInstanceOf(ConnectionClosed.TimedOut.class)
        .hasMessageContaining("idle for 60000 ms");
  }

  @Test
  void whatArrivesKeepsItAlive() throws Exception {
    connect(IdleTimeout.of(LIMIT));
    for (int i = 0; i < 5; i++) {
      reactor.advance(NEARLY);
      below.deliver("x");
    }
    assertThat(below.closing).isNull();
    assertThat(reactor.pendingCalls()).as("one delayed call for each connection").isOne();
    reactor.advance(LIMIT);
    assertThat(below.closing).isNotNull();
  }

  @Test
  void whatIsWrittenKeepsItAlive() throws Exception {
    connect(IdleTimeout.of(LIMIT));
    for (int i = 0; i < 5; i++) {
      reactor.advance(NEARLY);
      transport.write("x");
    }
    assertThat(below.closing).isNull();
  }

  @Test
  void whatIsWrittenDoesNotKeepItAliveWhereOnlyArrivalsCount() throws Exception {
    connect(IdleTimeout.ofArrivals(LIMIT));
    reactor.advance(NEARLY);
    transport.write("x");
    reactor.advance(Duration.ofSeconds(1));
    assertThat(below.closing).hasMessageContaining("nothing received for 60000 ms");
  }

  @Test
  void bytesThatWaitForTheRestOfAMessageCountWhenTheyComeAndNotWhenTheyArePresentedAgain()
      throws Exception {
    below.connect(IdleTimeout.of(LIMIT).wrap(given -> data -> {}));
    below.deliver("x");
    reactor.advance(NEARLY);
    below.resumeReading();
    reactor.settle();
    reactor.advance(Duration.ofSeconds(1));
    assertThat(below.closing).isNotNull();
  }

  @Test
  void aLongTransferIsNotIdleWhileItMoves() throws Exception {
    connect(IdleTimeout.of(LIMIT));
    below.stalled = true;
    transport.write(ByteBuffer.allocate(1_000));
    for (int i = 0; i < 5; i++) {
      reactor.advance(NEARLY);
      below.stalledBytes -= 100;
    }
    assertThat(below.closing).isNull();
  }

  @Test
  void aTransferThatDoesNotMoveIsIdle() throws Exception {
    connect(IdleTimeout.of(LIMIT));
    below.stalled = true;
    transport.write("x");
    reactor.advance(LIMIT.multipliedBy(2));
    assertThat(below.closing).isInstanceOf(ConnectionClosed.TimedOut.class);
  }

  @Test
  void goesOnWhileReadingIsPaused() throws Exception {
    connect(IdleTimeout.of(LIMIT));
    transport.pauseReading();
    reactor.advance(LIMIT);
    assertThat(below.closing).isNotNull();
  }

  @Test
  void livesOnWhenTheConnectionIsHandedOver() throws Exception {
    connect(IdleTimeout.of(LIMIT));
    Protocol next = data -> data.position(data.limit());
    Protocol now = transport.become(given -> next);
    assertThat((Object) now).isSameAs(next);
    reactor.advance(NEARLY);
    below.deliver("x");
    reactor.advance(NEARLY);
    assertThat(below.closing).isNull();
    reactor.advance(Duration.ofSeconds(1));
    assertThat(below.closing).isNotNull();
  }

  @Test
  void seesWhatFlowsThroughTheSource() throws Exception {
    connect(IdleTimeout.of(LIMIT));
    Source input = transport.input();
    var unused = input.forEach(data -> {});
    for (int i = 0; i < 5; i++) {
      reactor.advance(NEARLY);
      below.deliver("x");
    }
    assertThat(below.closing).isNull();
  }

  @Test
  void leavesNothingBehindWhenTheConnectionIsGone() throws Exception {
    connect(IdleTimeout.of(LIMIT));
    below.lose();
    assertThat(reactor.pendingCalls()).isZero();
  }

  @Test
  void refusesATimeThatIsNone() {
    assertThatIllegalArgumentException().isThrownBy(() -> IdleTimeout.of(Duration.ZERO));
  }
}
