package io.tendril.cli;

import io.tendril.core.Sink;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// A sink that counts what passes through it, however the flow ends.
final class CountingSink implements Sink {
  private final Sink sink;
  private long count;

  CountingSink(Sink sink) {
    this.sink = sink;
  }

  long count() {
    return count;
  }

  @Override
  public void write(ByteBuffer data) {
    count += data.remaining();
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
