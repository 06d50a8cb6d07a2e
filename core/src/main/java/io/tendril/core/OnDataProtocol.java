package io.tendril.core;

import java.nio.ByteBuffer;

/** A protocol that does one thing with all data. */
record OnDataProtocol(Transport transport, Protocol.OnData action) implements Protocol {
  @Override
  public void dataReceived(ByteBuffer data) throws Exception {
    action.received(transport, data);
  }
}
