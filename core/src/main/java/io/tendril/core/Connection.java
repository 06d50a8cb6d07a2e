package io.tendril.core;

import io.tendril.core.framing.Decoder;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A connection in direct style: reads suspend the coroutine until there is something, writes
 * suspend it past the high mark. It belongs to one conversation, and is used inside of that one's
 * coroutine.
 *
 * <pre>{@code
 * reactor.listen("tcp:2000", Protocol.direct(connection -> {
 *   for (var line : connection.lines())
 *     connection.writeLine(line.toUpperCase(Locale.ROOT));
 * }));
 * }</pre>
 *
 * <p>When the connection is lost, every read and write throws the {@link ConnectionClosed} that
 * says why; a conversation need not catch it, and ends by it quietly. So it does by a {@link
 * DeadlinePassed} and by a {@link io.tendril.core.framing.FramingViolation}, which close the
 * connection with themselves as the reason.
 *
 * <p>While nothing reads, reading is paused: what the peer sends then waits, for the most part, on
 * its own side. When the reactor shuts down, a conversation that waits for the peer ends; one that
 * is at work goes on to its next read.
 */
public interface Connection {
  /**
   * The next line as UTF-8, without its CRLF or LF; null at the end. At most 16384 bytes. An end in
   * the middle of a line throws.
   */
  @Nullable String readLine();

  /** The lines until the end. Each step suspends. */
  Iterable<String> lines();

  /**
   * Exactly so many bytes, as a buffer of the caller's own; throws at an early end. After a
   * deadline that passed in the middle, what had come of them is gone.
   */
  ByteBuffer readFully(int count);

  /** At least one byte, whatever is there, as a buffer of the caller's own; null at the end. */
  @Nullable ByteBuffer read();

  /** The next unit of a decoder; null at the end. An end in the middle of a unit throws. */
  <E> @Nullable E read(Decoder<E> decoder);

  /** Sends bytes; on return the buffer is the caller's own again. */
  void write(ByteBuffer data);

  /** Sends text as UTF-8. */
  void write(String text);

  /**
   * Sends text as UTF-8, and CRLF.
   *
   * @throws IllegalArgumentException if there is the end of a line in it
   */
  void writeLine(String line);

  /** Ends the write side; reading goes on. */
  void shutdownOutput();

  /**
   * Bounds each operation from here on: one that suspends for longer throws {@link DeadlinePassed}.
   * {@link Duration#ZERO}, the default, for no bound.
   */
  void deadline(Duration each);

  /** Puts TLS on top from here on: see {@link Transport#startTls}. */
  TlsSession startTls(TlsOptions options);

  /**
   * Hands the connection over to another protocol: see {@link Transport#become}. The conversation
   * does not touch the connection any more, and its end does not close it.
   */
  <P extends Protocol> P become(ProtocolFactory<P> factory);

  /** Closes in order; also what happens when the conversation returns. */
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
