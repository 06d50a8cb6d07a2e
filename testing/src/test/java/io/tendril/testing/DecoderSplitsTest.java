package io.tendril.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tendril.core.framing.Decoder;
import io.tendril.core.framing.FramingViolation;
import io.tendril.core.framing.LineDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DecoderSplitsTest {
  /** A length octet, then as many octets. */
  private static byte[] unit(ByteBuffer in) {
    if (in.remaining() < 1 || in.remaining() < 1 + in.get(in.position())) {
      return null;
    }
    byte[] unit = new byte[in.get()];
    in.get(unit);
    return unit;
  }

  @Test
  void returnsTheUnitsAndWhatIsLeft() {
    var heard = DecoderSplits.decode(LineDecoder::new, "one\r\n\r\nthree\r\nrest");
    assertThat(heard.units()).containsExactly("one", "", "three");
    assertThat(heard.violations()).isEmpty();
    assertThat(heard.unread()).isEqualTo(4);
  }

  @Test
  void keepsViolationsInTheirPlace() {
    var heard =
        DecoderSplits.decode(
            () -> new LineDecoder(3, StandardCharsets.UTF_8), "one\r\nthree\r\ntwo\r\n");
    assertThat(heard.units()).containsExactly("one", "two");
    assertThat(heard.violation()).hasMessageContaining("more than 3 bytes");
    assertThat(heard.results()).hasSize(3);
  }

  @Test
  void endsAtAViolationWithoutAWayOn() {
    Decoder<String> strict =
        in -> {
          if (!in.hasRemaining()) {
            return null;
          }
          if (in.get(in.position()) == '!') {
            throw new FramingViolation("an exclamation mark");
          }
          return "" + (char) in.get();
        };
    var heard = DecoderSplits.decode(() -> strict, "ab!cd");
    assertThat(heard.units()).containsExactly("a", "b");
    assertThat(heard.violation()).hasMessage("an exclamation mark");
  }

  @Test
  void comparesArraysByTheirContent() {
    var heard = DecoderSplits.<byte[]>decode(() -> DecoderSplitsTest::unit, "\3abc\0\2de");
    assertThat(heard.units()).hasSize(3);
  }

  @Test
  void looksAtUnitsThatLastUntilTheNextCall() {
    Decoder<ByteBuffer> slices =
        in -> {
          ByteBuffer all = in.slice();
          byte[] unit = unit(in);
          return unit == null ? null : all.slice(1, unit.length);
        };
    var heard =
        DecoderSplits.decode(
            () -> slices,
            "\3abc\1d".getBytes(StandardCharsets.US_ASCII),
            unit -> StandardCharsets.US_ASCII.decode(unit).toString());
    assertThat(heard.units()).containsExactly("abc", "d");
  }

  @Test
  void findsADecoderThatTakesChunksForUnits() {
    Decoder<String> naive =
        in -> in.hasRemaining() ? StandardCharsets.US_ASCII.decode(in).toString() : null;
    assertThatThrownBy(() -> DecoderSplits.decode(() -> naive, "abcdef"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("byte by byte");
  }

  @Test
  void findsADecoderThatBreaksAtOneSplitOnly() {
    class Careless implements Decoder<String> {
      private boolean begun;

      @Override
      public String next(ByteBuffer in) {
        if (!begun && in.remaining() == 3) {
          in.get();
        }
        begun = true;
        return in.hasRemaining() ? "" + (char) in.get() : null;
      }
    }
    assertThatThrownBy(() -> DecoderSplits.decode(Careless::new, "abcdefg"))
        .hasMessageStartingWith("cut at [3]: got");
  }

  @Test
  void findsAUnitThatRefersToTheBuffer() {
    Decoder<ByteBuffer> slices =
        in -> {
          ByteBuffer all = in.slice();
          byte[] unit = unit(in);
          return unit == null ? null : all.slice(1, unit.length);
        };
    assertThatThrownBy(() -> DecoderSplits.decode(() -> slices, "\3abc\1d\2ef"))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void findsADecoderThatReadsBeforeThePosition() {
    Decoder<Byte> absolute =
        in -> {
          if (!in.hasRemaining()) {
            return null;
          }
          byte first = in.get(0);
          in.get();
          return first;
        };
    assertThatThrownBy(() -> DecoderSplits.decode(() -> absolute, "abcdef"))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void findsADecoderThatForgetsWhatItHasSeen() {
    class Forgetful implements Decoder<String> {
      private final StringBuilder seen = new StringBuilder();

      @Override
      public String next(ByteBuffer in) {
        seen.append(StandardCharsets.US_ASCII.decode(in.duplicate()));
        int end = seen.indexOf(".");
        if (end < 0) {
          return null;
        }
        in.position(in.limit());
        String unit = seen.substring(0, end);
        seen.setLength(0);
        return unit;
      }
    }
    assertThatThrownBy(() -> DecoderSplits.decode(Forgetful::new, "ab.cd."))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void findsADecoderThatNeverEnds() {
    assertThatThrownBy(() -> DecoderSplits.decode(() -> in -> "nothing", "abc"))
        .hasMessageContaining("units without end");
  }

  @Test
  void findsADecoderThatKeepsTooMuch() {
    Decoder<String> greedy =
        new Decoder<>() {
          @Override
          public String next(ByteBuffer in) {
            return null;
          }

          @Override
          public int unreadLimit() {
            return 3;
          }
        };
    assertThatThrownBy(() -> DecoderSplits.decode(() -> greedy, "abcd"))
        .hasMessageContaining("its limit is 3");
  }

  @Test
  void cutsShortStreamsInEveryWay() {
    Set<List<Integer>> seen = new HashSet<>();
    Splits.of("abcd")
        .forEach(pieces -> {
          List<Integer> lengths = new ArrayList<>();
          var all = new StringBuilder();
          for (byte[] piece : pieces) {
            lengths.add(piece.length);
            all.append(new String(piece, StandardCharsets.US_ASCII));
          }
          seen.add(lengths);
          assertThat(all.toString()).isEqualTo("abcd");
        });
    assertThat(seen)
        .contains(
            List.of(4),
            List.of(1, 1, 1, 1),
            List.of(1, 3),
            List.of(2, 2),
            List.of(3, 1),
            List.of(0, 4),
            List.of(4, 0),
            List.of(1, 1, 2),
            List.of(1, 2, 1),
            List.of(2, 1, 1));
  }

  @Test
  void saysWhichWayFailed() {
    assertThatThrownBy(
            () -> Splits.of("abcd").forEach(pieces -> assertThat(pieces.size()).isLessThan(3)))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("byte by byte");
  }
}
