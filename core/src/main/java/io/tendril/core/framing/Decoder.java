package io.tendril.core.framing;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the units in a stream of bytes. Pure: no transport, no thread, no clock. One per
 * connection, since a decoder may remember how far it has looked.
 *
 * <p>However the stream is cut into calls, the same units and violations come out, in the same
 * order. The units of the decoders in this package are the caller's own: nothing of them is shared
 * with the buffer.
 *
 * @param <E> a unit
 */
@FunctionalInterface
public interface Decoder<E> {
  /**
   * Takes one unit off the front of a buffer.
   *
   * @param in the bytes that are there; what this leaves unread is presented again first, with more
   *     behind it
   * @return the next unit, or null if it needs more
   * @throws FramingViolation if the bytes break the rules or pass a limit. A decoder that can go on
   *     after it has taken offending bytes off the buffer; one that cannot leaves the buffer as it
   *     was, and throws again when it is called again.
   */
  @Nullable E next(ByteBuffer in);

  /** The most bytes that this leaves unread while it waits for more; 64 KiB. */
  default int unreadLimit() {
    return 65_536;
  }

  /**
   * A decoder of what a function makes of each unit.
   *
   * @param function may throw a {@link FramingViolation} for a unit that it cannot read
   */
  default <F> Decoder<F> map(Mapper<? super E, ? extends F> function) {
    return new MappedDecoder<>(this, function);
  }

  /**
   * Makes something of a unit.
   *
   * @param <E> the unit
   * @param <F> what is made of it
   */
  @FunctionalInterface
  interface Mapper<E, F> {
    /**
     * Makes something of a unit.
     *
     * @throws FramingViolation if the unit breaks the rules
     */
    F map(E unit);
  }
}
