package io.tendril.core;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

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
   * Starts the flow. The Deferred fires at the end with the number of bytes, or fails; cancelling
   * it stops the source. A consumer that throws stops the source, too.
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
   * number of bytes, and the sink stays open; if the sink closes first the source is stopped, and
   * the Deferred fails with the sink's reason.
   */
  default Deferred<Long> pipeTo(Sink sink) {
    return Pipe.start(this, sink);
  }

  /**
   * All of the bytes, once they are there. They are the caller's own.
   *
   * @param limit how many there may be; more stop the source, and the Deferred fails with {@link
   *     LimitExceeded}
   */
  default Deferred<ByteBuffer> bytes(int limit) {
    return Collector.collect(this, limit);
  }

  /**
   * This as a publisher, which takes one subscriber. It flows while there is demand; each buffer is
   * the subscriber's own. A subscriber may run in any thread, and is called in this source's; one
   * that cancels stops the source.
   */
  default Flow.Publisher<ByteBuffer> toPublisher() {
    return new SourcePublisher(this);
  }

  /**
   * A publisher as a source. The publisher may run in any thread; the source belongs to the reactor
   * in whose thread the flow is started.
   */
  static Source from(Flow.Publisher<? extends ByteBuffer> publisher) {
    return new PublishedSource(publisher);
  }

  /** Why {@link #bytes} failed: there were more than it takes. */
  final class LimitExceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int limit;

    /** Names the limit. */
    public LimitExceeded(int limit) {
      super("more than " + limit + " bytes", null, true, false);
      this.limit = limit;
    }

    /** How many there might have been. */
    public int limit() {
      return limit;
    }
  }
}
