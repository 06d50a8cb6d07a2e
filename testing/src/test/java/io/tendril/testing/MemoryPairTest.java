package io.tendril.testing;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryPairTest {
  /** Keeps what it hears, call by call; a server says it back. */
  private static class Hearing implements Protocol {
    final Transport transport;
    final List<String> calls = new ArrayList<>();
    final boolean echo;
    ConnectionClosed lost;

    Hearing(Transport transport, boolean echo) {
      this.transport = transport;
      this.echo = echo;
    }

    String heard() {
      return String.join("", calls);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      String text = StandardCharsets.UTF_8.decode(data).toString();
      calls.add(text);
      if (text.contains("!")) {
        throw new IllegalStateException("shouted at");
      }
      if (echo) {
        transport.write(text);
      }
    }

    @Override
    public void connectionLost(ConnectionClosed reason) {
      lost = reason;
    }
  }

  private final MemoryPair<Hearing, Hearing> pair =
      MemoryPair.connect(t -> new Hearing(t, false), t -> new Hearing(t, true));

  @Test
  void movesNothingByItself() {
    pair.client().transport.write("ping");
    pair.clock().advance(ofSeconds(10));
    assertThat(pair.server().calls).isEmpty();
  }

  @Test
  void coalescesWritesAndBringsTheAnswer() {
    pair.client().transport.write("pi");
    pair.clock().runCurrent();
    pair.client().transport.write("ng");
    pair.pump();
    assertThat(pair.server().calls).containsExactly("ping");
    assertThat(pair.client().calls).containsExactly("ping");
  }

  @Test
  void splitsIntoPiecesOfASize() {
    pair.client().transport.write("abcde");
    pair.pump(2);
    assertThat(pair.server().calls).containsExactly("ab", "cd", "e");
    assertThat(pair.client().heard()).isEqualTo("abcde");
  }

  @Test
  void splitsAtRandomAndLosesNothing() {
    String text = "0123456789".repeat(30_000);
    pair.client().transport.write(text);
    pair.pumpRandomly(42);
    assertThat(pair.server().heard()).isEqualTo(text);
    assertThat(pair.client().heard()).isEqualTo(text);
    assertThat(pair.server().calls.size()).isGreaterThan(5);
  }

  @Test
  void theSameSeedSplitsAlike() {
    assertThat(randomCalls(1)).isEqualTo(randomCalls(1)).isNotEqualTo(randomCalls(2));
  }

  private static List<String> randomCalls(long seed) {
    var pair = MemoryPair.connect(t -> new Hearing(t, false), t -> new Hearing(t, true));
    pair.client().transport.write("0123456789".repeat(1_000));
    pair.pumpRandomly(seed);
    return pair.server().calls;
  }

  @Test
  void movesOneWayIfAsked() {
    pair.client().transport.write("ping");
    assertThat(pair.pumpToServer(3)).isTrue();
    assertThat(pair.server().calls).containsExactly("pin");
    assertThat(pair.client().calls).isEmpty();
    assertThat(pair.pumpToClient(100)).isTrue();
    assertThat(pair.pumpToClient(100)).isFalse();
    assertThat(pair.client().calls).containsExactly("pin");
  }

  @Test
  void closesBothSidesOnceTheEndsHaveMoved() {
    pair.client().transport.write("last");
    pair.client().transport.loseConnection();
    pair.clock().runCurrent();
    assertThat(pair.server().lost).isNull();
    pair.pump();
    assertThat(pair.server().heard()).isEqualTo("last");
    assertThat(pair.server().lost).isInstanceOf(ConnectionClosed.Done.class);
    assertThat(pair.client().lost).isInstanceOf(ConnectionClosed.Done.class);
  }

  @Test
  void abortsReachTheOtherSide() {
    pair.client().transport.abortConnection();
    pair.pump();
    assertThat(pair.client().lost).isInstanceOf(ConnectionClosed.Aborted.class);
    assertThat(pair.server().lost).isInstanceOf(ConnectionClosed.Lost.class);
  }

  @Test
  void respectsAPausedReader() {
    pair.client().transport.pauseReadingWhenFull(false);
    pair.server().transport.pauseReading();
    pair.client().transport.write(new byte[1_000_000]);
    pair.pump();
    assertThat(pair.server().calls).isEmpty();
    assertThat(pair.client().transport.outboundBytes()).isGreaterThan(700_000);
    pair.server().transport.resumeReading();
    pair.pump();
    assertThat(pair.server().heard().length()).isEqualTo(1_000_000);
    assertThat(pair.client().transport.outboundBytes()).isZero();
  }

  @Test
  void throwsWhatAProtocolThrows() {
    pair.client().transport.write("hey!");
    assertThatThrownBy(pair::pump)
        .isInstanceOf(AssertionError.class)
        .hasRootCauseMessage("shouted at");
  }

  @Test
  void saysWhyTheTwoWereNotConnected() {
    assertThatThrownBy(() ->
            MemoryPair.connect(
                t -> {
                  throw new IllegalArgumentException("no client");
                },
                t -> new Hearing(t, true)))
        .isInstanceOf(AssertionError.class)
        .hasStackTraceContaining("no client");
  }
}
