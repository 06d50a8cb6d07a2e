package io.tendril.core.framing;

import java.nio.ByteBuffer;

/**
 * Frames units as bytes, so that the {@link Decoder} at the other end finds them again. Pure, and
 * without state: one serves all connections.
 *
 * @param <E> a unit
 */
@FunctionalInterface
public interface Encoder<E> {
  /**
   * Frames one unit.
   *
   * @param unit a buffer among them is read from position to limit, and its position stays
   * @return a new buffer, to be written as it is
   * @throws IllegalArgumentException if the framing cannot carry this unit: it is too long, or
   *     contains its own delimiter
   */
  ByteBuffer encode(E unit);
}
