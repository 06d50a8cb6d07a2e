package io.tendril.core.framing;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tendril.core.proxy.ProxyHeader;
import io.tendril.core.proxy.ProxyHeaderDecoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Whatever arrives is a unit or a violation, and the same however it is cut; what the encoder makes
 * of the units is found again. The seeds run in every build, and this looks for more:
 *
 * <pre>
 *   JAZZER_FUZZ=1 mvn -q -pl core test -Dtest=DecoderFuzzTest#lines
 * </pre>
 *
 * <p>The first byte of an input chooses the decoder, the second where it is cut.
 */
class DecoderFuzzTest {
  private static final String MOST = "10m";

  @FuzzTest(maxDuration = MOST)
  void lines(byte[] input) {
    int choice = choice(input);
    LineEnding ending = LineEnding.values()[choice % LineEnding.values().length];
    Supplier<LineDecoder> decoder =
        () -> new LineDecoder(ending, choice / 4, StandardCharsets.ISO_8859_1);
    List<Object> found = everyCut(decoder, input);
    for (Object unit : found) {
      if (unit instanceof Line(String line)) {
        byte[] again = decoder.get().encoder().encode(line).array();
        assertThat(feed(decoder.get(), List.of(again))).containsExactly(unit);
      }
    }
  }

  @FuzzTest(maxDuration = MOST)
  void delimited(byte[] input) {
    int choice = choice(input);
    byte[] delimiter = "aab".substring(0, 1 + choice % 3).getBytes(StandardCharsets.US_ASCII);
    Supplier<DelimiterDecoder> decoder = () -> new DelimiterDecoder(delimiter, choice / 4);
    foundAgain(everyCut(decoder, input), decoder, decoder.get().encoder());
  }

  @FuzzTest(maxDuration = MOST)
  void netstrings(byte[] input) {
    int choice = choice(input);
    Supplier<NetstringDecoder> decoder = () -> new NetstringDecoder(choice);
    foundAgain(everyCut(decoder, input), decoder, NetstringDecoder.encoder());
  }

  @FuzzTest(maxDuration = MOST)
  void lengthPrefixed(byte[] input) {
    int choice = choice(input);
    LengthPrefix prefix = LengthPrefix.values()[choice % 3];
    ByteOrder order = choice % 2 == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    Supplier<LengthPrefixDecoder> decoder = () -> new LengthPrefixDecoder(prefix, order, choice);
    foundAgain(everyCut(decoder, input), decoder, decoder.get().encoder());
  }

  /** There is one header to a stream: what comes behind it is not the decoder's. */
  @FuzzTest(maxDuration = MOST)
  void proxyHeaders(byte[] input) {
    everyCut(
        () -> {
          var decoder = new ProxyHeaderDecoder(216 + choice(input));
          boolean[] read = {false};
          Decoder<ProxyHeader> one =
              in -> {
                ProxyHeader header = read[0] ? null : decoder.next(in);
                read[0] |= header != null;
                return header;
              };
          return one;
        },
        input);
  }

  private static void foundAgain(
      List<Object> found,
      Supplier<? extends Decoder<ByteBuffer>> decoder,
      Encoder<ByteBuffer> encoder) {
    for (Object unit : found) {
      if (unit instanceof ByteBuffer bytes) {
        byte[] again = encoder.encode(bytes).array();
        assertThat(feed(decoder.get(), List.of(again))).containsExactly(unit);
      }
    }
  }

  private static int choice(byte[] input) {
    return input.length == 0 ? 0 : input[0] & 0xff;
  }

  /** All at once, byte by byte, and cut in two and in three. */
  private static List<Object> everyCut(Supplier<? extends Decoder<?>> decoder, byte[] input) {
    byte[] stream = Arrays.copyOfRange(input, Math.min(2, input.length), input.length);
    List<Object> whole = feed(decoder.get(), List.of(stream));
    assertThat(feed(decoder.get(), Splits.bytewise(stream))).isEqualTo(whole);
    int cut = input.length < 2 ? 0 : (input[1] & 0xff) * stream.length / 256;
    int later = cut + (stream.length - cut) / 2;
    assertThat(
            feed(
                decoder.get(),
                List.of(
                    Arrays.copyOf(stream, cut),
                    Arrays.copyOfRange(stream, cut, later),
                    Arrays.copyOfRange(stream, later, stream.length))))
        .isEqualTo(whole);
    return whole;
  }

  /** A line, to be told from the message of a violation. */
  private record Line(String text) {}

  private static List<Object> feed(Decoder<?> decoder, List<byte[]> pieces) {
    return Splits.feed(
        decoder.map(unit -> unit instanceof String line ? new Line(line) : unit),
        new ArrayList<>(pieces));
  }
}
