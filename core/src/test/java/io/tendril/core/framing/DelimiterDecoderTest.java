package io.tendril.core.framing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Contract L3 for delimited units. */
class DelimiterDecoderTest {
  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static List<Object> units(String delimiter, int limit, String stream) {
    return Splits.decode(() -> new DelimiterDecoder(delimiter.getBytes(UTF_8), limit), stream);
  }

  @Test
  void findsUnits() {
    assertThat(units("\0", 9, "a\0\0bc\0d")).containsExactly(bytes("a"), bytes(""), bytes("bc"));
    assertThat(units("--", 9, "a--b-c----")).containsExactly(bytes("a"), bytes("b-c"), bytes(""));
  }

  @Test
  void findsTheFirstOfOverlappingDelimiters() {
    assertThat(units("aa", 9, "aaaxaaay")).containsExactly(bytes(""), bytes("ax"));
    assertThat(units("aab", 9, "aaaab")).containsExactly(bytes("aa"));
    assertThat(units("abab", 9, "abaabababab")).containsExactly(bytes("aba"), bytes(""));
  }

  @Test
  void refusesAUnitOverTheLimitOnceAndGoesOnWithTheNext() {
    String tooLong = "a unit of more than 3 bytes";
    assertThat(units("aab", 3, "xxxxaab" + "abcaab" + "xxxxxxxxxxaaab" + "aab"))
        .containsExactly(tooLong, bytes("abc"), tooLong, bytes(""));
  }

  @Test
  void readsWhatTheEncoderWrites() {
    var encoder = new DelimiterDecoder("aab").encoder();
    for (String unit : List.of("", "x", "aa", "ab", "xaa")) {
      byte[] framed = encoder.encode(bytes(unit)).array();
      assertThat(Splits.decode(() -> new DelimiterDecoder("aab"), framed))
          .containsExactly(bytes(unit));
    }
  }

  @Test
  void encoderRefusesAUnitThatWouldBeCutShort() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DelimiterDecoder("--").encoder().encode(bytes("a--b")));
    assertThatIllegalArgumentException()
        .as("the unit's last byte and the delimiter's first make a delimiter")
        .isThrownBy(() -> new DelimiterDecoder("--").encoder().encode(bytes("a-")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DelimiterDecoder(new byte[] {0}, 3).encoder().encode(bytes("abcd")));
  }

  @Test
  void encoderLeavesTheUnitAsItWas() {
    ByteBuffer unit = bytes("xyz").position(1);
    assertThat(new DelimiterDecoder(";").encoder().encode(unit)).isEqualTo(bytes("yz;"));
    assertThat(unit.position()).isEqualTo(1);
  }

  @Test
  void refusesAnEmptyDelimiter() {
    assertThatIllegalArgumentException().isThrownBy(() -> new DelimiterDecoder(""));
  }
}
