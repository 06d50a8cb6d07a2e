package io.tendril.core.framing;

import io.tendril.core.Transport;

/**
 * A protocol of lines: UTF-8 text that ends with CRLF, of at most 16384 bytes.
 *
 * <pre>{@code
 * class Shout extends LineProtocol {
 *   Shout(Transport transport) {
 *     super(transport);
 *   }
 *
 *   protected void lineReceived(String line) {
 *     writeLine(line.toUpperCase(Locale.ROOT));
 *   }
 * }
 * }</pre>
 */
public abstract class LineProtocol extends FramedProtocol<String> {
  /** Lines as most protocols have them. */
  protected LineProtocol(Transport transport) {
    this(transport, new LineDecoder());
  }

  /** Lines by a decoder of the caller's choice. */
  protected LineProtocol(Transport transport, Decoder<String> decoder) {
    super(transport, decoder);
  }

  /** A line has arrived, without its end. */
  protected abstract void lineReceived(String line) throws Exception;

  @Override
  protected final void received(String line) throws Exception {
    lineReceived(line);
  }

  /** Sends a line, and CRLF. */
  protected final void writeLine(String line) {
    transport().write(line + "\r\n");
  }
}
