package io.tendril.core.internal.direct;

import io.tendril.core.DatagramConnection;
import io.tendril.core.DatagramProtocol;
import io.tendril.core.DatagramTransport;
import io.tendril.core.Reactor;
import io.tendril.core.ReactorEvent;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Holds a conversation, as a coroutine, over a datagram socket: closes it when the conversation
 * ends. Without a conversation of its own, for whoever opened it, it does nothing of itself.
 */
public final class DirectDatagramProtocol implements DatagramProtocol {
  private final DatagramTransport transport;
  private final @Nullable Conversation conversation;
  private final DirectDatagrams socket;

  /** A conversation that begins when the socket is open. */
  public DirectDatagramProtocol(DatagramTransport transport, @Nullable Conversation conversation) {
    this.transport = transport;
    this.conversation = conversation;
    this.socket = new DirectDatagrams(transport);
  }

  /** A socket for whoever opens it. */
  public static DirectDatagramProtocol open(DatagramTransport transport) {
    return new DirectDatagramProtocol(transport, null);
  }

  /** The socket. */
  public DatagramConnection socket() {
    return socket;
  }

  @Override
  public void transportOpened() {
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

  private void hold(Conversation holding) {
    try {
      holding.hold(socket);
    } catch (VirtualMachineError e) {
      throw e;
    } catch (Throwable e) {
      if (!socket.isOver(e) && !(e instanceof CancellationException && isStopping())) {
        transport
            .reactor()
            .report(new ReactorEvent.ProtocolFailed("conversation", transport.local(), e));
      }
    }
    socket.close();
  }

  private boolean isStopping() {
    return transport.reactor().state().compareTo(Reactor.State.CLOSING) >= 0;
  }

  @Override
  public void datagramReceived(ByteBuffer data, InetSocketAddress from) {
    socket.present(data, from);
  }

  @Override
  public void connectionRefused() {
    socket.refused();
  }

  @Override
  public void transportClosed() {
    socket.over();
  }
}
