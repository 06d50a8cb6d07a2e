package io.tendril.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tendril.testing.RecordingTransport;
import java.util.Arrays;

/**
 * A whole connection: whatever arrives is answered, never anything else, and the same however it is
 * cut. The seeds are run in every build; {@code JAZZER_FUZZ=1} looks for more.
 */
class ConnectionFuzzTest {
  /** What came back, and whether the connection goes on. */
  private record Answer(String text, boolean closing, boolean shut) {}

  @FuzzTest(maxDuration = "10m")
  void answersTheSameHoweverItIsCut(byte[] octets) {
    Answer whole = answer(octets, octets.length);
    assertThat(answer(octets, 1)).isEqualTo(whole);
    if (octets.length > 1) {
      assertThat(answer(octets, 1 + (octets[0] & 63))).isEqualTo(whole);
    }
  }

  private static Answer answer(byte[] octets, int step) {
    var connection = new RecordingTransport();
    connection.connect(SampleSite.server());
    for (int at = 0; at < octets.length; at += step) {
      connection.deliver(Arrays.copyOfRange(octets, at, Math.min(octets.length, at + step)));
    }
    return new Answer(connection.text(), connection.isClosing(), connection.isOutputShut());
  }
}
