package io.tendril.cli;

import io.tendril.core.Sink;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/// A sink that counts what passes through it, however the flow ends.
final class CountingSink implements Sink {
  private final Sink sink;
  private final IntConsumer also;
  private long count;

  /// @param also is told of each count of bytes
  CountingSink(Sink sink, IntConsumer also) {
    this.sink = sink;
    this.also = also;
  }

  long count() {
    return count;
  }

  @Override
  public void write(ByteBuffer data) {
    count += data.remaining();
    also.accept(data.remaining());
    sink.write(data);
  }

  @Override
  public boolean writable() {
    return sink.writable();
  }

  @Override
  public void onWritable(Runnable action) {
    sink.onWritable(action);
  }

  @Override
  public Registration onClosed(Consumer<? super Throwable> action) {
    return sink.onClosed(action);
  }
}
