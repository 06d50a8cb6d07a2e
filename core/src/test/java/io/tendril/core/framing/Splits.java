package io.tendril.core.framing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Feeds a decoder the same bytes in every way they may arrive, and compares what comes out. */
final class Splits {
  private Splits() {}

  /**
   * What comes out of a decoder, all at once, byte by byte and at every split: units, and the
   * messages of violations. The first violation that it does not get past ends the list.
   */
  static List<Object> decode(Supplier<? extends Decoder<?>> decoder, byte[] stream) {
    List<Object> whole = feed(decoder.get(), List.of(stream));
    assertThat(feed(decoder.get(), bytewise(stream))).as("byte by byte").isEqualTo(whole);
    for (int at = 0; at <= stream.length; at++) {
      List<byte[]> halves =
          List.of(Arrays.copyOf(stream, at), Arrays.copyOfRange(stream, at, stream.length));
      assertThat(feed(decoder.get(), halves)).as("split at " + at).isEqualTo(whole);
    }
    return whole;
  }

  static List<Object> decode(Supplier<? extends Decoder<?>> decoder, String stream) {
    return decode(decoder, stream.getBytes(StandardCharsets.UTF_8));
  }

  static List<byte[]> bytewise(byte[] stream) {
    List<byte[]> bytes = new ArrayList<>();
    for (byte octet : stream) {
      bytes.add(new byte[] {octet});
    }
    return bytes;
  }

  /** What comes out when the bytes arrive in these pieces, from buffers that differ in kind. */
  static List<Object> feed(Decoder<?> decoder, List<byte[]> pieces) {
    List<Object> out = new ArrayList<>();
    byte[] kept = {};
    int turn = 0;
    for (byte[] piece : pieces) {
      ByteBuffer in = buffer(kept, piece, turn++);
      while (true) {
        int before = in.position();
        try {
          Object unit = decoder.next(in);
          if (unit == null) {
            break;
          }
          out.add(unit);
        } catch (FramingViolation violation) {
          out.add(violation.getMessage());
          if (in.position() == before) {
            return out;
          }
        }
      }
      assertThat(in.remaining()).isLessThanOrEqualTo(decoder.unreadLimit());
      kept = new byte[in.remaining()];
      in.get(kept);
      poison(in);
    }
    return out;
  }

  private static ByteBuffer buffer(byte[] kept, byte[] piece, int turn) {
    int length = kept.length + piece.length;
    int offset = turn % 3;
    ByteBuffer all = turn % 2 == 0 ? ByteBuffer.allocate(length + 7) : direct(length + 7);
    ByteBuffer in = all.position(offset).slice();
    return in.position(turn % 4).mark().put(kept).put(piece).limit(in.position()).reset();
  }

  private static ByteBuffer direct(int capacity) {
    return ByteBuffer.allocateDirect(capacity);
  }

  private static void poison(ByteBuffer in) {
    for (int i = 0; i < in.limit(); i++) {
      in.put(i, (byte) 0xdb);
    }
  }
}
