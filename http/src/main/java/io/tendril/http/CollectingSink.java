package io.tendril.http;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/** Keeps all that is written, up to a limit. */
final class CollectingSink implements BodySink {
  private final int limit;
  private byte[] octets;
  private int size;

  /**
   * A sink.
   *
   * @param length how many octets will come, or -1
   */
  CollectingSink(int limit, long length) {
    this.limit = limit;
    this.octets = new byte[length < 0 ? Math.min(512, limit) : (int) Math.min(length, limit)];
  }

  /** All of it; to be called once. */
  byte[] octets() {
    return size == octets.length ? octets : Arrays.copyOf(octets, size);
  }

  @Override
  public void write(ByteBuffer data) {
    int more = data.remaining();
    if (more > limit - size) {
      throw LimitedSource.tooLong(limit);
    }
    if (more > octets.length - size) {
      long roomy = Math.max(octets.length * 2L, (long) size + more);
      octets = Arrays.copyOf(octets, (int) Math.min(roomy, limit));
    }
    data.get(octets, size, more);
    size += more;
  }

  @Override
  public void trailer(String name, String value) {
    Trailers.check(Headers.of(name, value));
  }

  @Override
  public boolean writable() {
    return true;
  }

  @Override
  public void onWritable(Runnable action) {
    action.run();
  }

  @Override
  public Registration onClosed(Consumer<? super Throwable> action) {
    return () -> {};
  }
}
