package io.tendril.core;

import io.tendril.core.framing.Decoder;
import io.tendril.core.tls.TlsOptions;
import io.tendril.core.tls.TlsSession;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection in direct style: reads suspend the coroutine until there is something, writes suspend
 * it past the high mark. Used inside of one coroutine at a time.
 *
 * <pre>{@code
 * reactor.listen("tcp:2000", Protocol.direct(connection -> {
 *   for (var line : connection.lines())
 *     connection.writeLine(line.toUpperCase(Locale.ROOT));
 * }));
 * }</pre>
 *
 * <p>Every read throws {@link ConnectionClosed} when the connection is lost, and {@link
 * java.util.concurrent.TimeoutException}, wrapped, past the {@linkplain #deadline deadline}.
 */
public interface Connection {
  /** The next line as UTF-8, without its CRLF or LF; null at the end. At most 16384 bytes. */
  @Nullable String readLine();

  /** The lines until the end. Each step suspends. */
  Iterable<String> lines();

  /** Exactly so many bytes, as a buffer of the caller's own; throws at an early end. */
  ByteBuffer readFully(int count);

  /** At least one byte, whatever is there; null at the end. */
  @Nullable ByteBuffer read();

  /** The next unit of a decoder; null at the end. */
  <E> @Nullable E read(Decoder<E> decoder);

  /** Sends bytes. */
  void write(ByteBuffer data);

  /** Sends text as UTF-8. */
  void write(String text);

  /** Sends text as UTF-8, and CRLF. */
  void writeLine(String line);

  /** Ends the write side; reading goes on. */
  void shutdownOutput();

  /** Bounds each read from here on; {@link Duration#ZERO} for no bound. */
  void deadline(Duration each);

  /** Puts TLS on top from here on. */
  TlsSession startTls(TlsOptions options);

  /** Closes in order; also what happens when the conversation returns. */
  void close();

  /** The transport below. */
  Transport transport();
}
