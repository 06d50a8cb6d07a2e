package io.tendril.core.internal.net;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.ReactorEvent;
import io.tendril.core.Refusal;
import io.tendril.core.Transport;
import java.net.SocketAddress;

/** What becomes of a connection that the factory of its next protocol has refused. */
public final class TurnedAway {
  private TurnedAway() {}

  /** Reports the refusal, which has been counted, and closes the connection with it as reason. */
  public static void close(Transport transport, SocketAddress peer, Refusal refusal) {
    transport
        .reactor()
        .report(new ReactorEvent.ConnectionRefused(peer, String.valueOf(refusal.getMessage())));
    transport.loseConnection(new ConnectionClosed.ProtocolThrew(peer, refusal));
  }
}
