package io.tendril.core.framing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Contract L1, and L3 for lines. */
class LineDecoderTest {
  private static List<Object> lines(LineEnding ending, int limit, String stream) {
    return Splits.decode(() -> new LineDecoder(ending, limit, UTF_8), stream);
  }

  @Test
  void findsLinesThatEndWithCrlf() {
    assertThat(lines(LineEnding.CRLF, 99, "HELO\r\n\r\nthere\r\nrest"))
        .containsExactly("HELO", "", "there");
  }

  @Test
  void keepsLoneCarriageReturnsAndLineFeedsInACrlfLine() {
    assertThat(lines(LineEnding.CRLF, 99, "a\nb\rc\r\r\n\n\r\n"))
        .containsExactly("a\nb\rc\r", "\n");
  }

  @Test
  void keepsTheCarriageReturnInAnLfLine() {
    assertThat(lines(LineEnding.LF, 99, "a\r\nb\n\n")).containsExactly("a\r", "b", "");
  }

  @Test
  void takesEitherEndWhereAskedTo() {
    assertThat(lines(LineEnding.EITHER, 99, "a\r\nb\n\r\n\n\r\r\n"))
        .containsExactly("a", "b", "", "", "\r");
  }

  @Test
  void readsTheCharset() {
    byte[] latin = "caf\u00e9\r\n".getBytes(ISO_8859_1);
    assertThat(Splits.decode(() -> new LineDecoder(99, ISO_8859_1), latin))
        .containsExactly("caf\u00e9");
    assertThat(Splits.decode(LineDecoder::new, latin)).containsExactly("caf\ufffd");
    assertThat(Splits.decode(LineDecoder::new, "caf\u00e9 \ud83d\ude00\r\n"))
        .containsExactly("caf\u00e9 \ud83d\ude00");
  }

  @Test
  void strictlyRefusesALineThatIsNoTextAndGoesOnWithTheNext() {
    byte[] lines = "caf\u00e9\r\nnext\r\n".getBytes(ISO_8859_1);
    assertThat(Splits.decode(() -> new LineDecoder().strict(), lines))
        .containsExactly("a line that is not UTF-8", "next");
    assertThat(Splits.decode(() -> new LineDecoder().strict(), "\ufffd caf\u00e9\r\n"))
        .containsExactly("\ufffd caf\u00e9");
    assertThat(Splits.decode(() -> new LineDecoder(99, US_ASCII).strict(), lines))
        .containsExactly("a line that is not US-ASCII", "next");
  }

  @Test
  void takesLinesOfExactlyTheLimit() {
    for (LineEnding ending : LineEnding.values()) {
      assertThat(lines(ending, 4, "abcd" + ending.written() + "e" + ending.written()))
          .containsExactly("abcd", "e");
    }
    assertThat(lines(LineEnding.EITHER, 4, "abcd\nabcd\r\n")).containsExactly("abcd", "abcd");
  }

  @Test
  void refusesALineOverTheLimitOnceAndGoesOnWithTheNext() {
    String tooLong = "a line of more than 4 bytes";
    for (LineEnding ending : LineEnding.values()) {
      String end = ending.written();
      assertThat(lines(ending, 4, "ok" + end + "abcde" + end + "fg" + end))
          .containsExactly("ok", tooLong, "fg");
      assertThat(lines(ending, 4, "abcdefghijk" + end + end + "lmnopqrst" + end))
          .containsExactly(tooLong, "", tooLong);
    }
    assertThat(lines(LineEnding.CRLF, 4, "abcd\re\r\r\nx\r\n")).containsExactly(tooLong, "x");
    assertThat(lines(LineEnding.EITHER, 4, "abcd\r\r\nx\n")).containsExactly(tooLong, "x");
  }

  @Test
  void refusesALineOverTheLimitBeforeItsEndArrives() {
    assertThat(lines(LineEnding.CRLF, 4, "abcdef")).containsExactly("a line of more than 4 bytes");
  }

  @Test
  void aLimitOfZeroLeavesEmptyLines() {
    assertThat(lines(LineEnding.CRLF, 0, "\r\n\r\na\r\n"))
        .containsExactly("", "", "a line of more than 0 bytes");
  }

  @Test
  void hasALimitOf16384BytesByDefault() {
    String longest = "x".repeat(16_384);
    assertThat(Splits.feed(new LineDecoder(), List.of((longest + "\r\n").getBytes(UTF_8))))
        .containsExactly(longest);
    assertThat(Splits.feed(new LineDecoder(), List.of((longest + "x\r\n").getBytes(UTF_8))))
        .containsExactly("a line of more than 16384 bytes");
  }

  @Test
  void looksAtEachByteAFewTimesOnlyHoweverTheyAreCut() {
    int length = 200_000;
    var decoder = new LineDecoder(length, UTF_8);
    ByteBuffer in = ByteBuffer.allocate(length + 2);
    // Each call sees one more byte. Looking again at all of them would be 20 thousand million
    // looks,
    // and run into the time limit of the tests.
    for (int i = 1; i <= length; i++) {
      in.limit(i).put(i - 1, (byte) 'x');
      assertThat(decoder.next(in.position(0))).isNull();
    }
    in.limit(length + 2).put(length, (byte) '\r').put(length + 1, (byte) '\n');
    assertThat(decoder.next(in.position(0))).hasSize(length);
  }

  @Test
  void readsWhatTheEncoderWrites() {
    for (LineEnding ending : LineEnding.values()) {
      var encoder = new LineDecoder(ending).encoder();
      for (String line : List.of("", "a", "a\r", "\r", "caf\u00e9")) {
        assertThat(Splits.decode(() -> new LineDecoder(ending), encoder.encode(line).array()))
            .containsExactly(line);
      }
    }
  }

  @Test
  void encoderRefusesALineThatWouldBecomeTwo() {
    assertThatIllegalArgumentException().isThrownBy(() -> new LineEncoder().encode("a\r\nb"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LineDecoder(LineEnding.LF).encoder().encode("a\nb"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LineDecoder(LineEnding.EITHER).encoder().encode("a\nb"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LineDecoder(3, UTF_8).encoder().encode("caf\u00e9"));
  }
}
