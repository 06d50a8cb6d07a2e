package io.tendril.testing.groups;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Says something once, and waits for the same. */
final class Caller implements Protocol {
  private static final String WORDS = "are you there?";

  final Transport transport;
  String heard = "";
  @Nullable ConnectionClosed lost;

  Caller(Transport transport) {
    this.transport = transport;
  }

  boolean answered() {
    return heard.equals(WORDS);
  }

  @Override
  public void connectionMade() {
    transport.write(StandardCharsets.US_ASCII.encode(WORDS));
  }

  @Override
  public void dataReceived(ByteBuffer data) {
    heard += StandardCharsets.US_ASCII.decode(data);
  }

  @Override
  public void connectionLost(ConnectionClosed reason) {
    lost = reason;
  }
}
