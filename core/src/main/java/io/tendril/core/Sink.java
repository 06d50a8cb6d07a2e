package io.tendril.core;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Where bytes go, with backpressure. */
public interface Sink {
  /** Takes bytes; on return the buffer is the caller's own again. */
  void write(ByteBuffer data);

  /** Whether more is welcome now: false past the high mark, and when it is closed. */
  boolean writable();

  /** Calls once when more is welcome, at once if it is now; never after the close. */
  void onWritable(Runnable action);

  /** Calls once when this is closed, with the reason. Calls registered later are called at once. */
  void onClosed(Consumer<? super Throwable> action);
}
