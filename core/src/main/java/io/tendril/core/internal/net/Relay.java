package io.tendril.core.internal.net;

import static io.tendril.core.internal.net.StreamTransport.CLOSING;
import static io.tendril.core.internal.net.StreamTransport.DEAD;
import static io.tendril.core.internal.net.StreamTransport.SECURING;
import static io.tendril.core.internal.net.StreamTransport.SHUT_WANTED;

import io.tendril.core.Sink;
import io.tendril.core.internal.Counted;
import io.tendril.spi.Engine;
import java.io.IOException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream of the kernel that is piped into another. While much comes at a time the kernel moves
 * it, through a pipe that the two have only meanwhile; little is copied, which costs less then, and
 * so is all where there is no pipe to be had. Either way it goes through the sink's {@link
 * Outbound}, in order with what else is written.
 */
final class Relay {
  /** From so many bytes at a time on the kernel moves them. */
  private static final int MUCH = 8 << 10;

  /** Below so many it does so no more. */
  private static final int LITTLE = 2 << 10;

  private final Engine.StreamSocket from;
  private final Engine.StreamSocket to;
  private final StreamTransport source;
  private final StreamTransport sink;
  private final IntConsumer counter;
  private boolean much;

  /** The kernel does not do it with these, and is not asked again. */
  private boolean refused;

  private Relay(StreamTransport source, StreamTransport sink, IntConsumer counter) {
    this.source = source;
    this.sink = sink;
    this.counter = counter;
    this.from = source.socket;
    this.to = sink.socket;
  }

  /** How one is piped into the other; null if they are not both streams of the kernel. */
  static @Nullable Relay between(StreamTransport source, Sink sink) {
    if (sink instanceof Counted counted) {
      Relay below = between(source, counted.sink());
      return below == null
          ? null
          : new Relay(source, below.sink, counted.counter().andThen(below.counter));
    }
    boolean possible =
        sink instanceof StreamTransport other
            && other.network == source.network
            && splices(source.socket)
            && splices(other.socket);
    return possible ? new Relay(source, (StreamTransport) sink, _ -> {}) : null;
  }

  /** Not one that wraps another, and sees what goes through it. */
  private static boolean splices(Engine.StreamSocket socket) {
    return socket.capability(Splicing.class) == socket;
  }

  /** So much has come at a time, and was copied. */
  void copied(int count) {
    much = count >= MUCH && !refused;
  }

  /** Whether the kernel is to move what comes: not once there are layers in between. */
  boolean moves() {
    return much
        && source.socket == from
        && sink.socket == to
        && !sink.is(DEAD | CLOSING | SHUT_WANTED | SECURING);
  }

  /**
   * Moves what is there: the count, 0 for nothing now, -1 at the end, or {@link Splicing#NEVER}.
   */
  int move() throws IOException {
    Splicing.Pipe pipe = ((Splicing) from).pipe();
    if (pipe == null) {
      return Splicing.NEVER;
    }
    int count = 0;
    try {
      count = ((Splicing) from).receive(pipe);
    } finally {
      if (count <= 0) {
        pipe.release();
      }
    }
    if (count == Splicing.NEVER) {
      refused = true;
      much = false;
    } else if (count > 0) {
      much = count >= LITTLE;
      counter.accept(count);
      sink.network.outflow.relay(sink, pipe);
    }
    return count;
  }
}
