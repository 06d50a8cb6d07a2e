package io.tendril.tls.boringssl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHelloTest {
  /** A hello with a server name (0) before ALPN (16): "h2" and "http/1.1". */
  private static final byte[] MESSAGE =
      HexFormat.of()
          .parseHex(
              "01000055" // a client's hello of 85 octets
                  + "0303"
                  + "00".repeat(32)
                  + "00" // no session
                  + "00021301"
                  + "0100"
                  + "002a" // the extensions
                  + "0000"
                  + "0010"
                  + "000e"
                  + "00"
                  + "000b"
                  + "7365727665722e74657374"
                  + "0010"
                  + "000e"
                  + "000c"
                  + "026832"
                  + "08687474702f312e31" // ALPN
                  + "002b0000");

  private static ByteBuffer record(byte[] content, int from, int to) {
    return ByteBuffer.allocate(5 + to - from)
        .put((byte) 22)
        .putShort((short) 0x0301)
        .putShort((short) (to - from))
        .put(content, from, to - from)
        .flip();
  }

  @Test
  void saysWhatTheClientOffers() {
    var hello = new ClientHello();
    ByteBuffer record = record(MESSAGE, 0, MESSAGE.length);
    hello.record(record);
    assertThat(hello.isDone()).isTrue();
    assertThat(hello.offered()).containsExactly("h2", "http/1.1");
    assertThat(record.remaining()).as("the record is as it was").isEqualTo(5 + MESSAGE.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 40})
  void mayBeCutOverRecords(int step) {
    var hello = new ClientHello();
    for (int at = 0; at < MESSAGE.length; at += step) {
      assertThat(hello.isDone()).isFalse();
      hello.record(record(MESSAGE, at, Math.min(MESSAGE.length, at + step)));
    }
    assertThat(hello.isDone()).isTrue();
    assertThat(hello.offered()).containsExactly("h2", "http/1.1");
  }

  @Test
  void whatIsWrongOffersNothingAndIsLeftToOthers() {
    var random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] message = MESSAGE.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        message[4 + random.nextInt(message.length - 4)] = (byte) random.nextInt();
      }
      var hello = new ClientHello();
      hello.record(record(message, 0, message.length));
      assertThat(hello.isDone()).isTrue();
      assertThat(hello.offered().size()).isLessThan(20);
    }
  }

  @Test
  void aLongOneInTinyRecordsTakesNoLongerThanItsLength() {
    byte[] message = Arrays.copyOf(MESSAGE, 16_000);
    message[2] = (byte) ((message.length - 4) >> 8);
    message[3] = (byte) (message.length - 4);
    var hello = new ClientHello();
    for (int at = 0; at < message.length; at++) {
      hello.record(record(message, at, at + 1));
    }
    assertThat(hello.isDone()).isTrue();
    assertThat(hello.offered()).containsExactly("h2", "http/1.1");
  }

  @Test
  void anotherRecordAndAMessageWithoutEndAreNotWaitedFor() {
    var alert = new ClientHello();
    alert.record(ByteBuffer.wrap(new byte[] {21, 3, 3, 0, 2, 2, 40}));
    assertThat(alert.isDone()).isTrue();
    var endless = new ClientHello();
    byte[] message = {1, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0};
    endless.record(record(message, 0, message.length));
    assertThat(endless.isDone()).isTrue();
    assertThat(endless.offered()).isEqualTo(List.of());
  }
}
