package io.tendril.core.framing;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import java.nio.ByteBuffer;

/**
 * A protocol that is called for each unit which a {@link Decoder} finds.
 *
 * <p>After a call in which the protocol pauses reading, closes, or hands the connection over, no
 * further unit is delivered to it; the bytes wait, or go to the next protocol.
 *
 * @param <E> a unit
 */
public abstract class FramedProtocol<E> implements Protocol {
  private final Transport transport;
  private final Decoder<? extends E> decoder;

  /** A protocol over a transport, with a decoder of its own. */
  protected FramedProtocol(Transport transport, Decoder<? extends E> decoder) {
    this.transport = transport;
    this.decoder = decoder;
  }

  /** The connection. */
  protected final Transport transport() {
    return transport;
  }

  /** A unit has arrived. */
  protected abstract void received(E unit) throws Exception;

  /**
   * The peer broke the framing. By default the connection closes with that as the reason. One that
   * does not close goes on with what is behind the offence, where the decoder finds a way on: after
   * a line that was too long, with the next line. Where there is none the connection closes all the
   * same.
   */
  protected void violated(FramingViolation violation) {
    close(violation);
  }

  private void close(FramingViolation violation) {
    transport.loseConnection(new ConnectionClosed.Violation(transport.peer(), violation));
  }

  @Override
  public final void dataReceived(ByteBuffer data) throws Exception {
    while (transport.reading()) {
      int before = data.position();
      E unit;
      try {
        unit = decoder.next(data);
      } catch (FramingViolation violation) {
        violated(violation);
        if (data.position() == before && transport.reading()) {
          close(violation);
        }
        continue;
      }
      if (unit == null) {
        return;
      }
      received(unit);
    }
  }

  @Override
  public int unreadLimit() {
    return Math.max(Protocol.super.unreadLimit(), decoder.unreadLimit());
  }
}
