package io.tendril.core;

import io.tendril.core.framing.Decoder;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A connection in direct style: reads suspend the coroutine until there is something, writes
 * suspend it past the high mark. One coroutine reads at a time; any may write.
 *
 * <pre>{@code
 * reactor.listen("tcp:2000", Protocol.direct(connection -> {
 *   for (var line : connection.lines())
 *     connection.writeLine(line.toUpperCase(Locale.ROOT));
 * }));
 * }</pre>
 *
 * <p>A conversation has one that is closed when it returns. A client that needs no conversation of
 * its own opens one where it is:
 *
 * <pre>{@code
 * try (var connection = reactor.connect("tcp:example.org:7").await()) {
 *   connection.writeLine("hello");
 *   return connection.readLine();
 * }
 * }</pre>
 *
 * <p>When the connection is lost, every read and write throws the {@link ConnectionClosed} that
 * says why; a conversation need not catch it, and ends by it quietly. So it does by a {@link
 * DeadlinePassed} and by a {@link io.tendril.core.framing.FramingViolation}, which close the
 * connection with themselves as the reason.
 *
 * <p>While nothing reads, reading is paused: what the peer sends then waits, for the most part, on
 * its own side. When the reactor shuts down, a conversation that waits for the peer ends; one that
 * is at work goes on to its next read. A connection without a conversation is closed then.
 */
public interface Connection extends AutoCloseable {
  /** The most that {@link #readFully(int)} reads: 16 MiB. */
  int LONGEST_READ = 16 << 20;

  // ---- Reading --------------------------------------------------------------------------------

  /**
   * The next line, without its CRLF or LF; null at the end. An end in the middle of a line throws.
   *
   * @throws io.tendril.core.framing.FramingViolation if the line is longer than {@link #lineLimit},
   *     or is no text in the {@link #charset}; the next read begins behind it
   */
  @Nullable String readLine();

  /** The lines until the end. Each step suspends. */
  Iterable<String> lines();

  /**
   * Exactly so many bytes, as a buffer of the caller's own; throws at an early end. After a
   * deadline that passed in the middle, what had come of them is gone.
   *
   * @throws io.tendril.core.framing.FramingViolation if that is more than {@link #LONGEST_READ}
   */
  default ByteBuffer readFully(int count) {
    return readFully(count, LONGEST_READ);
  }

  /**
   * As many bytes as the peer has announced. Memory grows with what comes of them.
   *
   * @param limit the most that are taken
   * @throws io.tendril.core.framing.FramingViolation if they are more; none of them is read
   */
  ByteBuffer readFully(long count, int limit);

  /**
   * The bytes up to a delimiter, which is read and left out, as a buffer of the caller's own; null
   * at the end. An end in front of the delimiter throws.
   *
   * @param delimiter in the {@link #charset}
   * @param limit the most bytes, without the delimiter
   * @throws io.tendril.core.framing.FramingViolation if they are more; the next read begins behind
   *     what is there of them
   */
  @Nullable ByteBuffer readUntil(String delimiter, int limit);

  /** As {@link #readUntil(String, int)}, with any bytes as the delimiter. */
  @Nullable ByteBuffer readUntil(byte[] delimiter, int limit);

  /** At least one byte, whatever is there, as a buffer of the caller's own; null at the end. */
  default @Nullable ByteBuffer read() {
    return read(Integer.MAX_VALUE);
  }

  /** At least one byte and at most so many, as a buffer of the caller's own; null at the end. */
  @Nullable ByteBuffer read(int most);

  /** The next unit of a decoder; null at the end. An end in the middle of a unit throws. */
  <E> @Nullable E read(Decoder<E> decoder);

  // ---- Writing --------------------------------------------------------------------------------

  /** Sends bytes; on return the buffer is the caller's own again. */
  void write(ByteBuffer data);

  /** Sends all bytes of an array. */
  default void write(byte[] data) {
    write(ByteBuffer.wrap(data));
  }

  /**
   * Sends text in the {@link #charset}.
   *
   * @throws IllegalArgumentException if there is a character in it that the charset does not have
   */
  void write(String text);

  /**
   * Sends text, and CRLF.
   *
   * @throws IllegalArgumentException if there is the end of a line in it, or a character that the
   *     charset does not have
   */
  void writeLine(String line);

  /** Suspends until the kernel has accepted all that was written, over all layers. */
  void flush();

  /** Ends the write side; reading goes on. */
  void shutdownOutput();

  // ---- What holds from here on ----------------------------------------------------------------

  /**
   * Bounds each operation from here on: one that suspends for longer throws {@link DeadlinePassed}.
   * {@link Duration#ZERO}, the default, for no bound.
   */
  void deadline(Duration each);

  /**
   * Says what text is written in; UTF-8 by default. Where a protocol's bytes must come through
   * untouched, ISO-8859-1 has a character for each of them.
   *
   * @param charset one in which the bytes of CR and LF mean nothing else: not UTF-16
   */
  void charset(Charset charset);

  /** Says how many bytes a line may have, without its end; 16384 by default. */
  void lineLimit(int bytes);

  // ---- For libraries that want streams --------------------------------------------------------

  /**
   * What the peer sends as a stream, for a library that reads from one: to be used in a thread of
   * the pool, while the conversation waits there.
   *
   * <pre>{@code
   * var settings = reactor.blocking(() -> {
   *   var properties = new Properties();
   *   properties.load(connection.inputStream());
   *   return properties;
   * });
   * }</pre>
   *
   * <p>It reads no more than it is asked for, so that the conversation goes on behind it; wrap it
   * in a {@link java.io.BufferedInputStream} for a library that asks for single bytes, which then
   * may take more. The {@link #deadline} bounds each read, and shows as a {@link
   * java.net.SocketTimeoutException}; the loss of the connection as an {@link java.io.IOException}
   * with the {@link ConnectionClosed} as its cause; an interrupt as an {@link
   * java.io.InterruptedIOException}, after which nothing is lost to the next read. To close it ends
   * its use, and a read in another thread, and not the connection.
   *
   * <p>In the reactor's own thread it throws {@link IllegalStateException}, since it would wait for
   * itself. That is also so in {@code blocking} under virtual time, where the reactor waits for the
   * call; a test has such a library run in a thread of the test's own.
   */
  InputStream inputStream();

  /**
   * The way to the peer as a stream: see {@link #inputStream}. It is not buffered; a write waits
   * past the high mark, and {@code flush} for the kernel. To close it flushes and ends its use, and
   * not the connection or its write side.
   */
  OutputStream outputStream();

  // ---- Change and end -------------------------------------------------------------------------

  /** Puts TLS on top from here on: see {@link Transport#startTls}. */
  TlsSession startTls(TlsOptions options);

  /**
   * Hands the connection over to another protocol: see {@link Transport#become}. The conversation
   * does not touch the connection any more, and its end does not close it.
   */
  <P extends Protocol> P become(ProtocolFactory<P> factory);

  /** Closes in order; also what happens when the conversation returns. */
  @Override
  void close();

  /** The transport below. */
  Transport transport();

  /** An operation took longer than the connection's deadline. It may be tried again. */
  final class DeadlinePassed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String what;
    private final Duration limit;

    /** Names what was waited for: "a line". */
    public DeadlinePassed(String what, Duration limit, TimeoutException cause) {
      super("waited for " + what + " longer than " + limit.toMillis() + " ms", cause);
      this.what = what;
      this.limit = limit;
    }

    /** What was waited for. */
    public String what() {
      return what;
    }

    /** The deadline. */
    public Duration limit() {
      return limit;
    }
  }
}
