package io.tendril.testing;

import io.tendril.core.Outcome;
import io.tendril.core.framing.Decoder;
import io.tendril.core.framing.FramingViolation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Contract L3 for any decoder: it gives the same result byte by byte, at every split, and all at
 * once.
 *
 * <pre>{@code
 * var heard = DecoderSplits.decode(LineDecoder::new, "one\r\ntwo\r\nrest");
 * assertThat(heard.units()).containsExactly("one", "two");
 * assertThat(heard.unread()).isEqualTo(4);
 * }</pre>
 *
 * <p>It is fed as a transport feeds it: what it leaves unread comes again with more behind it, in
 * another buffer, at another position; and the buffer is poisoned after each call, so that a unit
 * which still refers to it is found out.
 */
public final class DecoderSplits {
  private static final byte POISON = (byte) 0xDB;

  private DecoderSplits() {}

  /**
   * What came out of a decoder.
   *
   * @param results units and violations, in order; a violation that the decoder does not get past
   *     is the last
   * @param unread how many bytes it left, waiting for more or stuck
   * @param <E> a unit
   */
  public record Decoded<E>(List<Outcome<E>> results, int unread) {
    /** The units. */
    public List<E> units() {
      List<E> units = new ArrayList<>();
      for (Outcome<E> result : results) {
        if (result instanceof Outcome.Success<E>(E unit)) {
          units.add(unit);
        }
      }
      return units;
    }

    /** The violations. */
    public List<FramingViolation> violations() {
      List<FramingViolation> violations = new ArrayList<>();
      for (Outcome<E> result : results) {
        if (result instanceof Outcome.Failure<E>(FramingViolation violation)) {
          violations.add(violation);
        }
      }
      return violations;
    }

    /**
     * The only violation.
     *
     * @throws AssertionError if there is none, or more than one
     */
    public FramingViolation violation() {
      if (violations().size() != 1) {
        throw new AssertionError("expected one violation, and got " + this);
      }
      return violations().getFirst();
    }
  }

  /**
   * Feeds some bytes to decoders in all {@link Splits}, each to a new one.
   *
   * @return what came out
   * @throws AssertionError if that was not the same each time, or a rule of {@link Decoder} is
   *     broken
   */
  public static <E> Decoded<E> decode(
      Supplier<? extends Decoder<? extends E>> decoder, byte[] stream) {
    return decode(decoder, Splits.of(stream), unit -> unit);
  }

  /** As {@link #decode(Supplier, byte[])}, with a text in UTF-8. */
  public static <E> Decoded<E> decode(
      Supplier<? extends Decoder<? extends E>> decoder, String stream) {
    return decode(decoder, stream.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * As {@link #decode(Supplier, byte[])}, for units that are valid only until the next call or
   * cannot be compared as they are.
   *
   * @param seenAs what to keep of each unit
   */
  public static <U, E> Decoded<E> decode(
      Supplier<? extends Decoder<? extends U>> decoder,
      byte[] stream,
      Function<? super U, ? extends E> seenAs) {
    return decode(decoder, Splits.of(stream), seenAs);
  }

  private static <U, E> Decoded<E> decode(
      Supplier<? extends Decoder<? extends U>> decoder,
      Splits splits,
      Function<? super U, ? extends E> seenAs) {
    Decoded<E> whole = feed(decoder.get(), splits.pieces(new int[0]), seenAs, false);
    for (int[] cuts : splits.ways()) {
      Decoded<E> decoded;
      try {
        decoded = feed(decoder.get(), splits.pieces(cuts), seenAs, true);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(splits.describe(cuts) + ": " + e.getMessage(), e);
      }
      if (!same(whole, decoded)) {
        throw new AssertionError(
            splits.describe(cuts) + ": got " + decoded + ", and undisturbed " + whole);
      }
    }
    return whole;
  }

  private static <U, E> Decoded<E> feed(
      Decoder<? extends U> decoder,
      List<byte[]> pieces,
      Function<? super U, ? extends E> seenAs,
      boolean disturb) {
    List<Outcome<E>> results = new ArrayList<>();
    byte[] kept = {};
    for (int i = 0; i < pieces.size(); i++) {
      ByteBuffer in = buffer(kept, pieces.get(i), i);
      boolean stuck = takeAll(decoder, in, seenAs, results);
      kept = new byte[in.remaining()];
      in.get(kept);
      if (disturb) {
        poison(in);
      }
      if (stuck) {
        return new Decoded<>(results, kept.length);
      }
      if (kept.length > decoder.unreadLimit()) {
        throw new AssertionError(
            kept.length + " bytes left unread; its limit is " + decoder.unreadLimit());
      }
    }
    return new Decoded<>(results, kept.length);
  }

  /** Takes what there is; true after a violation that the decoder does not get past. */
  private static <U, E> boolean takeAll(
      Decoder<? extends U> decoder,
      ByteBuffer in,
      Function<? super U, ? extends E> seenAs,
      List<Outcome<E>> results) {
    int limit = in.limit();
    int idle = 0;
    while (true) {
      int before = in.position();
      Outcome<E> result;
      try {
        U unit = decoder.next(in);
        if (unit == null) {
          checkBounds(in, before, limit);
          return false;
        }
        result = new Outcome.Success<>(seenAs.apply(unit));
      } catch (FramingViolation violation) {
        result = new Outcome.Failure<>(violation);
        if (in.position() == before) {
          results.add(result);
          return true;
        }
      }
      checkBounds(in, before, limit);
      results.add(result);
      idle = in.position() == before ? idle + 1 : 0;
      if (idle > 1_000) {
        throw new AssertionError("units without end, and no byte taken: " + result);
      }
    }
  }

  private static void checkBounds(ByteBuffer in, int before, int limit) {
    if (in.limit() != limit) {
      throw new AssertionError("the buffer's limit has been moved");
    }
    if (in.position() < before) {
      throw new AssertionError("the buffer's position has been moved back");
    }
  }

  /** A buffer like a transport's: of either kind, anywhere in memory, with other bytes around. */
  private static ByteBuffer buffer(byte[] kept, byte[] piece, int turn) {
    int start = turn % 4;
    int length = kept.length + piece.length;
    int capacity = start + length + 5;
    ByteBuffer in =
        turn % 2 == 0 ? ByteBuffer.allocate(capacity) : ByteBuffer.allocateDirect(capacity);
    poison(in);
    in.position(start).put(kept).put(piece);
    ByteBuffer ready = in.flip().position(start);
    return turn % 3 == 2 ? ready.slice() : ready;
  }

  private static void poison(ByteBuffer buffer) {
    for (int i = 0; i < buffer.limit(); i++) {
      buffer.put(i, POISON);
    }
  }

  private static boolean same(Decoded<?> one, Decoded<?> other) {
    if (one.results.size() != other.results.size()) {
      return false;
    }
    boolean stuck = false;
    for (int i = 0; i < one.results.size(); i++) {
      if (!same(one.results.get(i), other.results.get(i))) {
        return false;
      }
      stuck = one.results.get(i) instanceof Outcome.Failure<?>;
    }
    return stuck || one.unread == other.unread;
  }

  private static boolean same(Outcome<?> one, Outcome<?> other) {
    return switch (one) {
      case Outcome.Success<?>(var unit) ->
          other instanceof Outcome.Success<?>(var otherUnit) && sameUnit(unit, otherUnit);
      case Outcome.Failure<?>(var failure) ->
          other instanceof Outcome.Failure<?>(var otherFailure)
              && failure.getClass() == otherFailure.getClass()
              && Objects.equals(failure.getMessage(), otherFailure.getMessage());
    };
  }

  private static boolean sameUnit(@Nullable Object one, @Nullable Object other) {
    return Objects.deepEquals(one, other);
  }
}
