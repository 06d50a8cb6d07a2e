package io.tendril.core.endpoint;

import io.tendril.core.Addresses;
import io.tendril.core.ConnectFailed;
import io.tendril.core.ConnectionClosed;
import io.tendril.core.Deferred;
import io.tendril.core.Promise;
import io.tendril.core.Protocol;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.ReactorEvent;
import io.tendril.core.Refusal;
import io.tendril.core.Transport;
import io.tendril.core.internal.net.TurnedAway;
import io.tendril.core.tls.TlsOptions;
import java.nio.ByteBuffer;

/**
 * What a connection begins with at a TLS endpoint: the handshake. Only when that is done and the
 * peer verified is the factory asked, which then knows who is there.
 *
 * @param <P> what the factory builds
 */
final class TlsHandshake<P extends Protocol> implements Protocol {
  private final Transport transport;
  private final TlsOptions options;
  private final ProtocolFactory<P> factory;
  private final Promise<P> promise;

  TlsHandshake(Transport transport, TlsOptions options, ProtocolFactory<P> factory) {
    this.transport = transport;
    this.options = options;
    this.factory = factory;
    this.promise = transport.reactor().promise();
  }

  /** The protocol, once it has been told that the connection is made; for clients. */
  Deferred<P> done() {
    promise.onCancel(transport::abortConnection);
    return promise.deferred();
  }

  @Override
  public void connectionMade() {
    transport
        .startTls(options)
        .thenAccept(session -> handOver())
        .exceptionally(
            ConnectionClosed.class,
            reason -> {
              failed(reason);
              return null;
            });
  }

  private void handOver() {
    P next;
    try {
      next = transport.become(factory);
    } catch (RuntimeException e) {
      refused(e);
      return;
    }
    if (!options.client()) {
      return; // nobody waits for it
    }
    // After connectionMade, which comes before the calls from elsewhere.
    transport
        .reactor()
        .execute(() -> {
          if (!promise.isDone()) {
            promise.succeed(next);
          }
        });
  }

  private void refused(RuntimeException why) {
    if (options.client()) {
      fail(new ConnectFailed.Other(peer(), ConnectFailed.Phase.HANDSHAKE, why));
    } else if (why instanceof Refusal refusal) {
      TurnedAway.close(transport, transport.peer(), refusal);
      return;
    } else {
      transport.reactor().report(new ReactorEvent.ProtocolFailed("factory", transport.peer(), why));
    }
    transport.loseConnection(new ConnectionClosed.ProtocolThrew(transport.peer(), why));
  }

  private void failed(ConnectionClosed reason) {
    if (options.client()) {
      fail(
          reason instanceof ConnectionClosed.TimedOut
              ? new ConnectFailed.TimedOut(
                  peer(), ConnectFailed.Phase.HANDSHAKE, options.handshakeTime())
              : new ConnectFailed.HandshakeFailed(peer(), reason));
    }
  }

  private void fail(ConnectFailed failure) {
    if (!promise.isDone()) {
      promise.fail(failure);
    }
  }

  private String peer() {
    return options.host() + " at " + Addresses.show(transport.peer());
  }

  /** Who has come before another process serves is still served: what comes next is asked. */
  @Override
  public void retire(Transport retired) {}

  @Override
  public void connectionLost(ConnectionClosed reason) {
    failed(reason);
  }

  @Override
  public void dataReceived(ByteBuffer data) {
    // Nothing is delivered before the protocol is there.
  }
}
