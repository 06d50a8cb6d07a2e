package io.tendril.core.internal.direct;

import io.tendril.core.Connection;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import io.tendril.core.Transport;
import io.tendril.core.framing.FramingViolation;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Holds a conversation, as a coroutine, over a transport: closes it when the conversation ends.
 * Without a conversation of its own, for whoever opened it, it does nothing of itself.
 */
public final class DirectProtocol implements Protocol {
  private final Transport transport;
  private final @Nullable Conversation conversation;
  private final DirectConnection connection;

  /** A conversation that begins when the connection is made. */
  public DirectProtocol(Transport transport, Conversation conversation) {
    this(transport, conversation, new DirectConnection(transport));
  }

  private DirectProtocol(
      Transport transport, @Nullable Conversation conversation, DirectConnection connection) {
    this.transport = transport;
    this.conversation = conversation;
    this.connection = connection;
  }

  /** A connection for whoever opens it. */
  public static DirectProtocol open(Transport transport) {
    return new DirectProtocol(transport, null, new DirectConnection(transport));
  }

  /** The connection. */
  public Connection connection() {
    return connection;
  }

  @Override
  public void connectionMade() {
    transport.pauseReading();
    transport.pauseReadingWhenFull(false); // who writes is suspended, who reads need not be
    Conversation holding = conversation;
    if (holding != null) {
      var _ =
          transport
              .reactor()
              .async(() -> {
                hold(holding);
                return null;
              });
    }
  }

  @Override
  public void dataReceived(ByteBuffer data) {
    connection.present(data);
  }

  @Override
  public boolean endReceived() {
    connection.end();
    return true; // the conversation may have more to say; it ends when that returns
  }

  @Override
  public void connectionLost(ConnectionClosed reason) {
    connection.over(reason);
  }

  @Override
  public void drain(Transport self) {
    if (conversation == null) {
      connection.stop();
    } else {
      connection.drain();
    }
  }

  @Override
  public int unreadLimit() {
    return connection.unreadLimit(Protocol.super.unreadLimit());
  }

  // ---- The conversation -----------------------------------------------------------------------

  private void hold(Conversation holding) {
    try {
      holding.hold(connection);
    } catch (VirtualMachineError e) {
      throw e;
    } catch (Throwable e) {
      ended(e);
      return;
    }
    if (!connection.isHandedOver()) {
      connection.close();
    }
  }

  private void ended(Throwable failure) {
    ConnectionClosed reason = reason(failure);
    connection.over(reason);
    if (!connection.isHandedOver()) {
      transport.loseConnection(reason);
    }
  }

  /** Why the connection closes, after a conversation that threw. */
  private ConnectionClosed reason(Throwable failure) {
    SocketAddress peer = transport.peer();
    if (failure instanceof ConnectionClosed own && connection.isOver(own)) {
      return own;
    }
    return switch (failure) {
      case Connection.DeadlinePassed late ->
          new ConnectionClosed.TimedOut(peer, "waited for " + late.what(), late.limit());
      case FramingViolation violation -> new ConnectionClosed.Violation(peer, violation);
      case CancellationException _ when isStopping() -> new ConnectionClosed.ReactorStopped(peer);
      default -> {
        transport.reactor().report(new ReactorEvent.ProtocolFailed("conversation", peer, failure));
        yield new ConnectionClosed.ProtocolThrew(peer, failure);
      }
    };
  }

  private boolean isStopping() {
    return transport.reactor().state().compareTo(Reactor.State.CLOSING) >= 0;
  }
}
