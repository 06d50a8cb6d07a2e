package io.tendril.http.server;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import io.tendril.http.HttpLimits;
import java.nio.ByteBuffer;

/**
 * The end of a connection whose client may still be sending: the last response is out, and what
 * arrives is thrown away, for as many octets and as long as the limits say. If it closed at once,
 * the client's kernel might see a reset before its program has read the response (RFC 9112, section
 * 9.6).
 */
final class Lingering implements Protocol {
  private final Transport transport;
  private final ConnectionClosed reason;
  private final HttpLimits limits;
  private final OutputWatch output;
  private long discarded;

  Lingering(Transport transport, ServerLoop loop, ConnectionClosed reason) {
    this.transport = transport;
    this.reason = reason;
    this.limits = loop.limits;
    this.output = new OutputWatch(transport, loop);
  }

  @Override
  public void connectionMade() {
    transport.pauseReadingWhenFull(false);
    transport.shutdownOutput();
    transport.callLater(limits.lingerTime(), this::close);
  }

  @Override
  public void dataReceived(ByteBuffer data) {
    discarded += data.remaining();
    data.position(data.limit());
    if (discarded > limits.linger()) {
      close();
    }
  }

  @Override
  public boolean endReceived() {
    close();
    return true;
  }

  @Override
  public void drain(Transport drained) {
    close();
  }

  @Override
  public void connectionLost(ConnectionClosed why) {
    output.end();
  }

  private void close() {
    output.begin(null);
    transport.loseConnection(reason);
  }
}
