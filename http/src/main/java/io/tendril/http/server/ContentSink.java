package io.tendril.http.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tendril.core.Sink;
import io.tendril.core.Transport;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Where a response's content flows into: the transport, in chunks or counted. */
final class ContentSink implements Sink {
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);

  private final Transport transport;
  private final boolean chunked;
  private final long length;
  private long written;

  /**
   * A sink.
   *
   * @param length how many octets the head promised, or -1
   */
  ContentSink(Transport transport, boolean chunked, long length) {
    this.transport = transport;
    this.chunked = chunked;
    this.length = length;
  }

  @Override
  public void write(ByteBuffer data) {
    int count = data.remaining();
    if (count == 0) {
      return;
    }
    if (length >= 0 && written + count > length) {
      throw new IllegalStateException("more content than the " + length + " octets promised");
    }
    written += count;
    if (chunked) {
      transport.write((Integer.toHexString(count) + "\r\n").getBytes(US_ASCII));
      transport.write(data);
      transport.write(CRLF);
    } else {
      transport.write(data);
    }
  }

  /** How many octets have been written. */
  long written() {
    return written;
  }

  /**
   * Writes what comes after the content.
   *
   * @return whether all that was promised has been written
   */
  boolean end() {
    if (chunked) {
      transport.write(LAST_CHUNK);
    }
    return length < 0 || written == length;
  }

  @Override
  public boolean writable() {
    return transport.writable();
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
