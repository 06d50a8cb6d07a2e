package io.tendril.core.internal.direct;

import io.tendril.core.Addresses;
import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.DatagramConnection;
import io.tendril.core.DatagramTransport;
import io.tendril.core.Reactor;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A datagram socket as a conversation sees it: a queue, and who waits at it. */
final class DirectDatagrams implements DatagramConnection {
  private final DatagramTransport transport;
  private final Patience patience = new Patience();
  private final Suspension news;
  private final Queue<Message> queue = new ArrayDeque<>();
  private int mostMessages = 256;
  private int mostBytes = 256 << 10;
  private int bytes;
  private long dropped;
  private boolean receiving;

  /** Whether the peer has refused, and nobody has been told. */
  private boolean refused;

  private @Nullable ConnectionClosed over;

  DirectDatagrams(DatagramTransport transport) {
    this.transport = transport;
    this.news = new Suspension(transport.reactor(), patience);
  }

  // ---- From the protocol's side ---------------------------------------------------------------

  void present(ByteBuffer data, InetSocketAddress from) {
    if (queue.size() >= mostMessages || bytes + data.remaining() > mostBytes) {
      dropped++;
      return;
    }
    bytes += data.remaining();
    queue.add(new Message(ByteBuffer.allocate(data.remaining()).put(data).flip(), from));
    news.wakeNow();
  }

  void refused() {
    refused = true;
    news.wakeNow();
  }

  /** The socket is closed. */
  void over() {
    if (over == null) {
      over = reason();
      news.wake();
    }
  }

  private ConnectionClosed reason() {
    InetSocketAddress about = transport.local();
    return transport.reactor().state().compareTo(Reactor.State.CLOSING) >= 0
        ? new ConnectionClosed.ReactorStopped(about)
        : new ConnectionClosed.Done(about);
  }

  boolean isOver(Throwable reason) {
    return reason == over;
  }

  // ---- For the conversation -------------------------------------------------------------------

  @Override
  public Message receive() {
    if (receiving) {
      throw new IllegalStateException("another coroutine receives from " + this);
    }
    receiving = true;
    try {
      while (true) {
        Message next = queue.poll();
        if (next != null) {
          bytes -= next.data().remaining();
          return next;
        }
        checkOpen();
        checkRefused();
        news.await("a datagram");
      }
    } finally {
      receiving = false;
    }
  }

  private void checkOpen() {
    if (over != null) {
      throw over;
    }
  }

  private void checkRefused() {
    if (refused) {
      refused = false;
      throw new ConnectFailed.Refused(
          Addresses.show(transport.peer()),
          new PortUnreachableException("port unreachable (ICMP)"));
    }
  }

  @Override
  public void send(ByteBuffer data, InetSocketAddress to) {
    checkOpen();
    transport.send(data, to);
  }

  @Override
  public void send(ByteBuffer data) {
    checkOpen();
    transport.send(data);
  }

  @Override
  public void deadline(Duration each) {
    patience.set(each);
  }

  @Override
  public void queueLimit(int datagrams, int octets) {
    if (datagrams < 1 || octets < 1) {
      throw new IllegalArgumentException(
          "a queue of " + datagrams + " datagrams and " + octets + " bytes");
    }
    mostMessages = datagrams;
    mostBytes = octets;
  }

  @Override
  public long dropped() {
    return dropped;
  }

  @Override
  public void close() {
    transport.close();
    over();
  }

  @Override
  public DatagramTransport transport() {
    return transport;
  }

  @Override
  public String toString() {
    return "datagram socket " + transport.local();
  }
}
