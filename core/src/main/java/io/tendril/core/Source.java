package io.tendril.core;

import java.nio.ByteBuffer;

/**
 * Where bytes come from, with backpressure: a peer, a body, a file. It flows once, to one consumer,
 * from the moment that {@link #forEach} is called.
 */
public interface Source {
  /** What takes the bytes. */
  @FunctionalInterface
  interface Receiver {
    /** Takes all of the bytes; the buffer is valid during the call. */
    void accept(ByteBuffer data) throws Exception;
  }

  /**
   * Starts the flow. The Deferred fires at the end with the number of bytes, or fails; cancelling it
   * stops the source. A consumer that throws stops the source, too.
   */
  Deferred<Long> forEach(Receiver consumer);

  /** Stops the calls of the consumer until {@link #resume()}. */
  void pause();

  /** Goes on; never from inside of this call. */
  void resume();

  /** Gives up: no more bytes. The Deferred fails with a CancellationException. */
  void stop();

  /**
   * Lets all bytes flow into a sink, at the sink's pace. The Deferred fires at the end with the
   * number of bytes, and the sink stays open; if the sink closes first the source is stopped, and the
   * Deferred fails with the sink's reason.
   */
  default Deferred<Long> pipeTo(Sink sink) {
    return Pipe.start(this, sink);
  }
}
