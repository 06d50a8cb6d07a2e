package io.tendril.core;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Keeps all that a source gives, up to a limit. */
final class Collector implements Source.Receiver {
  private static final int FIRST = 512;

  private final int limit;
  private byte[] bytes = new byte[0];
  private int size;

  private Collector(int limit) {
    this.limit = limit;
  }

  static Deferred<ByteBuffer> collect(Source source, int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("a limit of " + limit + " bytes");
    }
    var collector = new Collector(limit);
    return source
        .forEach(collector)
        .thenApply(count -> ByteBuffer.wrap(collector.bytes, 0, collector.size));
  }

  @Override
  public void accept(ByteBuffer data) {
    int more = data.remaining();
    if (more > limit - size) {
      throw new Source.LimitExceeded(limit);
    }
    if (more > bytes.length - size) {
      long roomy = Math.max(FIRST, Math.max((long) bytes.length * 2, (long) size + more));
      bytes = Arrays.copyOf(bytes, (int) Math.min(roomy, limit));
    }
    data.get(bytes, size, more);
    size += more;
  }
}
