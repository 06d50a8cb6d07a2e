package io.tendril.core.framing;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Contract L2, and L3 for length prefixes. */
class LengthPrefixDecoderTest {
  private static byte[] bytes(int... octets) {
    byte[] bytes = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      bytes[i] = (byte) octets[i];
    }
    return bytes;
  }

  private static ByteBuffer unit(int... octets) {
    return ByteBuffer.wrap(bytes(octets));
  }

  private static List<Object> units(
      LengthPrefix prefix, ByteOrder order, int limit, int... stream) {
    return Splits.decode(() -> new LengthPrefixDecoder(prefix, order, limit), bytes(stream));
  }

  @Test
  void readsOneByte() {
    assertThat(units(LengthPrefix.INT8, BIG_ENDIAN, 9, 2, 7, 8, 0, 1, 9, 3, 1))
        .containsExactly(unit(7, 8), unit(), unit(9));
  }

  @Test
  void readsBigEndian() {
    assertThat(units(LengthPrefix.INT16, BIG_ENDIAN, 9, 0, 2, 7, 8, 0, 0, 0))
        .containsExactly(unit(7, 8), unit());
    assertThat(units(LengthPrefix.INT32, BIG_ENDIAN, 9, 0, 0, 0, 1, 7, 0, 0, 0, 0))
        .containsExactly(unit(7), unit());
  }

  @Test
  void readsLittleEndian() {
    assertThat(units(LengthPrefix.INT16, LITTLE_ENDIAN, 9, 2, 0, 7, 8, 0, 0))
        .containsExactly(unit(7, 8), unit());
    assertThat(units(LengthPrefix.INT32, LITTLE_ENDIAN, 9, 1, 0, 0, 0, 7)).containsExactly(unit(7));
  }

  @Test
  void refusesALengthOverTheLimitBeforeTheUnitArrives() {
    String tooLong = "a unit of more than 9 bytes";
    assertThat(units(LengthPrefix.INT8, BIG_ENDIAN, 9, 1, 1, 10)).containsExactly(unit(1), tooLong);
    assertThat(units(LengthPrefix.INT16, BIG_ENDIAN, 9, 1, 0)).containsExactly(tooLong);
    assertThat(units(LengthPrefix.INT32, BIG_ENDIAN, 9, 0, 0, 0, 10)).containsExactly(tooLong);
  }

  @Test
  void readsNumbersAsUnsigned() {
    assertThat(units(LengthPrefix.INT32, BIG_ENDIAN, 9, 0xff, 0xff, 0xff, 0xff))
        .containsExactly("a unit of more than 9 bytes");
    int[] stream = new int[256];
    stream[0] = 0xff;
    assertThat(units(LengthPrefix.INT8, BIG_ENDIAN, 255, stream))
        .containsExactly(ByteBuffer.allocate(255));
  }

  @Test
  void hasALimitOf99999BytesByDefaultWhereThePrefixCanTellAsMany() {
    assertThat(new LengthPrefixDecoder(LengthPrefix.INT8).unreadLimit()).isEqualTo(255 + 1);
    assertThat(new LengthPrefixDecoder(LengthPrefix.INT16).unreadLimit()).isEqualTo(65_535 + 2);
    assertThat(new LengthPrefixDecoder(LengthPrefix.INT32).unreadLimit()).isEqualTo(99_999 + 4);
  }

  @ParameterizedTest
  @EnumSource
  void readsWhatTheEncoderWrites(LengthPrefix prefix) {
    for (ByteOrder order : List.of(BIG_ENDIAN, LITTLE_ENDIAN)) {
      for (int length : List.of(0, 1, 255)) {
        var decoder = new LengthPrefixDecoder(prefix, order, 255);
        ByteBuffer framed = decoder.encoder().encode(ByteBuffer.allocate(length));
        assertThat(Splits.decode(() -> decoder, framed.array()))
            .containsExactly(ByteBuffer.allocate(length));
      }
    }
  }

  @Test
  void encoderRefusesWhatIsTooLong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new LengthPrefixDecoder(LengthPrefix.INT8).encoder().encode(ByteBuffer.allocate(256)));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new LengthPrefixDecoder(LengthPrefix.INT8, BIG_ENDIAN, 99_999)
                .encoder()
                .encode(ByteBuffer.allocate(256)));
  }
}
