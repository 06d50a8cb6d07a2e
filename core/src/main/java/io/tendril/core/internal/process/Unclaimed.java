package io.tendril.core.internal.process;

import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import java.nio.ByteBuffer;

/**
 * Holds a pipe until its input flows somewhere, or another protocol comes. What comes before waits;
 * if it ends before anything has come, it is over.
 */
record Unclaimed(Transport transport, boolean readOnly) implements Protocol {
  @Override
  public void connectionMade() {
    if (readOnly) {
      transport.shutdownOutput(); // so that the end of its input is its end
    }
  }

  @Override
  public void dataReceived(ByteBuffer data) {
    transport.pauseReading();
  }

  @Override
  public int unreadLimit() {
    return Integer.MAX_VALUE; // reading is paused
  }

  /** The reactor ends: what the child reads does, and what it writes ends with the child. */
  @Override
  public void drain(Transport self) {
    if (!readOnly) {
      self.loseConnection();
    }
  }
}
