package io.tendril.core.framing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract L2, and L3 for netstrings. */
class NetstringDecoderTest {
  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static List<Object> strings(String stream) {
    return Splits.decode(() -> new NetstringDecoder(12), stream);
  }

  @Test
  void findsStrings() {
    assertThat(strings("12:hello world!,0:,1:,,3:a"))
        .containsExactly(bytes("hello world!"), bytes(""), bytes(","));
  }

  @ParameterizedTest
  @ValueSource(strings = {"00:,", "01:a,", "007:"})
  void refusesLeadingZeros(String stream) {
    assertThat(strings("1:a," + stream))
        .containsExactly(bytes("a"), "a netstring with a length that begins with zero");
  }

  @ParameterizedTest
  @ValueSource(strings = {":", ":,", "a", "-1:", "+1:a,", " 1:a,", "1 :a,", "1a:", "\n", "1\0:a"})
  void refusesWhatIsNotALength(String stream) {
    assertThat(strings("1:a," + stream))
        .containsExactly(bytes("a"), "a netstring that does not begin with its length and a colon");
  }

  @ParameterizedTest
  @ValueSource(strings = {"13:", "13", "99", "2147483648:", "99999999999999999999:", "9999a"})
  void refusesALengthOverTheLimitBeforeTheStringArrives(String stream) {
    assertThat(strings(stream)).containsExactly("a netstring of more than 12 bytes");
  }

  @Test
  void refusesAStringWithoutAComma() {
    assertThat(strings("2:abc"))
        .containsExactly("a netstring of 2 bytes without a comma behind it");
  }

  @Test
  void hasALimitOf99999BytesByDefault() {
    String longest = "x".repeat(99_999);
    ByteBuffer framed = NetstringDecoder.encoder().encode(bytes(longest));
    assertThat(Splits.feed(new NetstringDecoder(), List.of(framed.array())))
        .containsExactly(bytes(longest));
    assertThat(Splits.feed(new NetstringDecoder(), List.of("100000".getBytes(UTF_8))))
        .containsExactly("a netstring of more than 99999 bytes");
  }

  @Test
  void readsWhatTheEncoderWrites() {
    for (String string : List.of("", ",", "1:a,", "hello")) {
      assertThat(strings(UTF_8.decode(NetstringDecoder.encoder().encode(bytes(string))).toString()))
          .containsExactly(bytes(string));
    }
  }
}
