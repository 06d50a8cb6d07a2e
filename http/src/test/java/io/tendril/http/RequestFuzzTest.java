package io.tendril.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Whatever arrives is taken or refused, never anything else, and the same however it is cut. The
 * seeds are run in every build; {@code JAZZER_FUZZ=1} looks for more.
 */
class RequestFuzzTest {
  private static final HttpLimits LIMITS = HttpLimits.defaults().withHead(256, 8);

  @FuzzTest(maxDuration = "10m")
  void findsTheSameHoweverItIsCut(byte[] octets) {
    var found = Conversations.found(LIMITS, octets);
    assertThat(Conversations.foundOneByOne(LIMITS, octets)).isEqualTo(found);
    if (octets.length > 1) {
      int cut = (octets[0] & 0xff) * octets.length / 256;
      assertThat(Conversations.found(LIMITS, octets, cut)).isEqualTo(found);
    }
  }
}
