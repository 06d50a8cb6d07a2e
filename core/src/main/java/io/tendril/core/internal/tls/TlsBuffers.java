package io.tendril.core.internal.tls;

import io.tendril.spi.TlsEngine;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Buffers that the TLS connections of a reactor share, each borrowed for a single call, so that an
 * idle connection owns none. There are as many as calls are nested: TLS in TLS, a nested loop.
 */
public final class TlsBuffers {
  /** The most plaintext of a record (RFC 8446, section 5.1). */
  static final int RECORD = 16 << 10;

  /** The most that is made of it, without the header (RFC 5246, section 6.2.3). */
  static final int LARGEST = RECORD + 2048;

  /** A batch of six, and room for what the engine has to say besides. */
  private static final int SIZE = 7 * (LARGEST + 5);

  private static final int SPARE = 4;

  private final ArrayDeque<ByteBuffer> heap = new ArrayDeque<>(SPARE);
  private final ArrayDeque<ByteBuffer> direct = new ArrayDeque<>(SPARE);
  private int lent;

  /** An empty buffer of the kind that an engine wants. */
  ByteBuffer borrow(TlsEngine engine) {
    lent++;
    boolean wanted = engine.direct();
    ByteBuffer buffer = (wanted ? direct : heap).poll();
    if (buffer != null) {
      return buffer.clear();
    }
    return wanted ? ByteBuffer.allocateDirect(SIZE) : ByteBuffer.allocate(SIZE);
  }

  void giveBack(ByteBuffer buffer) {
    lent--;
    ArrayDeque<ByteBuffer> spare = buffer.isDirect() ? direct : heap;
    if (spare.size() < SPARE) {
      spare.push(buffer);
    }
  }

  /** How many are borrowed now: none between two calls. */
  public int lent() {
    return lent;
  }
}
