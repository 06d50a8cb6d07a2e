package io.tendril.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.tendril.core.internal.Counted;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Where bytes go, with backpressure. */
public interface Sink {
  /** Takes bytes; on return the buffer is the caller's own again. */
  void write(ByteBuffer data);

  /** Whether more is welcome now: false past the high mark, and when it is closed. */
  boolean writable();

  /** Calls once when more is welcome, at once if it is now; never after the close. */
  void onWritable(Runnable action);

  /**
   * Calls once when this is closed, with the reason. Calls registered later are called at once.
   *
   * @return how to take it back: who is done with a sink that lives on does so, or it is remembered
   *     until the close
   */
  @CanIgnoreReturnValue
  Registration onClosed(Consumer<? super Throwable> action);

  /**
   * A sink with a counter of the bytes that it is given. A {@link Source#pipeTo} that moves them
   * without a copy does so still.
   *
   * @param counter is told of how many there are, before they are written, in the thread of whoever
   *     writes
   */
  static Sink counted(Sink sink, IntConsumer counter) {
    return new Counted(sink, counter);
  }

  /** An action that waits to be called. */
  @FunctionalInterface
  interface Registration {
    /** Takes the action back. Does nothing once it has been called or taken back. */
    void cancel();
  }
}
