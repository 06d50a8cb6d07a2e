package io.tendril.core.internal;

import io.tendril.core.Sink;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * A sink whose bytes are counted on their way, which need not be seen for that.
 *
 * @param sink where they go
 * @param counter is told of how many there are
 */
public record Counted(Sink sink, IntConsumer counter) implements Sink {
  @Override
  public void write(ByteBuffer data) {
    counter.accept(data.remaining());
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
