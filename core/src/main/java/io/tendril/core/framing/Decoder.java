package io.tendril.core.framing;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the units in a stream of bytes. Pure: no transport, no thread, no clock. One per connection.
 *
 * @param <E> a unit
 */
@FunctionalInterface
public interface Decoder<E> {
  /**
   * Takes one unit off the front of a buffer.
   *
   * @param in the bytes that are there; what this leaves unread is presented again first, with more
   *     behind it, so a decoder may remember how far it has looked
   * @return the next unit, or null if it needs more
   * @throws FramingViolation if the bytes break the rules or pass a limit
   */
  @Nullable E next(ByteBuffer in);
}
