package io.tendril.tls.boringssl;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.tls.TlsOptions;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tickets of keys that have been exchanged meanwhile. */
class TicketKeysTest {
  private final HandClock clock = new HandClock();
  private final TlsOptions server = Pair.server();
  private final TlsOptions client = Pair.client();

  /** A connection, which gives its client new tickets: whether it was resumed. */
  private boolean connect() throws IOException {
    try (var pair = new Pair(client, server, clock)) {
      pair.shake();
      assertThat(pair.send("hello")).isEqualTo("hello");
      boolean resumed = ((BoringEngine) pair.server).isResumed();
      assertThat(((BoringEngine) pair.client).isResumed()).isEqualTo(resumed);
      return resumed;
    }
  }

  @Test
  void aTicketOfTheKeyThatIsInUseResumes() throws IOException {
    assertThat(connect()).as("there is none").isFalse();
    clock.advance(Duration.ofHours(11));
    assertThat(connect()).isTrue();
  }

  @Test
  void aTicketOfTheKeyBeforeResumesForADayAndIsExchanged() throws IOException {
    connect();
    connect(); // more tickets than one of the first key
    clock.advance(Duration.ofHours(13));
    assertThat(connect()).as("of the first key").isTrue();
    clock.advance(Duration.ofHours(30));
    assertThat(connect()).as("of the second one, the first is gone").isTrue();
  }

  @Test
  void anOlderOneMeansAFullHandshakeAndNoFailure() throws IOException {
    connect();
    clock.advance(Duration.ofHours(36));
    assertThat(connect()).isFalse();
    assertThat(connect()).as("by its tickets").isTrue();
  }

  @Test
  void aKeyIsForgottenHoweverLongNobodyCame() throws IOException {
    connect();
    clock.advance(Duration.ofDays(400));
    assertThat(connect()).isFalse();
  }

  @Test
  void eachServerHasKeysOfItsOwn() throws IOException {
    connect();
    TlsOptions other = Pair.server();
    try (var pair = new Pair(client, other, clock)) {
      pair.shake();
      assertThat(((BoringEngine) pair.server).isResumed()).isFalse();
      assertThat(pair.send("hello")).isEqualTo("hello");
    }
  }

  @Test
  void aClockThatGoesBackChangesNothing() throws IOException {
    connect();
    clock.advance(Duration.ofDays(-3));
    assertThat(connect()).isTrue();
  }
}
