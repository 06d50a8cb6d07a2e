package io.tendril.core.framing;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A decoder whose units another one finds. */
record MappedDecoder<E, F>(Decoder<E> units, Decoder.Mapper<? super E, ? extends F> function)
    implements Decoder<F> {
  @Override
  public @Nullable F next(ByteBuffer in) {
    E unit = units.next(in);
    return unit == null ? null : function.map(unit);
  }

  @Override
  public int unreadLimit() {
    return units.unreadLimit();
  }
}
