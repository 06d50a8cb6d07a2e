package io.tendril.core.internal.direct;

import io.tendril.core.framing.Decoder;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * So many bytes. They are taken as they come, into memory that grows with them: a peer that
 * announces much and sends little costs little.
 */
final class Fill implements Decoder<ByteBuffer> {
  private static final int FIRST = 64 << 10;

  private final int count;
  private ByteBuffer filled;

  Fill(int count) {
    this.count = count;
    this.filled = ByteBuffer.allocate(Math.min(count, FIRST));
  }

  @Override
  public @Nullable ByteBuffer next(ByteBuffer in) {
    int wanted = Math.min(count - filled.position(), in.remaining());
    if (wanted > filled.remaining()) {
      long doubled = Math.max(2L * filled.capacity(), (long) filled.position() + wanted);
      filled = ByteBuffer.allocate((int) Math.min(count, doubled)).put(filled.flip());
    }
    filled.put(filled.position(), in, in.position(), wanted);
    filled.position(filled.position() + wanted);
    in.position(in.position() + wanted);
    return filled.position() == count ? filled.flip() : null;
  }
}
