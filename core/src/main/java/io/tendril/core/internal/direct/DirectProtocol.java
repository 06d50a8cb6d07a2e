package io.tendril.core.internal.direct;

import io.tendril.core.Protocol;
import io.tendril.core.Transport;
import java.nio.ByteBuffer;

/** Runs a conversation as a coroutine over a transport. */
public final class DirectProtocol implements Protocol {
  public DirectProtocol(Transport transport, Conversation conversation) {
    throw new IllegalStateException("no coroutines for " + conversation + " over " + transport);
  }

  @Override
  public void dataReceived(ByteBuffer data) {}
}
