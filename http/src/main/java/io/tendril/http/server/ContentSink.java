package io.tendril.http.server;

import io.tendril.core.Deferred;
import io.tendril.core.Transport;
import io.tendril.http.BodySink;
import io.tendril.http.Headers;
import io.tendril.http.ResponseEncoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where a response's content flows into: the transport, in chunks or counted. */
final class ContentSink implements BodySink {
  /** How many octets a writer may write in a row. */
  private static final int FAIR = 65_536;

  private final Transport transport;
  private final ResponseEncoder encoder;

  /** Sends the head, if that has not been sent yet. */
  private final Runnable head;

  private final boolean chunked;
  private final long length;
  private long written;
  private long framing;
  private boolean ended;

  /** How many octets have been written since the others had a turn. */
  private int burst;

  private Headers.@Nullable Builder trailers;

  /**
   * A sink.
   *
   * @param length how many octets the head promised, or -1
   */
  ContentSink(
      Transport transport, ResponseEncoder encoder, Runnable head, boolean chunked, long length) {
    this.transport = transport;
    this.encoder = encoder;
    this.head = head;
    this.chunked = chunked;
    this.length = length;
  }

  @Override
  public void write(ByteBuffer data) {
    int count = data.remaining();
    if (ended) {
      throw new IllegalStateException("content after the end of the response");
    }
    if (length >= 0 && written + count > length) {
      throw new IllegalStateException("more content than the " + length + " octets promised");
    }
    head.run();
    if (count == 0) {
      return;
    }
    written += count;
    burst += count;
    if (chunked) {
      ByteBuffer line = encoder.chunkStart(count);
      framing += line.remaining() + 2;
      transport.write(line);
      transport.write(data);
      transport.write(encoder.chunkEnd());
    } else {
      transport.write(data);
    }
  }

  /** A client that keeps up would let its writer go on for ever: the others get their turn too. */
  @Override
  public Deferred<Void> ready() {
    if (burst > FAIR && writable()) {
      burst = 0;
      return transport.reactor().after(Duration.ZERO);
    }
    return BodySink.super.ready();
  }

  @Override
  public void trailer(String name, String value) {
    ResponseEncoder.checkTrailer(name, value);
    if (trailers == null) {
      trailers = new Headers.Builder();
    }
    trailers.add(name, value);
  }

  /** How many octets have been written. */
  long written() {
    return written;
  }

  /** How many octets have been handed to the transport. */
  long handed() {
    return written + framing;
  }

  /**
   * Writes what comes after the content.
   *
   * @param streamed the trailers that the content had where it came from
   * @return whether all that was promised has been written
   */
  boolean end(Headers streamed) {
    ended = true;
    if (chunked) {
      head.run();
      transport.write(encoder.lastChunk(trailers == null ? streamed : trailers.build()));
    }
    return length < 0 || written == length;
  }

  @Override
  public boolean writable() {
    return !ended && transport.writable();
  }

  @Override
  public void onWritable(Runnable action) {
    transport.onWritable(action);
  }

  @Override
  public Registration onClosed(Consumer<? super Throwable> action) {
    return transport.onClosed(action);
  }
}
