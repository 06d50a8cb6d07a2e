package io.tendril.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.testing.RecordingTransport;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuizTest {
  private final RecordingTransport player = new RecordingTransport();

  @BeforeEach
  void begin() {
    player.connect(Protocol.direct(Quiz::play));
  }

  @AfterEach
  void end() {
    player.clock().close();
  }

  private int asked() {
    String[] words = player.takeText().split("[ ?]");
    return Integer.parseInt(words[3]) * Integer.parseInt(words[5]);
  }

  @Test
  void countsTheRightAnswers() {
    player.deliver(asked() + "\r\n");
    player.deliver("no idea\r\n");
    player.takeText();
    player.deliver("never\r\n");
    assertThat(player.text()).isEqualTo("You have 1 of 3.\r\n");
    assertThat(player.isOutputShut()).isTrue();
  }

  @Test
  void doesNotWaitForEver() {
    player.clock().advance(Duration.ofMinutes(2));
    assertThat(player.reason()).isInstanceOf(ConnectionClosed.TimedOut.class);
  }

  @Test
  void takesAPlayersLeavingCalmly() {
    player.end();
    assertThat(player.isOutputShut()).isTrue();
  }
}
