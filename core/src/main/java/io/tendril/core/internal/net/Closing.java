package io.tendril.core.internal.net;

import static io.tendril.core.internal.net.StreamTransport.BLOCKED;
import static io.tendril.core.internal.net.StreamTransport.CLOSING;
import static io.tendril.core.internal.net.StreamTransport.DEAD;
import static io.tendril.core.internal.net.StreamTransport.ENDED;
import static io.tendril.core.internal.net.StreamTransport.HANDED_OVER;
import static io.tendril.core.internal.net.StreamTransport.LINGERING;
import static io.tendril.core.internal.net.StreamTransport.MADE;
import static io.tendril.core.internal.net.StreamTransport.SHUT;

import io.tendril.core.ConnectionClosed;
import io.tendril.core.Protocol;
import io.tendril.core.ReactorEvent;
import io.tendril.core.internal.tls.TlsFailure;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How connections end: in order, by the network, by abort, by a protocol that throws. */
final class Closing {
  /** T2: how much input is discarded, and for how long, so that the peer gets the last bytes. */
  static final int LINGER_BYTES = 64 << 10;

  private static final Duration LINGER = Duration.ofSeconds(2);

  private final SocketNetwork network;

  Closing(SocketNetwork network) {
    this.network = network;
  }

  /** Why a connection is closing or closed, for those who come late. */
  ConnectionClosed reason(StreamTransport transport) {
    Extras extras = transport.extras();
    ConnectionClosed reason = extras.lost != null ? extras.lost : extras.reason;
    return reason != null ? reason : new ConnectionClosed.Done(transport.peer());
  }

  /** Closes in order: what was written goes out first. */
  void lose(StreamTransport transport, @Nullable ConnectionClosed reason) {
    if (transport.is(CLOSING | DEAD)) {
      return;
    }
    transport.set(CLOSING);
    transport.extras().reason =
        reason != null ? reason : new ConnectionClosed.Done(transport.peer());
    network.inflow.stop(transport);
    transport.interest();
    network.outflow.dirty(transport);
  }

  /** All is sent: ends the write side, and lets the peer finish. */
  void linger(StreamTransport transport) {
    shut(transport);
    if (transport.is(DEAD) || network.outflow.waitsForLayers(transport)) {
      return;
    }
    boolean nothingToWaitFor =
        transport.is(ENDED) ? drained(transport) : !transport.socket.lingers();
    if (nothingToWaitFor) {
      finish(transport);
      return;
    }
    transport.set(LINGERING);
    transport.kept = null;
    Extras extras = transport.extras();
    extras.linger =
        network.reactor.callInside(
            LINGER,
            () -> {
              extras.linger = null;
              finish(transport);
            });
    transport.interest();
  }

  /** At the end of input: whether no layer has anything unread, so that closing resets nothing. */
  static boolean drained(StreamTransport transport) {
    try {
      return transport.socket.drained();
    } catch (IOException e) {
      return true; // nothing more will come
    }
  }

  /** Ends the write side of the socket. */
  void shut(StreamTransport transport) {
    if (transport.is(SHUT)) {
      return;
    }
    transport.set(SHUT);
    try {
      transport.socket.shutdownOutput();
    } catch (IOException e) {
      lost(transport, e);
      return;
    }
    if (!transport.is(CLOSING)) {
      network.inflow.closeIfBothEnded(transport);
    }
  }

  /** The last step of an orderly end. */
  void finish(StreamTransport transport) {
    dead(transport, reason(transport), false);
  }

  /** The network broke it. */
  void lost(StreamTransport transport, IOException cause) {
    if (cause instanceof TlsFailure failure && !transport.is(LINGERING | DEAD)) {
      tlsFailed(transport, failure);
      return;
    }
    ConnectionClosed reason = transport.extras().reason;
    boolean orderly = transport.is(LINGERING) && reason != null;
    dead(
        transport,
        orderly ? reason(transport) : new ConnectionClosed.Lost(transport.peer(), cause),
        false);
  }

  /**
   * TLS failed: nothing more is sent but the alert, which the peer should have the time to read.
   */
  private void tlsFailed(StreamTransport transport, TlsFailure failure) {
    ConnectionClosed reason = Securing.failed(transport, failure);
    network.outflow.drop(transport, reason);
    transport.clear(BLOCKED);
    lose(transport, reason);
    transport.extras().reason = reason;
    network.outflow.dirty(transport);
  }

  /** A protocol threw: reported, and the connection closes with that as its reason. */
  void threw(StreamTransport transport, Throwable failure) {
    if (failure instanceof VirtualMachineError error && !(error instanceof StackOverflowError)) {
      network.reactor.fatal(error);
    }
    network.reactor.report(new ReactorEvent.ProtocolFailed("protocol", transport.peer(), failure));
    lose(transport, new ConnectionClosed.ProtocolThrew(transport.peer(), failure));
  }

  /** Ends it: the socket closes now, connectionLost comes soon, never from inside of this call. */
  void dead(StreamTransport transport, ConnectionClosed found, boolean abort) {
    if (transport.is(DEAD)) {
      return;
    }
    Extras extras = transport.extras();
    ConnectionClosed reason =
        transport.find(Explanation.class) instanceof Explanation known
            ? known.explain(found)
            : found;
    extras.peer = transport.peer();
    extras.local = transport.local();
    extras.reason = reason;
    transport.set(DEAD);
    transport.kept = null;
    network.outflow.drop(transport, reason);
    extras.closePassed();
    if (extras.handshake != null) {
      network.securing.ended(extras.handshake, reason);
    }
    if (extras.linger != null) {
      extras.linger.cancel();
      extras.linger = null;
    }
    if (extras.stall != null) {
      extras.stall.cancel();
      extras.stall = null;
    }
    if (abort) {
      transport.socket.abort();
    } else {
      transport.socket.close();
    }
    network.reactor.later(() -> tell(transport, extras, reason));
  }

  private void tell(StreamTransport transport, Extras extras, ConnectionClosed reason) {
    if (transport.is(HANDED_OVER)) {
      network.inflow.begin(transport); // who is told of the end has been told of the beginning
    }
    extras.lost = reason;
    network.remove(transport);
    transport.dropCalls();
    extras.onWritable.clear();
    if (extras.consumed != null && !extras.consumed.isDone()) {
      extras.consumed.fail(reason);
    }
    while (!extras.onClosed.isEmpty()) {
      try {
        extras.onClosed.removeFirst().action.accept(reason);
      } catch (RuntimeException e) {
        network.reactor.failed("onClosed", e);
      }
    }
    Protocol protocol = transport.protocol;
    if (protocol != null && transport.is(MADE)) {
      try {
        protocol.connectionLost(reason);
      } catch (Throwable e) {
        network.reactor.report(
            new ReactorEvent.ProtocolFailed("connectionLost", transport.peer(), e));
      }
    }
    if (network.reactor.observed() && transport.is(MADE)) {
      network.reactor.report(
          new ReactorEvent.ConnectionEnded(transport.local(), transport.peer(), reason));
    }
  }

  /** Drops what belonged to a protocol that hands its connection over. */
  void dropProtocolState(StreamTransport transport) {
    transport.dropCalls();
    Extras extras = transport.extras;
    if (extras == null) {
      return;
    }
    extras.onWritable.clear();
    network.inflow.stop(transport);
    extras.consumer = null;
    extras.relay = null;
    extras.consumed = null;
    extras.consumedBytes = 0;
  }
}
