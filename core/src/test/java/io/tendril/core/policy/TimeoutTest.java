package io.tendril.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.doubles.ManualReactor;
import io.tendril.core.doubles.ManualTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Contract L4. */
class TimeoutTest {
  private ManualReactor reactor;
  private Timeout timeout;
  private final List<Duration> expired = new ArrayList<>();

  @BeforeEach
  void open() {
    reactor = new ManualReactor();
    timeout = Timeout.of(reactor, expired::add);
  }

  @AfterEach
  void close() {
    reactor.close();
    assertThat(reactor.events).isEmpty();
  }

  private static Duration seconds(int count) {
    return Duration.ofSeconds(count);
  }

  @Test
  void expiresOnceAfterItsTime() {
    timeout.set(seconds(5));
    reactor.advance(seconds(5).minusNanos(1));
    assertThat(expired).isEmpty();
    reactor.advance(Duration.ofNanos(1));
    assertThat(expired).containsExactly(seconds(5));
    assertThat(timeout.period()).isZero();
    reactor.advance(seconds(60));
    assertThat(expired).hasSize(1);
    assertThat(reactor.pendingCalls()).isZero();
  }

  @Test
  void resetBeginsTheTimeAgain() {
    timeout.set(seconds(5));
    for (int i = 0; i < 10; i++) {
      reactor.advance(seconds(4));
      timeout.reset();
    }
    assertThat(expired).isEmpty();
    reactor.advance(seconds(5));
    assertThat(expired).hasSize(1);
  }

  @Test
  void resetsDoNotTouchTheDelayedCall() {
    timeout.set(seconds(5));
    for (int i = 0; i < 1_000; i++) {
      reactor.advance(Duration.ofMillis(1));
      timeout.reset();
      assertThat(reactor.pendingCalls()).isOne();
    }
    assertThat(reactor.untilNextCall()).isEqualTo(seconds(4));
  }

  @Test
  void settingReturnsThePreviousTime() {
    assertThat(timeout.set(seconds(5))).isZero();
    assertThat(timeout.set(seconds(7))).isEqualTo(seconds(5));
    assertThat(timeout.disable()).isEqualTo(seconds(7));
    assertThat(timeout.disable()).isZero();
  }

  @Test
  void aDisabledOneNeverExpires() {
    timeout.set(seconds(5));
    timeout.disable();
    timeout.reset();
    reactor.advance(seconds(60));
    assertThat(expired).isEmpty();
    assertThat(reactor.pendingCalls()).isZero();
  }

  @Test
  void aShorterTimeCountsAtOnce() {
    timeout.set(seconds(60));
    timeout.set(seconds(1));
    reactor.advance(seconds(1));
    assertThat(expired).containsExactly(seconds(1));
  }

  @Test
  void aLongerTimeCountsAtOnce() {
    timeout.set(seconds(1));
    timeout.set(seconds(60));
    reactor.advance(seconds(59));
    assertThat(expired).isEmpty();
    reactor.advance(seconds(1));
    assertThat(expired).containsExactly(seconds(60));
  }

  @Test
  void mayBeSetAgainWhenItExpires() {
    int[] left = {3};
    Timeout[] again = new Timeout[1];
    again[0] =
        Timeout.of(
            reactor,
            period -> {
              expired.add(period);
              if (--left[0] > 0) {
                again[0].set(period);
              }
            });
    again[0].set(seconds(1));
    reactor.advance(seconds(10));
    assertThat(expired).hasSize(3);
  }

  @Test
  void closesByDefaultWithAReasonThatNamesTheTime() {
    var transport = new ManualTransport(reactor);
    Timeout.closing(transport, "no command").set(seconds(2));
    reactor.advance(seconds(2));
    assertThat(transport.closing)
        .isInstanceOf(ConnectionClosed.TimedOut.class)
        .hasMessageContaining("no command for 2000 ms");
  }

  @Test
  void goesWithTheConnection() throws Exception {
    var transport = new ManualTransport(reactor);
    transport.connect(each -> data -> {});
    Timeout own = Timeout.of(transport, expired::add);
    own.set(seconds(2));
    transport.lose();
    reactor.advance(seconds(2));
    assertThat(expired).isEmpty();
  }

  @Test
  void refusesANegativeTime() {
    assertThatIllegalArgumentException().isThrownBy(() -> timeout.set(seconds(-1)));
  }
}
