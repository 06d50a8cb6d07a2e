package io.tendril.core.internal.direct;

import io.tendril.core.Connection;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Transport;
import io.tendril.core.framing.Decoder;
import io.tendril.core.framing.DelimiterDecoder;
import io.tendril.core.framing.FramingViolation;
import io.tendril.core.framing.LineDecoder;
import io.tendril.core.framing.LineEnding;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A connection as a conversation sees it. What it reads it takes from the transport's own buffer,
 * while that is presented: the conversation runs inside of {@code dataReceived}, and goes on
 * reading there without suspending for as long as there is enough. What is left stays with the
 * transport, for the next read or for whoever the connection is handed to.
 *
 * <p>While no read waits, reading is paused: of a peer that sends more than is asked for, no more
 * is kept than of any paused connection.
 */
final class DirectConnection implements Connection {
  /** Up to so much is copied; more is handed to the transport piece by piece. */
  private static final int COPIED = 64 << 10;

  private final Transport transport;
  private final Patience patience = new Patience();

  /** What the coroutine that reads waits at. */
  private final Suspension news;

  /** What coroutines that write wait for, while the output is full. */
  private final List<Promise<Void>> room = new ArrayList<>(0);

  private Charset charset = StandardCharsets.UTF_8;
  private int lineLimit = LineDecoder.DEFAULT_LIMIT;

  /** What the transport presents now; null outside of its call. */
  private @Nullable ByteBuffer presented;

  /** How many bytes the last presentation left. */
  private int unread;

  /** Whether the peer will send no more. */
  private boolean ended;

  /** Whether this side's output was ended. */
  private boolean shut;

  /** Whether the input was taken as a source: what comes is not for reads any more. */
  private boolean flowing;

  /** Whether the connection was handed to another protocol. */
  private boolean handedOver;

  /** Whether no read is to begin any more, since the reactor shuts down. */
  private boolean draining;

  /** Why there is nothing to read or write any more. */
  private @Nullable ConnectionClosed over;

  /** What the read that is under way looks for. */
  private @Nullable Decoder<?> wanted;

  private @Nullable LineDecoder lines;
  private @Nullable Transport watched;

  DirectConnection(Transport transport) {
    this.transport = transport;
    this.news = new Suspension(transport.reactor(), patience);
  }

  // ---- From the protocol's side ---------------------------------------------------------------

  /** Bytes have come: a read that waits takes of them what it needs. */
  void present(ByteBuffer data) {
    presented = data;
    try {
      news.wakeNow();
    } finally {
      presented = null;
      unread = data.remaining();
    }
    if (!reads() && !flowing && !handedOver) {
      transport.pauseReading();
    }
  }

  private boolean reads() {
    return wanted != null && news.waits();
  }

  /** The peer will send no more. */
  void end() {
    ended = true;
    news.wakeNow();
  }

  /** The connection is gone, or is being closed. */
  void over(ConnectionClosed reason) {
    if (over == null) {
      over = reason;
      news.wake();
      List.copyOf(room).forEach(DirectConnection::fire);
    }
  }

  /** The reactor shuts down: a read that waits ends now, a conversation that works at its next. */
  void drain() {
    draining = true;
    if (reads()) {
      stop();
    }
  }

  /** The connection ends now, since the reactor shuts down. */
  ConnectionClosed stop() {
    var stopped = new ConnectionClosed.ReactorStopped(transport.peer());
    over(stopped);
    transport.loseConnection(stopped);
    return stopped;
  }

  boolean isOver(Throwable reason) {
    return reason == over;
  }

  boolean isHandedOver() {
    return handedOver;
  }

  int unreadLimit(int least) {
    return wanted == null ? least : Math.max(least, wanted.unreadLimit());
  }

  // ---- Reading --------------------------------------------------------------------------------

  private <E> @Nullable E next(Decoder<E> decoder, String what) {
    if (wanted != null) {
      throw new IllegalStateException("another coroutine reads from " + this);
    }
    if (flowing) {
      throw new IllegalStateException("the input was taken as a source: it is not to be read");
    }
    if (decoder != lines) {
      lines = null; // it remembers how far it has looked
    }
    wanted = decoder;
    try {
      while (true) {
        E unit = presented == null ? null : decoder.next(presented);
        if (unit != null) {
          return unit;
        }
        if (presented != null) {
          unread = presented.remaining();
        }
        checkOpen();
        if (ended) {
          checkWhole(what);
          return null;
        }
        if (draining) {
          throw stop();
        }
        if (presented == null) {
          transport.resumeReading();
        }
        news.await(what);
      }
    } finally {
      wanted = null;
    }
  }

  private void checkWhole(String what) {
    if (unread > 0) {
      throw endedEarly("the middle of " + what);
    }
  }

  private ConnectionClosed endedEarly(String where) {
    var early = new ConnectionClosed.Lost(transport.peer(), "the end came in " + where);
    over(early);
    return early;
  }

  private void checkOpen() {
    if (over != null) {
      throw over;
    }
    if (handedOver) {
      throw new IllegalStateException("this connection was handed to another protocol");
    }
  }

  @Override
  public @Nullable String readLine() {
    if (lines == null) {
      lines = new LineDecoder(LineEnding.EITHER, lineLimit, charset).strict();
    }
    return next(lines, "a line");
  }

  @Override
  public Iterable<String> lines() {
    return LinesLeft::new;
  }

  /** The lines until the end. */
  private final class LinesLeft implements Iterator<String> {
    private @Nullable String ahead;
    private boolean atEnd;

    @Override
    public boolean hasNext() {
      if (ahead == null && !atEnd) {
        ahead = readLine();
        atEnd = ahead == null;
      }
      return ahead != null;
    }

    @Override
    public String next() {
      String line = hasNext() ? ahead : null;
      if (line == null) {
        throw new NoSuchElementException("no line is left");
      }
      ahead = null;
      return line;
    }
  }

  @Override
  public ByteBuffer readFully(long count, int limit) {
    if (count < 0) {
      throw new IllegalArgumentException("a read of " + count + " bytes");
    }
    if (count > limit) {
      throw new FramingViolation.TooLong("block", limit);
    }
    if (count == 0) {
      return ByteBuffer.allocate(0);
    }
    ByteBuffer all = next(new Fill((int) count), count + " bytes");
    if (all == null) {
      throw endedEarly("front of " + count + " bytes, or in their middle");
    }
    return all;
  }

  @Override
  public @Nullable ByteBuffer readUntil(String delimiter, int limit) {
    return readUntil(delimiter.getBytes(charset), limit);
  }

  @Override
  public @Nullable ByteBuffer readUntil(byte[] delimiter, int limit) {
    return next(new DelimiterDecoder(delimiter, limit), "a delimiter");
  }

  @Override
  public @Nullable ByteBuffer read(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("a read of at most " + most + " bytes");
    }
    return next(in -> whatever(in, most), "bytes");
  }

  private static @Nullable ByteBuffer whatever(ByteBuffer in, int most) {
    int count = Math.min(in.remaining(), most);
    if (count == 0) {
      return null;
    }
    ByteBuffer taken = ByteBuffer.allocate(count).put(0, in, in.position(), count);
    in.position(in.position() + count);
    return taken;
  }

  @Override
  public <E> @Nullable E read(Decoder<E> decoder) {
    return next(decoder, "a unit");
  }

  // ---- Writing --------------------------------------------------------------------------------

  @Override
  public void write(ByteBuffer data) {
    checkWritable();
    if (data.remaining() > COPIED) {
      await(transport.writeFully(data), "room for what is written");
    } else {
      transport.write(data);
      awaitRoom();
    }
  }

  private void checkWritable() {
    checkOpen();
    if (shut) {
      throw new IllegalStateException("a write after shutdownOutput");
    }
  }

  /** Waits for something that fails with the end of the connection, which is then known here. */
  private <T> T await(Deferred<T> deferred, String what) {
    try {
      return patience.await(deferred, what);
    } catch (ConnectionClosed reason) {
      over(reason);
      throw over == null ? reason : over;
    }
  }

  private void awaitRoom() {
    while (!transport.writable()) {
      checkOpen();
      Promise<Void> free = Promise.create();
      room.add(free);
      transport.onWritable(() -> fire(free));
      try {
        patience.await(free.deferred(), "room for what is written");
      } finally {
        room.remove(free);
      }
    }
  }

  private static void fire(Promise<Void> promise) {
    if (!promise.isDone()) {
      promise.succeed();
    }
  }

  @Override
  public void write(String text) {
    write(encoded(text));
  }

  private ByteBuffer encoded(String text) {
    if (charset.equals(StandardCharsets.UTF_8)) {
      return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
    try {
      return charset.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("text with a character that is not in " + charset, e);
    }
  }

  @Override
  public void writeLine(String line) {
    if (line.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a line with the end of a line in it");
    }
    write(line + LineEnding.EITHER.written());
  }

  @Override
  public void flush() {
    checkOpen();
    await(transport.flushed(), "the output to be sent");
  }

  @Override
  public void shutdownOutput() {
    checkOpen();
    shut = true;
    transport.shutdownOutput();
  }

  // ---- The rest -------------------------------------------------------------------------------

  @Override
  public void deadline(Duration each) {
    patience.set(each);
  }

  @Override
  public void charset(Charset text) {
    charset = text;
    lines = null;
  }

  @Override
  public void lineLimit(int bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a limit of " + bytes + " bytes");
    }
    lineLimit = bytes;
    lines = null;
  }

  @Override
  public InputStream inputStream() {
    return new ConnectionInput(this, transport.reactor());
  }

  @Override
  public OutputStream outputStream() {
    return new ConnectionOutput(this, transport.reactor());
  }

  @Override
  public TlsSession startTls(TlsOptions options) {
    checkWritable();
    return await(transport.startTls(options), "the TLS handshake");
  }

  @Override
  public <P extends Protocol> P become(ProtocolFactory<P> factory) {
    checkOpen();
    P next = transport.become(factory);
    transport.pauseReadingWhenFull(true);
    handedOver = true;
    return next;
  }

  @Override
  public void close() {
    if (over == null && !handedOver) {
      over(new ConnectionClosed.Done(transport.peer()));
      transport.loseConnection();
    }
  }

  @Override
  public Transport transport() {
    if (watched == null) {
      watched = new WatchedTransport(transport, () -> flowing = true);
    }
    return watched;
  }

  @Override
  public String toString() {
    return "connection " + transport;
  }
}
