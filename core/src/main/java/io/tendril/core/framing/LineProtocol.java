package io.tendril.core.framing;

import io.tendril.core.Transport;

/**
 * A protocol of lines: by default UTF-8 text that ends with CRLF, of at most 16384 bytes.
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
  private final LineEncoder encoder;

  /** Lines as most protocols have them. */
  protected LineProtocol(Transport transport) {
    this(transport, new LineDecoder());
  }

  /** Lines of another kind; those that are written have the same end and charset. */
  protected LineProtocol(Transport transport, LineDecoder decoder) {
    super(transport, decoder);
    var same = decoder.encoder();
    // What this side writes is as long as it likes: the limit is the peer's to keep to.
    this.encoder = new LineEncoder(same.ending(), Integer.MAX_VALUE, same.charset());
  }

  /** A line has arrived, without its end. */
  protected abstract void lineReceived(String line) throws Exception;

  @Override
  protected final void received(String line) throws Exception {
    lineReceived(line);
  }

  /**
   * Sends a line, and its end.
   *
   * @throws IllegalArgumentException if there is such an end inside of the line, which would make
   *     it two
   */
  public final void writeLine(String line) {
    transport().write(encoder.encode(line));
  }
}
